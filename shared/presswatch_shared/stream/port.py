"""The flow of events: what a stage is, and what a host of the flow promises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from presswatch_shared.envelope import Envelope
from presswatch_shared.errors import PresswatchError
from presswatch_shared.events import Event
from presswatch_shared.topics import Topic

__all__ = [
    "MESSAGE_BYTES",
    "POLL_BYTES",
    "Consumer",
    "Lag",
    "Out",
    "Position",
    "RawOut",
    "RawRecord",
    "Record",
    "Revoked",
    "Stage",
    "Stream",
]

MESSAGE_BYTES = 16 * 2**20
"""The largest value a host takes: an event of 14 MiB and what a dead letter adds to it."""
POLL_BYTES = 32 * 2**20
"""A host gives no further message once it has given this much."""


class Revoked(PresswatchError):
    """A partition of the batch belongs to another member of the group now: give the batch up and poll anew."""


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
    """A message to be written as it is. `trace` is a W3C traceparent, for hosts that have headers for it."""

    topic: str
    key: str
    value: bytes
    trace: str = ""


@dataclass(frozen=True, slots=True)
class Lag:
    """How far a group is behind on a topic: messages not yet committed, and the age of the oldest in seconds."""

    records: int
    seconds: float


class Consumer(Protocol):
    """One member of a consumer group. Not safe for use from two tasks."""

    async def poll(self, limit: int, wait: float) -> Sequence[RawRecord]:
        """Up to `limit` messages after those polled before, in order within a partition; empty after `wait` seconds.

        Fewer than there are once they exceed `POLL_BYTES`. After a restart it begins behind the last commit.

        Raises:
            Retry: the log cannot be read now.
        """
        ...

    async def commit(self, batch: Sequence[RawRecord], outs: Sequence[RawOut]) -> None:
        """Write `outs` durably, then mark `batch` as done. Where the host can, both or neither.

        Raises:
            Retry: nothing was marked; the same call may be made again.
            Revoked: nothing was marked; another member has the messages now.
            Poison: a value is larger than `MESSAGE_BYTES`; nothing was written.
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
            Poison: a value is larger than `MESSAGE_BYTES`; nothing was appended.
        """
        ...

    async def consumer(self, group: str, topics: Sequence[str]) -> Consumer:
        """Join `group`. Each partition is read by one member of the group at a time."""
        ...

    async def lag(self, group: str, topics: Sequence[str]) -> Mapping[str, Lag]:
        """Lag of the group a topic."""
        ...

    async def end_offsets(self, topic: str) -> Mapping[int, int]:
        """One past the last message of each partition; nothing for a topic that is not there."""
        ...

    async def read(self, topic: str, partition: int, offset: int, limit: int) -> Sequence[RawRecord]:
        """Messages from `offset` on, outside any group: for replay, rebuild and looking.

        Fewer than `limit` once they exceed `POLL_BYTES`; empty only where nothing is left.
        """
        ...

    async def topics(self) -> Sequence[str]:
        """Names of all topics there are, sorted."""
        ...

    async def close(self) -> None: ...
