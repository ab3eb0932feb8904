"""Dashboard over alerts: what fired, for which watch, and how soon."""

from __future__ import annotations

from presswatch_cli.kibana.columns import by_time, count, distinct, latest, most_frequent, percentile
from presswatch_cli.kibana.dashboard import dashboard, row
from presswatch_cli.kibana.data_views import ALERTS
from presswatch_cli.kibana.lens import chart, number, table
from presswatch_cli.kibana.saved_object import SavedObject

__all__ = ["alert_dashboards"]


def alert_dashboards(alerts_search: SavedObject) -> tuple[SavedObject, ...]:
    """Panels and dashboards; the saved search lists the alerts themselves."""
    alerts, soon = count("alerts"), percentile("seconds_from_fetch", 95, "95 % within")
    watch = most_frequent("watch_name", "watch", size=10, by=alerts, other=True)
    return dashboard(
        "presswatch-dashboard-alerts",
        "Presswatch: alerts by watch",
        "What fired, for which watch, in which outlets, and how long after the page was fetched.",
        (
            row(
                6,
                number("presswatch-alerts-count", "Alerts", ALERTS, alerts),
                number("presswatch-alerts-watches", "Watches", ALERTS, distinct("watch_id", "watches")),
                number("presswatch-alerts-delay", "95 % of the alerts within", ALERTS, soon),
            ),
            row(
                13,
                chart(
                    "presswatch-alerts-time",
                    "Alerts over time, by watch",
                    ALERTS,
                    x=by_time("fired_at"),
                    y=(alerts,),
                    split=watch,
                    form="bar_stacked",
                ),
            ),
            row(15, _by_watch(), _by_outlet()),
            row(20, alerts_search),
        ),
    )


def _by_watch() -> SavedObject:
    alerts = count("alerts")
    columns = (
        most_frequent("watch_name", "watch", size=100, by=alerts),
        alerts,
        distinct("story_id", "stories"),
        distinct("source", "outlets"),
        latest("fired_at", "last"),
        percentile("seconds_from_publication", 50, "half within, from publication"),
    )
    return table("presswatch-alerts-by-watch", "Watches", ALERTS, columns)


def _by_outlet() -> SavedObject:
    alerts = count("alerts")
    columns = (most_frequent("source", "outlet", size=100, by=alerts), alerts, distinct("watch_id", "watches"))
    return table("presswatch-alerts-by-outlet", "Outlets", ALERTS, columns)
