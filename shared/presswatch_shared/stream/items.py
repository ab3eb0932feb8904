"""What the engine makes of a polled message: an event for the stage, a heartbeat to pass on, or undecodable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from presswatch_shared.envelope import Envelope, decode
from presswatch_shared.errors import Poison
from presswatch_shared.events import Event, Heartbeat
from presswatch_shared.stream.port import RawRecord, Record
from presswatch_shared.topics import Topic, retry_topic

__all__ = ["Item", "StageInputs"]


@dataclass(frozen=True, slots=True)
class Item:
    """A message, and what it says: exactly one of `record`, `heartbeat` and `refusal` is set."""

    raw: RawRecord
    topic: str
    """The stage's input; for a message that was replayed, the topic it came from at first."""
    record: Record | None = None
    heartbeat: Envelope | None = None
    refusal: Poison | None = None


class StageInputs:
    """The topics a stage reads: its inputs, and for each of them the one of replayed messages."""

    def __init__(self, stage: str, inputs: Sequence[Topic[Event]]) -> None:
        self._origins: Mapping[str, Topic[Event]] = {
            name: topic for topic in inputs for name in (topic.name, retry_topic(topic.name, stage))
        }

    @property
    def topics(self) -> Sequence[str]:
        """Names of all of them."""
        return tuple(self._origins)

    def item(self, raw: RawRecord) -> Item:
        """The message decoded; what cannot be is kept with the reason."""
        topic = self._origins[raw.position.topic]
        try:
            envelope = decode(raw.value)
        except Poison as refusal:
            return Item(raw, topic.name, refusal=refusal)
        if isinstance(envelope.event, Heartbeat):
            return Item(raw, topic.name, heartbeat=envelope)
        if not isinstance(envelope.event, topic.event):
            name = type(envelope.event).__name__
            return Item(
                raw, topic.name, refusal=Poison(f"{name} does not belong on {topic.name}", reason="undecodable")
            )
        return Item(raw, topic.name, record=Record(topic.name, envelope))
