"""On PostgreSQL no query that runs all the time reads a whole table, however many rows there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy import event, text

from presswatch_enrichment.similarity import fingerprint
from presswatch_shared.clock import SECOND
from presswatch_shared.store import outbox, polls, pruning, signatures, sources, visits, watches
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.pruning import Cutoffs

pytestmark = [pytest.mark.servers, pytest.mark.parametrize("store_address", ["postgresql"], indirect=True)]

ROWS = 5_000
NOW = 1_790_000_000 * SECOND
# Rows that were over long ago are the most by far, as after months of running.
FILL = (
    """INSERT INTO hosts SELECT 'h' || n || '.example', 0, 0, 0, 0, 0, 0, 0, '' FROM generate_series(1, 2000) n""",
    """INSERT INTO frontier SELECT md5('f' || n), 'http://x/' || n, 'h' || (n % 2000 + 1) || '.example', 's', 'f',
        CASE WHEN n <= 50 THEN 'due' ELSE 'done' END, n, 0, 1, 0, 0, '', 0, 0, '', '', '', '', NULL, NULL, 0
        FROM generate_series(1, :rows) n""",
    """INSERT INTO outbox (alert_id, channel_id, kind, channel_kind, endpoint, payload, state, tries, due_at,
        leased_until, created_at, finished_at) SELECT md5('o' || n), 'c' || n % 40, 'fired', 'webhook', 'e' || n % 40,
        '{}', CASE WHEN n <= 50 THEN 'pending' ELSE 'delivered' END, 0, n, 0, n,
        CASE WHEN n <= 50 THEN NULL ELSE n END FROM generate_series(1, :rows) n""",
    """INSERT INTO endpoints SELECT 'e' || n, 0, 0 FROM generate_series(0, 39) n""",
    """INSERT INTO ledger SELECT md5('f' || n), 1, 'http://x/' || n, 's', 'f', n + 1000000, 'fetched', '', n,
        '', '', '', 0, '', 0, '', 0 FROM generate_series(1, :rows) n""",
    """INSERT INTO signatures (day, article_id, story_id, packed, lang) SELECT n % 7, md5('a' || n), 's',
        sha512(convert_to('a' || n, 'utf8')) || sha512(convert_to('b' || n, 'utf8')), 'en'
        FROM generate_series(1, :rows) n""",
)
MANY_SOURCES = """INSERT INTO sources SELECT (jsonb_populate_record(s, jsonb_build_object('id', 'x' || n, 'url',
    'http://x/' || n, 'due_at', CASE WHEN n > 5 THEN :later ELSE 1 END))).*
    FROM sources s, generate_series(1, :rows) n"""
BIG = ("frontier", "outbox", "ledger", "watches", "sources", "signatures", "inbox", "deliveries")


def claim_pages(tx: Tx) -> object:
    return visits.claim_due(tx, NOW, 20, leased_until=NOW + 1, host_delay=5.0)


def claim_deliveries(tx: Tx) -> object:
    return outbox.claim(tx, now=NOW, leased_until=NOW + 1, limit=20, per_endpoint=4, trial_after=5)


def prune_all(tx: Tx) -> object:
    found = pruning.rules(Cutoffs(visits=1, deliveries=1, inbox=1, stories=1))
    return [pruning.prune_some(tx, rule) for rule in found if rule.table.name in ("frontier", "outbox", "ledger")]


def find_copies(tx: Tx) -> object:
    found = fingerprint("t", " ".join(f"w{number}" for number in range(60)), "en")
    assert found is not None
    return signatures.candidates(tx, found.packed, found.lang, days=range(7))


def claim_sources(tx: Tx) -> object:
    return polls.claim_due_sources(tx, NOW, 20, leased_until=NOW + 1, host_delay=5.0)


HOT: Mapping[str, Callable[[Tx], object]] = {
    "claim pages": claim_pages,
    "are pages due": lambda tx: visits.has_due(tx, now=NOW),
    "claim sources": claim_sources,
    "are sources due": lambda tx: polls.has_due_source(tx, now=NOW),
    "claim deliveries": claim_deliveries,
    "are deliveries due": lambda tx: outbox.has_due(tx, now=NOW),
    "changes of watches": lambda tx: watches.watches_changed_since(tx, 4_990),
    "find copies": find_copies,
    "retention with nothing to remove": prune_all,
}


@pytest.fixture
def filled(store: Store) -> Iterator[Store]:
    def fill(tx: Tx) -> None:
        for statement in FILL:
            tx.execute(text(statement), {"rows": ROWS} if ":rows" in statement else {})
        new = [watches.NewWatch(id=f"w{number}", query="Rostec") for number in range(ROWS)]
        watches.add_watches(tx, new, now=1)
        tx.execute(text("UPDATE hosts SET next_allowed_at = 0"))
        sources.add_source(tx, url="http://h1.example/feed", now=NOW)
        tx.execute(text(MANY_SOURCES), {"rows": ROWS, "later": NOW * 2})

    store.run_now(fill)
    with store.engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()
    yield store


def test_no_hot_query_reads_a_whole_table(filled: Store) -> None:
    found = {name: [scan for scan in scans(filled, work) if scan[0] in BIG] for name, work in HOT.items()}
    assert {name: whole for name, whole in found.items() if whole} == {}


def scans(store: Store, work: Callable[[Tx], object]) -> list[tuple[str, str, str]]:
    """The whole tables that the statements of `work` read: table, statement, plan."""
    said: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, ___: Any, many: bool) -> None:
        if not many and statement.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE")):
            said.append((statement, parameters))

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        with store.engine.connect() as connection:
            work(connection)
            connection.rollback()
    finally:
        event.remove(store.engine, "before_cursor_execute", note)
    found: list[tuple[str, str, str]] = []
    with store.engine.connect() as connection:
        for statement, parameters in said:
            lines = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars().all()
            plan = "\n".join(lines)
            found += [(_table(line), statement, plan) for line in lines if "Seq Scan on " in line]
        connection.rollback()
    assert said
    return found


def _table(line: str) -> str:
    return line.partition("Seq Scan on ")[2].split()[0]
