"""Alerts: one record for a watch and a story, at most one more for a material change.

The record holds all that the event says, so that a replay tells the same again. `seq` comes from a counter changed in
the writer's transaction: who follows it misses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Integer,
    Row,
    Select,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    select,
)

from presswatch_shared.clock import Micros
from presswatch_shared.events import MatchSpan
from presswatch_shared.store import counters
from presswatch_shared.store.database import Tx, insert_if_absent, upsert
from presswatch_shared.store.metadata import metadata, micros
from presswatch_shared.store.ownership import Owners, belongs_to

__all__ = [
    "CHANGES",
    "FIRED",
    "TOLD_AGAIN_SECONDS",
    "UPDATED",
    "AlertRow",
    "alerts_of_articles",
    "alerts_of_pairs",
    "alerts_since",
    "count_alerts",
    "get_alert",
    "get_alerts",
    "insert_alerts",
    "list_alerts",
    "mark_seen",
    "seen_versions",
]

FIRED, UPDATED = "fired", "updated"
TOLD_AGAIN_SECONDS = 30 * 86_400
"""How long a replay tells of a recorded alert again: a crash before it was told is made good for, and no old news."""
CHANGES = "alerts"
# Databases limit the parameters of a statement.
PARAMETERS = 10_000

alerts = Table(
    "alerts",
    metadata,
    Column("alert_id", String(32), primary_key=True),
    Column("seq", BigInteger, nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("watch_id", String(64), nullable=False),
    Column("watch_version", Integer, nullable=False),
    Column("watch_name", Text, nullable=False),
    Column("query", Text, nullable=False),
    Column("story_id", String(32), nullable=False, index=True),
    Column("article_id", String(32), nullable=False, index=True),
    Column("article_version", BigInteger, nullable=False),
    Column("extractor", String(64), nullable=False),
    Column("url", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("source", String(255), nullable=False),
    Column("lang", String(16), nullable=False),
    micros("published_at", nullable=True),
    Column("snippet", Text, nullable=False),
    Column("snippet_spans", JSON, nullable=False),
    Column("matches", JSON, nullable=False),
    Column("found", JSON, nullable=False),
    Column("outlets", Integer, nullable=False),
    micros("fired_at"),
    micros("fetched_at"),
    UniqueConstraint("watch_id", "story_id", "kind"),
)

# Which version of an article the matcher has seen last: an older one that comes late must not fire.
seen_articles = Table(
    "seen_articles",
    metadata,
    Column("article_id", String(32), primary_key=True),
    Column("version", BigInteger, nullable=False),
    micros("seen_at", index=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRow:
    """An alert as recorded. `seq` is 0 until it is stored."""

    alert_id: str
    seq: int = 0
    kind: str
    """fired or updated."""
    watch_id: str
    watch_version: int
    watch_name: str
    query: str
    story_id: str
    article_id: str
    article_version: int
    extractor: str
    url: str
    title: str
    source: str
    lang: str
    published_at: Micros | None
    snippet: str
    snippet_spans: tuple[tuple[int, int], ...]
    """Where the matches stand in the snippet: code points, end exclusive."""
    matches: tuple[MatchSpan, ...]
    """Where they stand in the article; the first ones where there are very many."""
    found: Mapping[str, int]
    """How often each clause matched which words, for telling new text from old."""
    outlets: int
    fired_at: Micros
    fetched_at: Micros

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses that matched, as written in the query."""
        places = {tuple(int(at) for at in key.partition(":")[0].split("-")) for key in self.found}
        return tuple(self.query[start:end] for start, end in sorted(places))


def insert_alerts(tx: Tx, rows: Sequence[AlertRow]) -> Sequence[AlertRow]:
    """Record those whose (watch, story, kind) has no record yet; gives these, with their `seq`."""
    if not rows:
        return []
    numbers = counters.next_values(tx, CHANGES, len(rows))
    numbered = [replace(row, seq=seq) for row, seq in zip(rows, numbers, strict=True)]
    insert_if_absent(tx, alerts, [_values(row) for row in numbered])
    stored = tx.execute(select(alerts.c.seq).where(alerts.c.seq.between(numbers[0], numbers[-1]))).scalars()
    mine = frozenset(stored)
    return [row for row in numbered if row.seq in mine]


def get_alert(tx: Tx, alert_id: str) -> AlertRow | None:
    return next(iter(get_alerts(tx, [alert_id])), None)


def get_alerts(tx: Tx, alert_ids: Iterable[str]) -> Sequence[AlertRow]:
    """Those that exist, in the order they were recorded."""
    return _rows(tx, select(alerts).where(alerts.c.alert_id.in_(sorted(set(alert_ids)))).order_by(alerts.c.seq))


def alerts_of_pairs(tx: Tx, pairs: Iterable[tuple[str, str]]) -> Sequence[AlertRow]:
    """All records of these (watch, story) pairs."""
    wanted = frozenset(pairs)
    stories = alerts.c.story_id.in_(sorted({story_id for _, story_id in wanted}))
    watch_ids = sorted({watch_id for watch_id, _ in wanted})
    found: list[AlertRow] = []
    for first in range(0, len(watch_ids), PARAMETERS):
        some = alerts.c.watch_id.in_(watch_ids[first : first + PARAMETERS])
        found += _rows(tx, select(alerts).where(stories, some))
    return [row for row in found if (row.watch_id, row.story_id) in wanted]


def alerts_of_articles(tx: Tx, article_ids: Iterable[str], *, owners: Owners = None) -> Sequence[AlertRow]:
    """All records that one of these articles made."""
    wanted = (alerts.c.article_id.in_(sorted(set(article_ids))), *belongs_to(alerts.c.watch_id, owners))
    return _rows(tx, select(alerts).where(*wanted).order_by(alerts.c.seq))


def list_alerts(
    tx: Tx, *, before: int | None = None, watch_id: str | None = None, owners: Owners = None, limit: int = 50
) -> Sequence[AlertRow]:
    """Newest first; `before` is the `seq` of the last one seen."""
    statement = select(alerts).where(*belongs_to(alerts.c.watch_id, owners))
    if before is not None:
        statement = statement.where(alerts.c.seq < before)
    if watch_id is not None:
        statement = statement.where(alerts.c.watch_id == watch_id)
    return _rows(tx, statement.order_by(alerts.c.seq.desc()).limit(limit))


def alerts_since(tx: Tx, seq: int, limit: int = 100) -> Sequence[AlertRow]:
    """Alerts recorded after `seq`, in order."""
    return _rows(tx, select(alerts).where(alerts.c.seq > seq).order_by(alerts.c.seq).limit(limit))


def count_alerts(tx: Tx) -> int:
    return tx.execute(select(func.count()).select_from(alerts)).scalar_one()


def seen_versions(tx: Tx, article_ids: Iterable[str]) -> Mapping[str, int]:
    """The newest version that was matched, by article."""
    wanted = seen_articles.c.article_id.in_(sorted(set(article_ids)))
    rows = tx.execute(select(seen_articles.c.article_id, seen_articles.c.version).where(wanted))
    return {row[0]: row[1] for row in rows}


def mark_seen(tx: Tx, versions: Mapping[str, int], *, now: Micros) -> None:
    """Note versions as matched; the caller gives only newer ones."""
    rows = [{"article_id": key, "version": versions[key], "seen_at": now} for key in sorted(versions)]
    upsert(tx, seen_articles, rows, key=["article_id"], update=["version", "seen_at"])


def _rows(tx: Tx, statement: Select[Any]) -> Sequence[AlertRow]:
    return [_alert(row) for row in tx.execute(statement)]


def _alert(row: Row[Any]) -> AlertRow:
    values = dict(row._mapping)
    values["matches"] = tuple(MatchSpan(*span) for span in values["matches"])
    values["snippet_spans"] = tuple((start, end) for start, end in values["snippet_spans"])
    return AlertRow(**values)


def _values(row: AlertRow) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in AlertRow.__slots__}
    values["matches"] = [[span.field, span.start, span.end] for span in row.matches]
    values["snippet_spans"] = [list(span) for span in row.snippet_spans]
    values["found"] = dict(row.found)
    return values
