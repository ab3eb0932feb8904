"""The flow of events: what a stage is, and what a host of the flow promises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from presswatch_shared.envelope import Envelope
from presswatch_shared.events import Event
from presswatch_shared.topics import Topic

__all__ = ["Consumer", "Lag", "Out", "Position", "RawOut", "RawRecord", "Record", "Stage", "Stream"]


@dataclass(frozen=True, slots=True)
class Record:
    """One event as a stage sees it: no offsets, no broker types."""

    topic: str
    envelope: Envelope

    @property
    def event(self) -> Event:
        return self.envelope.event


@dataclass(frozen=True, slots=True)
class Out:
    """An event to be written. `at` is when the fact happened (µs); `trace` is handed on from the record."""

    topic: Topic[Event]
    event: Event
    at: int
    trace: str = ""


class Stage(Protocol):
    """A step of the pipeline."""

    name: str
    """Consumer group and metric label."""
    inputs: Sequence[Topic[Event]]

    async def handle(self, batch: Sequence[Record]) -> Sequence[Out]:
        """The outputs for a batch; its store effects are done when it returns.

        Idempotent: the same batch may come again, whole or in part, after a crash.

        Raises:
            Retry: the same batch again later.
            Poison: a message can never work (the engine finds out which).
        """
        ...


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """Where a message stands."""

    topic: str
    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class RawRecord:
    """A message as the host stored it."""

    position: Position
    key: str
    value: bytes
    appended_at: int
    """When the host took it (µs)."""


@dataclass(frozen=True, slots=True)
class RawOut:
    """A message to be written as it is."""

    topic: str
    key: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Lag:
    """How far a group is behind on a topic: messages not yet committed, and the age of the oldest in seconds."""

    records: int
    seconds: float


class Consumer(Protocol):
    """One member of a consumer group. Not safe for use from two tasks."""

    async def poll(self, limit: int, wait: float) -> Sequence[RawRecord]:
        """Up to `limit` messages after those polled before, in order within a partition; empty after `wait` seconds.

        After a restart it begins behind the last commit.
        """
        ...

    async def commit(self, batch: Sequence[RawRecord], outs: Sequence[RawOut]) -> None:
        """Write `outs` durably, then mark `batch` as done. Where the host can, both or neither.

        Raises:
            Retry: nothing was marked; the same call may be made again.
        """
        ...

    async def rewind(self) -> None:
        """Forget what was polled and not committed: the next poll gives it again."""
        ...

    async def close(self) -> None:
        """Leave the group without committing."""
        ...


class Stream(Protocol):
    """The log of events: at least once, in order within a key, kept for replay."""

    async def publish(self, outs: Sequence[RawOut]) -> None:
        """Append all, in order; durable when it returns.

        Raises:
            Retry: the log is busy, full or away; nothing was appended (embedded) or some may be (Kafka).
        """
        ...

    async def consumer(self, group: str, topics: Sequence[str]) -> Consumer:
        """Join `group`. Each partition is read by one member of the group at a time."""
        ...

    async def lag(self, group: str, topics: Sequence[str]) -> Mapping[str, Lag]:
        """Lag of the group a topic."""
        ...

    async def end_offsets(self, topic: str) -> Mapping[int, int]:
        """One past the last message of each partition."""
        ...

    async def read(self, topic: str, partition: int, offset: int, limit: int) -> Sequence[RawRecord]:
        """Messages from `offset` on, outside any group: for replay, rebuild and looking."""
        ...

    async def close(self) -> None: ...
