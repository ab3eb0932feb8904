"""What the SQLite log does to its rows: plain functions of a connection inside a transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from presswatch_shared.clock import SECOND, Micros
from presswatch_shared.stream.port import POLL_BYTES, Lag, Position, RawRecord

__all__ = [
    "OFFSET_BITS",
    "Row",
    "TopicRow",
    "append",
    "create_topics",
    "ends",
    "find_topics",
    "lag",
    "partition_in",
    "read_from",
    "save_offsets",
]

OFFSET_BITS = 40
PARTITION_BITS = 8
OFFSET_MASK = (1 << OFFSET_BITS) - 1

Row = tuple[int, str, bytes]
"""Partition (`tp`), key, value."""


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic as the file knows it."""

    id: int
    name: str
    partitions: int

    def tp(self, partition: int) -> int:
        return self.id << PARTITION_BITS | partition

    @property
    def tps(self) -> range:
        return range(self.tp(0), self.tp(self.partitions))


def partition_in(tp: int) -> int:
    """The partition within its topic."""
    return tp & ((1 << PARTITION_BITS) - 1)


def create_topics(connection: sqlite3.Connection, names: Iterable[str], partitions: int) -> Sequence[TopicRow]:
    """The topics, made where they are missing. An existing one keeps its number of partitions."""
    wanted = list(names)
    for name in wanted:
        made = connection.execute(
            "INSERT INTO topics (name, partitions) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING id",
            (name, partitions),
        ).fetchone()
        if made:
            tps = TopicRow(made[0], name, partitions).tps
            connection.executemany("INSERT INTO partitions VALUES (?, 0, 0)", [(tp,) for tp in tps])
    return [topic for topic in find_topics(connection) if topic.name in wanted]


def find_topics(connection: sqlite3.Connection) -> Sequence[TopicRow]:
    """All topics by name."""
    rows = connection.execute("SELECT id, name, partitions FROM topics ORDER BY name")
    return [TopicRow(*row) for row in rows]


def append(connection: sqlite3.Connection, rows: Sequence[Row], now: Micros) -> None:
    """Append in order; offsets of a partition only ever grow, whatever was deleted."""
    next_offsets: dict[int, int] = {}
    stored = []
    for tp, key, value in rows:
        if tp not in next_offsets:
            found = connection.execute("SELECT next_offset FROM partitions WHERE tp = ?", (tp,)).fetchone()
            next_offsets[tp] = found[0]
        stored.append((tp << OFFSET_BITS | next_offsets[tp], now, key, value))
        next_offsets[tp] += 1
    connection.executemany("INSERT INTO log (id, appended_at, key, value) VALUES (?, ?, ?, ?)", stored)
    connection.executemany(
        "UPDATE partitions SET next_offset = ? WHERE tp = ?", [(end, tp) for tp, end in next_offsets.items()]
    )


def save_offsets(connection: sqlite3.Connection, group: str, next_offsets: Mapping[int, int]) -> None:
    """The group is done with everything before these offsets; an offset never goes back."""
    connection.executemany(
        "INSERT INTO offsets VALUES (?, ?, ?) "
        "ON CONFLICT DO UPDATE SET next_offset = max(next_offset, excluded.next_offset)",
        [(group, tp, offset) for tp, offset in next_offsets.items()],
    )


def read_from(
    connection: sqlite3.Connection, starts: Iterable[tuple[int, int]], names: Mapping[int, str], limit: int
) -> Sequence[RawRecord]:
    """Messages from each (partition, offset), partition after partition, until `limit` or `POLL_BYTES` is reached."""
    found: list[RawRecord] = []
    size = 0
    for tp, offset in starts:
        rows = connection.execute(
            "SELECT id, key, value, appended_at FROM log WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
            (tp << OFFSET_BITS | offset, (tp + 1) << OFFSET_BITS, limit - len(found)),
        )
        for row_id, key, value, appended_at in rows:
            position = Position(names[tp], partition_in(tp), row_id & OFFSET_MASK)
            found.append(RawRecord(position, key, value, appended_at))
            size += len(value)
            if size >= POLL_BYTES:
                return found
        if len(found) == limit:
            break
    return found


def ends(connection: sqlite3.Connection, topic: TopicRow) -> Mapping[int, int]:
    """One past the last message of each partition."""
    rows = connection.execute(
        "SELECT tp, next_offset FROM partitions WHERE tp >= ? AND tp < ?", (topic.tps.start, topic.tps.stop)
    )
    return {partition_in(tp): end for tp, end in rows}


def lag(connection: sqlite3.Connection, group: str, topic: TopicRow, now: Micros) -> Lag:
    """What the group has not committed of a topic, and the age of the oldest of it."""
    records, oldest = 0, now
    for tp in topic.tps:
        committed = connection.execute(
            "SELECT next_offset FROM offsets WHERE grp = ? AND tp = ?", (group, tp)
        ).fetchone()
        first = connection.execute(
            "SELECT id, appended_at FROM log WHERE id >= ? AND id < ? ORDER BY id LIMIT 1",
            (tp << OFFSET_BITS | (committed[0] if committed else 0), (tp + 1) << OFFSET_BITS),
        ).fetchone()
        if first:
            (end,) = connection.execute("SELECT next_offset FROM partitions WHERE tp = ?", (tp,)).fetchone()
            records += end - (first[0] & OFFSET_MASK)
            oldest = min(oldest, first[1])
    return Lag(records, (now - oldest) / SECOND)
