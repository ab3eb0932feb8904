"""Texts of a store of the version before are found by their bands, which are made anew."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from presswatch_shared.store import signatures
from presswatch_shared.store.database import Store, count_rows
from presswatch_shared.store.migrate import MIGRATIONS, migrate
from presswatch_shared.store.signatures import signature_bands
from tests.conftest import POSTGRESQL, SQLITE
from tests.fixtures.stores import StoreAddress

BEFORE = "0009"
ARTICLE = """INSERT INTO articles (article_id, version, url, url_hash, source, source_id, title, lang, published_at,
    first_seen_at, story_id, duplicate_of) VALUES ('a', 1, 'u', 'h', 's', 'src', 't', 'de', NULL, 1, 'story', '')"""
SIGNATURE = "INSERT INTO signatures (day, article_id, story_id, packed) VALUES (7, :article, 'story', :packed)"
BAND = "INSERT INTO signature_bands (day, band, signature_id) VALUES (7, -5, 1)"
PACKED = random.Random(1).randbytes(128)


@pytest.fixture(params=[SQLITE, POSTGRESQL])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    url = "sqlite" if request.param == "sqlite" else request.getfixturevalue("empty_database")
    opened = StoreAddress(url, tmp_path).open()
    with opened.engine.connect() as connection:
        _as_before(connection)
        connection.commit()
    yield opened
    opened.close()


def _as_before(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, BEFORE)
    connection.execute(text(ARTICLE))
    for article in ("a", "forgotten"):
        connection.execute(text(SIGNATURE), {"article": article, "packed": PACKED})
    connection.execute(text(BAND))


def test_texts_are_found_in_the_language_of_their_article(store: Store) -> None:
    assert migrate(store)
    (found,) = store.read_now(signatures.candidates, PACKED, "de", days=[7])
    assert (found.article_id, found.packed) == ("a", PACKED)
    # Of an article that is not known any more nobody knows the language.
    assert store.read_now(signatures.candidates, PACKED, "en", days=[7]) == []
    # Two texts on SQLite; PostgreSQL has an index of its own.
    assert store.read_now(count_rows, signature_bands) == (36 if store.is_sqlite else 0)
