"""The alerts on a search server: an index a month of firing."""

from __future__ import annotations

from collections.abc import Sequence

from presswatch_shared.clock import Micros
from presswatch_shared.events import AlertFired
from presswatch_shared.index.elastic.documents import alert_document
from presswatch_shared.index.elastic.monthly import Dated, MonthlyIndex, open_monthly
from presswatch_shared.index.elastic.settings import ElasticSettings
from presswatch_shared.metrics import Metrics

__all__ = ["ElasticAlerts", "open_elastic_alerts"]


def open_elastic_alerts(settings: ElasticSettings, *, now: Micros, metrics: Metrics | None = None) -> ElasticAlerts:
    """Raises: as `open_monthly`."""
    return ElasticAlerts(open_monthly(settings, settings.alerts, "alert", now=now, metrics=metrics))


class ElasticAlerts:
    """An `AlertIndex` on a search server."""

    def __init__(self, index: MonthlyIndex) -> None:
        self._index = index

    async def put(self, alerts: Sequence[AlertFired]) -> None:
        await self._index.put(
            [Dated(alert.alert_id, alert.fired_at, alert.fired_at, alert_document(alert)) for alert in alerts]
        )

    async def close(self) -> None:
        await self._index.close()
