"""A store of the version before policies keeps its inbox and channels, and every alert in it counts as told."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from presswatch_shared.store import channels, inbox
from presswatch_shared.store.database import open_store
from presswatch_shared.store.migrate import MIGRATIONS, migrate

BEFORE = (
    (
        "INSERT INTO channels (id, watch_id, kind, target, secret, state, reason, created_at) "
        "VALUES ('chn_1', 'wat_1', 'webhook', 'https://a.example/', 'whsec_x', 'active', '', 5)"
    ),
    (
        "INSERT INTO alerts (alert_id, seq, kind, watch_id, watch_version, watch_name, query, story_id, article_id, "
        "article_version, extractor, url, title, source, lang, snippet, snippet_spans, matches, found, outlets, "
        "fired_at, fetched_at) VALUES ('al1', 1, 'fired', 'wat_1', 1, 'n', 'q', 's1', 'a1', "
        "1, '', 'u', 't', 's', 'de', '', '[]', '[]', '{}', 1, 5, 5)"
    ),
    "INSERT INTO inbox (alert_id, owner, seq, state, created_at) VALUES ('al1', 'ana', 1, 'unread', 5)",
)


def test_what_was_there_before_is_there_after(tmp_path: Path) -> None:
    store = open_store("sqlite", tmp_path)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with store.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        for statement in BEFORE:
            connection.execute(text(statement))
        connection.commit()
    assert migrate(store)
    (item,) = store.read_now(inbox.list_inbox)
    assert (item.told, item.reason, item.alert.watch_id) == ("sent", "", "wat_1")
    assert store.read_now(inbox.count_told) == {"sent": 1, "pending": 0, "suppressed": 0}
    (channel,) = store.read_now(channels.list_channels, "wat_1")
    assert (channel.token, channel.retired_secrets) == (None, ())
    store.close()
