"""Rows of whole tables out of one store and into another, with their keys: for `admin export` and `admin import`.

Whoever comes to a store that has rows already keeps his keys, but for numbers that both stores gave by themselves:
numbers of changes are taken anew, and row numbers are shifted.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import LargeBinary, Table, delete, func, select, text
from sqlalchemy.sql.elements import ColumnElement

from presswatch_shared.store import counters, signatures
from presswatch_shared.store.database import Tx, count_rows, insert_if_absent, upsert
from presswatch_shared.store.migrate import all_tables

__all__ = ["Import", "Row", "all_rows", "begin", "count_all", "current_import", "finish", "is_empty", "take_rows"]

Row = dict[str, Any]
"""A row as JSON has it: bytes in base64."""

# Answers to requests under way, and logins: they belong to the place they were made at. Bands of signatures are made
# anew, as the database wants them.
LEFT_OUT = frozenset(("idempotent_answers", "sessions", "signature_bands"))
# Who holds a row is not there any more.
HELD = ("leased_until", "busy_until")
COUNTERS = "counters"
# The counter that a table's `seq` comes from.
SEQUENCES = {"alerts": "alerts", "inbox": "inbox", "watches": "watches", "aliases": "watches", "audit_log": "audit"}
# Columns with row numbers, and the table whose numbers they are.
NUMBERED = {
    "outbox": {"id": "outbox"},
    "deliveries": {"id": "deliveries", "outbox_id": "outbox"},
    "signatures": {"id": "signatures"},
}
ROWS_AT_ONCE = 1_000
MARK = "import:"


class Import:
    """One archive on its way in. Its progress is saved with its rows, so that it goes on where it was cut off."""

    def __init__(self, archive_id: str) -> None:
        self.name = f"{MARK}{archive_id}"

    def done(self, tx: Tx) -> int | None:
        """How many records were taken; None before the first."""
        return self._find(tx, "")

    def is_finished(self, tx: Tx) -> bool:
        return self._find(tx, ":end") is not None

    def is_merging(self, tx: Tx) -> bool:
        """Whether the store had rows when the import began."""
        return bool(self._find(tx, ":merge"))

    def save(self, tx: Tx, done: int) -> None:
        self.set(tx, "", done)

    def set(self, tx: Tx, part: str, value: int) -> None:
        row = {"name": self.name + part, "value": value}
        upsert(tx, counters.counters, [row], key=["name"], update=["value"])

    def shift(self, tx: Tx, table: str) -> int:
        """What is added to the row numbers of the archive."""
        return self._find(tx, f":{table}") or 0

    def _find(self, tx: Tx, part: str) -> int | None:
        wanted = counters.counters.c.name == self.name + part
        return tx.execute(select(counters.counters.c.value).where(wanted)).scalar()


def moved_tables() -> Sequence[Table]:
    """Deliveries before the tries that name them by number."""
    tables = [table for table in all_tables().sorted_tables if table.name not in LEFT_OUT]
    return sorted(tables, key=lambda table: (table.name != "outbox", table.name))


def all_rows(tx: Tx) -> Iterator[tuple[str, Row]]:
    """Every row that is moved, table by table, by key: (table, row). Nothing is held in memory."""
    for table in moved_tables():
        statement = select(table).order_by(*table.primary_key)
        if table.name == COUNTERS:
            statement = statement.where(table.c.name.not_like(f"{MARK}%"))
        for row in tx.execute(statement, execution_options={"yield_per": ROWS_AT_ONCE}):
            yield str(table.name), _out(table, row._mapping)


def count_all(tx: Tx) -> Mapping[str, int]:
    """Rows by table, of all that is moved."""
    counts = {table.name: count_rows(tx, table) for table in moved_tables()}
    marks = select(func.count()).select_from(counters.counters).where(counters.counters.c.name.like(f"{MARK}%"))
    return counts | {COUNTERS: counts[COUNTERS] - tx.execute(marks).scalar_one()}


def is_empty(tx: Tx) -> bool:
    # Numbers that go on are no content.
    return not any(count for name, count in count_all(tx).items() if name != COUNTERS)


def current_import(tx: Tx) -> str | None:
    """The id of an archive whose import was begun and not finished."""
    rows = tx.execute(select(counters.counters.c.name).where(counters.counters.c.name.like(f"{MARK}%"))).scalars()
    parts = [name.removeprefix(MARK).partition(":") for name in rows]
    ended = {archive for archive, _, part in parts if part == "end"}
    return next((archive for archive, _, _ in sorted(parts) if archive not in ended), None)


def begin(tx: Tx, archive: Import, *, merge: bool) -> None:
    """Note that the import begins, and how far row numbers are shifted."""
    archive.set(tx, ":merge", int(merge))
    tables = all_tables().tables
    for name in sorted({owner for columns in NUMBERED.values() for owner in columns.values()}):
        highest = tx.execute(select(func.max(tables[name].c.id))).scalar() or 0
        archive.set(tx, f":{name}", highest if merge else 0)
    archive.save(tx, 0)


def take_rows(tx: Tx, archive: Import, table_name: str, rows: Sequence[Row], *, done: int) -> int:
    """Insert the rows whose keys are not there yet, and note the progress; says how many were new.

    Raises:
        KeyError: a table that this version does not have.
    """
    table = all_tables().tables[table_name]
    merging = archive.is_merging(tx)
    values = [_in(table, row) for row in rows]
    archive.save(tx, done)
    if merging:
        values = _renumbered(tx, archive, table_name, values)
        if table_name == COUNTERS:
            return 0
    added = insert_if_absent(tx, table, values)
    if table_name == signatures.signatures.name:
        signatures.add_bands(tx, values)
    return added


def finish(tx: Tx, archive: Import) -> None:
    """Let the database count on behind the rows that came with their numbers, and forget what the import noted."""
    if tx.dialect.name == "postgresql":
        for name in sorted(set(NUMBERED) & {owner for columns in NUMBERED.values() for owner in columns.values()}):
            highest = f"(SELECT coalesce(max(id), 0) + 1 FROM {name})"  # noqa: S608 (a name of ours)
            tx.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), {highest}, false)"))
    noted = counters.counters.c.name.like(f"{archive.name}%")
    tx.execute(delete(counters.counters).where(noted))
    archive.set(tx, ":end", 1)


def _out(table: Table, row: Mapping[Any, Any]) -> Row:
    # SQLAlchemy's names are strings of a class of its own.
    values: Row = {str(name): 0 if name in HELD else value for name, value in row.items()}
    for column in _binary(table):
        values[column] = base64.b64encode(values[column]).decode("ascii")
    return values


def _in(table: Table, row: Row) -> Row:
    return row | {column: base64.b64decode(row[column]) for column in _binary(table)}


def _binary(table: Table) -> Sequence[str]:
    return [column.name for column in table.columns if isinstance(column.type, LargeBinary)]


def _renumbered(tx: Tx, archive: Import, table_name: str, rows: Sequence[Row]) -> list[Row]:
    if table_name in SEQUENCES and rows:
        numbers = counters.next_values(tx, SEQUENCES[table_name], len(rows))
        return [row | {"seq": seq} for row, seq in zip(rows, numbers, strict=True)]
    shifts = {column: archive.shift(tx, owner) for column, owner in NUMBERED.get(table_name, {}).items()}
    moved = [row | {column: row[column] + shift for column, shift in shifts.items()} for row in rows]
    return _with_parent(tx, moved) if table_name == "deliveries" else moved


def _with_parent(tx: Tx, rows: Sequence[Row]) -> list[Row]:
    """Tries of deliveries that came along; where the store had the delivery already, it has its tries, too."""
    outbox = all_tables().tables["outbox"]
    wanted: ColumnElement[bool] = outbox.c.id.in_(sorted({row["outbox_id"] for row in rows}))
    there = cast("set[int]", set(tx.execute(select(outbox.c.id).where(wanted)).scalars()))
    return [row for row in rows if row["outbox_id"] in there]
