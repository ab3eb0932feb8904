"""The alerts on a search server: an index a month of firing."""

from __future__ import annotations

from collections.abc import Sequence

from presswatch_shared.clock import Micros
from presswatch_shared.errors import Retry
from presswatch_shared.events import AlertFired
from presswatch_shared.index.elastic.bulk import BulkItem, bulk_writer, raise_refused
from presswatch_shared.index.elastic.connecting import Server, connect
from presswatch_shared.index.elastic.daemon_thread import in_daemon_thread
from presswatch_shared.index.elastic.documents import alert_document, month_of
from presswatch_shared.index.elastic.setting_up import MEND, create_index, set_up_if_needed
from presswatch_shared.index.elastic.settings import ElasticSettings
from presswatch_shared.metrics import Metrics

__all__ = ["ElasticAlerts", "open_elastic_alerts"]


def open_elastic_alerts(settings: ElasticSettings, *, now: Micros, metrics: Metrics | None = None) -> ElasticAlerts:
    """The alerts on the server of the settings.

    Raises:
        ServerUnreachable: nobody answers.
        BadInput: the server's version does not fit, or it does not let us do what is needed.
    """
    server = connect(settings)
    set_up_if_needed(server, settings, now=now)
    return ElasticAlerts(server, settings, metrics)


class ElasticAlerts:
    """An `AlertIndex` on a search server."""

    def __init__(self, server: Server, settings: ElasticSettings, metrics: Metrics | None) -> None:
        self._server = server
        self._settings = settings
        self._writer = bulk_writer(server, settings, metrics)
        self._months: set[str] = set()

    async def put(self, alerts: Sequence[AlertFired]) -> None:
        if alerts:
            await in_daemon_thread(lambda: self._put(alerts))

    async def close(self) -> None:
        await in_daemon_thread(self._server.client.close)

    def _put(self, alerts: Sequence[AlertFired]) -> None:
        months = {alert.alert_id: month_of(alert.fired_at) for alert in alerts}
        for month in sorted(set(months.values()) - self._months):
            if not create_index(self._server.client, self._settings, self._settings.alerts, month):
                raise Retry(f"the index of alerts of {month} has no alias, templates are missing: {MEND}")
            self._months.add(month)
        newest = {alert.alert_id: alert for alert in sorted(alerts, key=lambda alert: alert.fired_at)}
        items = [
            BulkItem(
                index=f"{self._settings.alerts}-{months[key]}",
                id=key,
                version=alert.fired_at,
                body=alert_document(alert),
            )
            for key, alert in newest.items()
        ]
        raise_refused("alert", items, self._writer.write(items))
