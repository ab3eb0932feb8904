"""One call of a stage: with the attempt journal, its duration, its trace in the logs, and an end when told to stop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

import structlog

from presswatch_shared.events import Event
from presswatch_shared.metric_registry import exemplar
from presswatch_shared.metrics import Metrics
from presswatch_shared.stream.attempt_journal import AttemptJournal
from presswatch_shared.stream.encoding import encode_out
from presswatch_shared.stream.items import Item
from presswatch_shared.stream.port import RawOut, Record, Stage
from presswatch_shared.stream.retrying import unless_stopped
from presswatch_shared.topics import Topic

__all__ = ["StageCall"]


class StageCall:
    """Gives messages to the stage and encodes what it answers. Heartbeats go past it, to its output topics."""

    def __init__(
        self,
        stage: Stage,
        *,
        outputs: Sequence[Topic[Event]],
        journal: AttemptJournal,
        metrics: Metrics,
        stop_within: float,
    ) -> None:
        self._stage = stage
        self._outputs = outputs
        self._journal = journal
        self._duration = metrics.stage_duration.labels(stage.name)
        self._stop_within = stop_within

    async def __call__(self, piece: Sequence[Item], stop: asyncio.Event) -> Sequence[RawOut]:
        """The messages to be written for the piece.

        Raises:
            GivenUp: told to stop, and the stage did not finish in time.
            Exception: whatever the stage raises.
        """
        records = [item.record for item in piece if item.record]
        outs = await self._handle(piece, records, stop) if records else []
        for item in piece:
            if item.heartbeat:
                outs.extend(
                    RawOut(topic.name, item.raw.key, item.raw.value, item.heartbeat.trace) for topic in self._outputs
                )
        return outs

    async def _handle(self, piece: Sequence[Item], records: Sequence[Record], stop: asyncio.Event) -> list[RawOut]:
        traces = {record.envelope.trace for record in records}
        # A batch has one trace only where all of its messages share it; else the stage hands on each one's.
        trace = traces.pop() if len(traces) == 1 else ""
        positions = [item.raw.position for item in piece if item.record]
        with (
            structlog.contextvars.bound_contextvars(stage=self._stage.name, **({"trace": trace} if trace else {})),
            self._journal.running(positions),
        ):
            began = time.perf_counter()
            try:
                answered = await unless_stopped(self._stage.handle(records), stop, within=self._stop_within)
                return [encode_out(out, trace) for out in answered]
            finally:
                self._duration.observe(time.perf_counter() - began, exemplar(records[0].envelope.trace))
