"""From an event to be written to the message a host stores."""

from __future__ import annotations

from presswatch_shared.envelope import encode, wrap
from presswatch_shared.errors import Poison
from presswatch_shared.events import Heartbeat
from presswatch_shared.stream.port import Out, RawOut

__all__ = ["EVENT_BYTES", "encode_out"]

EVENT_BYTES = 14 * 2**20
"""The largest event: a page of 10 MiB as base64 and what is known of it."""


def encode_out(out: Out, trace: str = "") -> RawOut:
    """The message for `out`; `trace` is taken where it has none of its own.

    Raises:
        Poison: larger than `EVENT_BYTES` (reason `too_large`).
        TypeError: the topic does not carry such events.
    """
    if not isinstance(out.event, out.topic.event | Heartbeat):
        raise TypeError(f"{out.topic.name} carries {out.topic.event.__name__}, not {type(out.event).__name__}")
    envelope = wrap(out.event, at=out.at, trace=out.trace or trace)
    value = encode(envelope)
    if len(value) > EVENT_BYTES:
        raise Poison(
            f"an event of {len(value)} bytes for {out.topic.name}: the limit is {EVENT_BYTES}", reason="too_large"
        )
    return RawOut(out.topic.name, envelope.key, value, envelope.trace)
