"""Messages that a stage could not handle, kept whole with the reason.

On the wire MessagePack: the raw bytes stay as they are, where base64 would push a large page over the limit of a host.
A `Replayed` on the same topic says that an earlier dead letter was put back, or discarded: it is none any more.
"""

from __future__ import annotations

import traceback
from dataclasses import dataclass

import msgspec

from presswatch_shared.clock import Micros
from presswatch_shared.errors import Poison
from presswatch_shared.stream.encoding import EVENT_BYTES
from presswatch_shared.stream.items import Item
from presswatch_shared.stream.port import RawOut
from presswatch_shared.topics import dead_letter_topic

__all__ = ["DeadLetter", "Failure", "Replayed", "dead_letter", "decode_entry", "encode_entry"]

ERROR_CHARACTERS = 2_000
TRACEBACK_CHARACTERS = 16_000
TRACEBACK_FRAMES = 40


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True, tag="dead_letter"):
    """A message that was set aside."""

    stage: str
    topic: str
    partition: int
    offset: int
    key: str
    error: str
    reason: str
    traceback: str = ""
    attempts: int
    at: int
    raw: bytes
    size: int
    """Length of the message; larger than `raw` where that had to be cut."""


class Replayed(msgspec.Struct, frozen=True, kw_only=True, tag="replayed"):
    """The dead letter at this place of this topic was put back, or given up for good."""

    partition: int
    offset: int
    at: int
    discarded: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a message is set aside. `classified` means that the stage or the engine named the fault."""

    error: str
    reason: str
    classified: bool
    traceback: str = ""
    attempts: int = 1

    @classmethod
    def of(cls, error: Exception, attempts: int = 1) -> Failure:
        """`Poison` names its reason; anything else is `failed`, with its traceback."""
        if isinstance(error, Poison):
            return cls(str(error), error.reason, classified=True, attempts=attempts)
        text = f"{type(error).__name__}: {error}"
        # The end names the place of the fault; an exception that a library raises again and again has a long beginning.
        trace = "".join(traceback.format_exception(error, limit=-TRACEBACK_FRAMES))
        return cls(text, "failed", classified=False, traceback=trace[-TRACEBACK_CHARACTERS:], attempts=attempts)


_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[DeadLetter | Replayed] = msgspec.msgpack.Decoder(DeadLetter | Replayed)


def dead_letter(item: Item, failure: Failure, *, stage: str, now: Micros) -> RawOut:
    """The message for the dead letter topic of the stage."""
    position = item.raw.position
    letter = DeadLetter(
        stage=stage,
        topic=position.topic,
        partition=position.partition,
        offset=position.offset,
        key=item.raw.key,
        error=failure.error[:ERROR_CHARACTERS],
        reason=failure.reason,
        traceback=failure.traceback,
        attempts=failure.attempts,
        at=now,
        raw=item.raw.value[:EVENT_BYTES],
        size=len(item.raw.value),
    )
    return RawOut(dead_letter_topic(item.topic, stage), item.raw.key, encode_entry(letter))


def encode_entry(entry: DeadLetter | Replayed) -> bytes:
    # A message's text may hold half a surrogate pair, which UTF-8 has no bytes for.
    if isinstance(entry, DeadLetter):
        entry = msgspec.structs.replace(entry, error=_sound(entry.error), traceback=_sound(entry.traceback))
    return _encoder.encode(entry)


def decode_entry(raw: bytes) -> DeadLetter | Replayed:
    """Raises: Poison: not an entry of a dead letter topic."""
    try:
        return _decoder.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Poison(f"not a dead letter: {error}", reason="undecodable") from error


def _sound(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
