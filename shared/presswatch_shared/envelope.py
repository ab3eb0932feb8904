"""The envelope on the wire: JSON `{id, type, v, key, at, trace, data}`, bytes as base64.

`id` is derived from the content, `at` is when the fact happened (µs), `trace` a W3C traceparent or empty.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from presswatch_shared.errors import Poison
from presswatch_shared.events import AlertFired, ArticleEnriched, Event, Heartbeat, PageFetched
from presswatch_shared.ids import derived_id

__all__ = ["VERSION", "Envelope", "decode", "encode", "wrap"]

VERSION = 1
EVENT_TYPES: Mapping[str, type[Event]] = {
    event.__name__: event for event in (PageFetched, ArticleEnriched, AlertFired, Heartbeat)
}


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """An event with what every event has."""

    id: str
    key: str
    at: int
    trace: str
    event: Event


class _Wire(msgspec.Struct, frozen=True):
    id: str
    type: str
    v: int
    key: str
    at: int
    trace: str
    data: msgspec.Raw


_encoder = msgspec.json.Encoder()
_wire_decoder = msgspec.json.Decoder(_Wire)
_event_decoders = {name: msgspec.json.Decoder(event) for name, event in EVENT_TYPES.items()}


def wrap(event: Event, *, at: int, trace: str = "") -> Envelope:
    """The envelope of an event; its id is the same for the same content."""
    return Envelope(
        id=derived_id("event", type(event).__name__, event.identity), key=event.key, at=at, trace=trace, event=event
    )


def encode(envelope: Envelope) -> bytes:
    data = msgspec.Raw(_encoder.encode(envelope.event))
    name = type(envelope.event).__name__
    return _encoder.encode(_Wire(envelope.id, name, VERSION, envelope.key, envelope.at, envelope.trace, data))


def decode(raw: bytes) -> Envelope:
    """The envelope in `raw`.

    Raises:
        Poison: not an envelope, an unknown type or version, or data that does not fit (reason `undecodable`).
    """
    try:
        wire = _wire_decoder.decode(raw)
        decoder = _event_decoders.get(wire.type)
        if decoder is None or wire.v != VERSION:
            raise Poison(f"unknown event {wire.type!r} version {wire.v}", reason="undecodable")
        return Envelope(id=wire.id, key=wire.key, at=wire.at, trace=wire.trace, event=decoder.decode(wire.data))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Poison(f"not an event: {error}", reason="undecodable") from error
