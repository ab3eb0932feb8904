"""From the client's records to ours."""

from __future__ import annotations

from typing import Any

from presswatch_shared.stream.port import Position, RawRecord

__all__ = ["raw_record"]

MILLISECOND = 1_000


def raw_record(record: Any, prefix: str) -> RawRecord:
    """The client's record as a message of the port; a missing key or value is an empty one."""
    return RawRecord(
        Position(record.topic[len(prefix) :], record.partition, record.offset),
        (record.key or b"").decode("utf-8", "replace"),
        record.value or b"",
        record.timestamp * MILLISECOND,
    )
