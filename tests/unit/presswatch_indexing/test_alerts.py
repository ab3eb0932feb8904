from __future__ import annotations

from collections.abc import Sequence

from presswatch_indexing.alerts import AlertIndexingStage
from presswatch_shared.envelope import wrap
from presswatch_shared.events import AlertFired, Heartbeat
from presswatch_shared.stream.port import Record
from presswatch_shared.topics import ALERTS_FIRED
from tests.fixtures.alerts import alert_fired


class RememberedAlerts:
    """Keeps what was put."""

    def __init__(self) -> None:
        self.alerts: list[AlertFired] = []

    async def put(self, alerts: Sequence[AlertFired]) -> None:
        self.alerts.extend(alerts)

    async def close(self) -> None:
        pass


async def test_alerts_are_shown_and_heartbeats_are_not() -> None:
    index, alert = RememberedAlerts(), alert_fired()
    events = (alert, Heartbeat(sequence=1, sent_at=1))
    assert await AlertIndexingStage(index).handle([Record(ALERTS_FIRED.name, wrap(e, at=0)) for e in events]) == ()
    assert index.alerts == [alert]
