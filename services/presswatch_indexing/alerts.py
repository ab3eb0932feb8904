"""The stage that shows alerts in Kibana: `alerts.fired` in, nothing out; its effect is the index of alerts."""

from __future__ import annotations

from collections.abc import Sequence

from presswatch_shared.events import AlertFired, Event
from presswatch_shared.index.alerts import AlertIndex
from presswatch_shared.stream.port import Out, Record
from presswatch_shared.topics import ALERTS_FIRED, Topic

__all__ = ["AlertIndexingStage"]


class AlertIndexingStage:
    """Alerts are delivered without it: a group of its own, so that a search server that is away delays nobody."""

    name = "indexing-alerts"
    inputs: Sequence[Topic[Event]] = (ALERTS_FIRED,)

    def __init__(self, index: AlertIndex) -> None:
        self._index = index

    async def handle(self, batch: Sequence[Record]) -> Sequence[Out]:
        await self._index.put([record.event for record in batch if isinstance(record.event, AlertFired)])
        return ()
