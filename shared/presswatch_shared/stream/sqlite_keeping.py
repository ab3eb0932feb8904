"""What the SQLite log keeps: age by topic, and of compacted topics the newest message of each key.

Each call is one small step, so that it holds the write lock only for a moment.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from presswatch_shared.clock import Micros
from presswatch_shared.stream.sqlite_rows import OFFSET_BITS

__all__ = ["Keep", "compact_step", "retain_step"]


@dataclass(frozen=True, slots=True)
class Keep:
    """`age` in seconds, None = for ever. `compacted` keeps only the newest of a key, besides what is not read yet."""

    age: float | None = None
    compacted: bool = False


def retain_step(connection: sqlite3.Connection, tp: int, *, before: Micros, limit: int) -> int:
    """Remove up to `limit` messages of the partition's beginning that were appended before the moment.

    Stops at the first message that a group has yet to commit, where the group was seen since that moment. Says how many
    were removed.
    """
    end = _read_by_all(connection, tp, before)
    rows = connection.execute(
        "SELECT id, appended_at FROM log WHERE id >= ? AND id < ? ORDER BY id LIMIT ?", (tp << OFFSET_BITS, end, limit)
    ).fetchall()
    expired = next((index for index, (_, appended_at) in enumerate(rows) if appended_at >= before), len(rows))
    _delete(connection, [row[0] for row in rows[:expired]])
    return expired


def compact_step(connection: sqlite3.Connection, tp: int, *, seen_since: Micros, limit: int) -> int:
    """Look at up to `limit` messages that were not looked at, and remove what each of them replaces.

    `seen_since`: groups not seen since then hold nothing back. Says how many messages were looked at.
    """
    (start,) = connection.execute("SELECT compacted_to FROM partitions WHERE tp = ?", (tp,)).fetchone()
    rows = connection.execute(
        "SELECT id, key FROM log WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
        (tp << OFFSET_BITS | start, _read_by_all(connection, tp, seen_since), limit),
    ).fetchall()
    replaced: list[int] = []
    for row_id, key in rows:
        older = connection.execute("SELECT id FROM newest WHERE tp = ? AND key = ?", (tp, key)).fetchone()
        replaced.extend(older or ())
        connection.execute(
            "INSERT INTO newest VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET id = excluded.id", (tp, key, row_id)
        )
    _delete(connection, replaced)
    if rows:
        next_offset = (rows[-1][0] & ((1 << OFFSET_BITS) - 1)) + 1
        connection.execute("UPDATE partitions SET compacted_to = ? WHERE tp = ?", (next_offset, tp))
    return len(rows)


def _read_by_all(connection: sqlite3.Connection, tp: int, seen_since: Micros) -> int:
    """Id before which every group that was seen since then has committed; all of the partition where there is none."""
    (offset,) = connection.execute(
        "SELECT min(o.next_offset) FROM offsets o JOIN groups g ON g.name = o.grp WHERE o.tp = ? AND g.seen_at >= ?",
        (tp, seen_since),
    ).fetchone()
    return (tp + 1) << OFFSET_BITS if offset is None else tp << OFFSET_BITS | offset


def _delete(connection: sqlite3.Connection, ids: Sequence[int]) -> None:
    connection.executemany("DELETE FROM log WHERE id = ?", [(row_id,) for row_id in ids])
