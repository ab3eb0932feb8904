"""Writes events to their topics, for whoever makes them outside a stage."""

from __future__ import annotations

from collections.abc import Sequence

from presswatch_shared.errors import Retry
from presswatch_shared.ids import derived_id
from presswatch_shared.metrics import Metrics
from presswatch_shared.stream.encoding import encode_out
from presswatch_shared.stream.port import Out, Stream

__all__ = ["Publisher"]


class Publisher:
    """Begins the trace of an event that has none."""

    def __init__(self, stream: Stream, metrics: Metrics) -> None:
        self._stream = stream
        self._metrics = metrics

    async def publish(self, outs: Sequence[Out]) -> None:
        """Append all, in order; acknowledged as durable when it returns.

        Raises:
            Retry: not now; the same call may be made again (ids are derived from the content).
            Poison: an event is too large; nothing was appended.
        """
        raws = [encode_out(out, new_trace(out.event.identity)) for out in outs]
        try:
            await self._stream.publish(raws)
        except Retry:
            self._count(outs, "failed")
            raise
        self._count(outs, "written")

    def _count(self, outs: Sequence[Out], outcome: str) -> None:
        for out in outs:
            self._metrics.messages_produced.labels(out.topic.name, outcome).inc()


def new_trace(identity: str) -> str:
    """A W3C traceparent; the same for the same event, as all its ids are."""
    return f"00-{derived_id('trace', identity)}-{derived_id('span', identity)[:16]}-01"
