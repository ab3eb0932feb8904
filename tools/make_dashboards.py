"""Writes deploy/grafana/dashboards/*.json: `python tools/make_dashboards.py`. Change the dashboards here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["DASHBOARDS", "FOLDER", "Panel", "rendered"]

FOLDER = Path(__file__).parents[1] / "deploy" / "grafana" / "dashboards"
SOURCE = {"type": "prometheus", "uid": "prometheus"}
COLUMNS, HEIGHT = 24, 8
PERCENT, SECONDS, NUMBER, BYTES, A_SECOND = "percentunit", "s", "short", "bytes", "ops"


CANDIDATES_AN_ARTICLE = """sum(rate(presswatch_watch_candidates_total[5m]))
  / sum(rate(presswatch_messages_consumed_total{stage="alerting",outcome="handled"}[5m]))"""


@dataclass(frozen=True)
class Panel:
    """A curve a query, or one number where it is a `stat`; a query with the words of its legend."""

    title: str
    unit: str
    queries: Sequence[tuple[str, str]]
    explained: str = ""
    kind: str = "timeseries"
    width: int = 12
    worst: float | None = None
    """From here on red."""


def p95(metric: str, by: str, window: str = "5m", chosen: str = "") -> str:
    """The 95th percentile of a histogram."""
    return f"histogram_quantile(0.95, sum by ({by}, le) (rate({metric}_bucket{chosen}[{window}])))"


def stat(title: str, unit: str, query: str, *, worst: float | None = None, explained: str = "") -> Panel:
    return Panel(title, unit, [(query, "")], explained, kind="stat", width=4, worst=worst)


OVERVIEW = (
    stat("Processes that do not answer", NUMBER, 'count(up{job=~"presswatch.*"} == 0) or vector(0)', worst=1),
    stat("Dependencies down", NUMBER, "count(presswatch_dependency_up == 0) or vector(0)", worst=1),
    stat("Oldest heartbeat", SECONDS, "max(stage:presswatch_heartbeat_age_seconds:min)", worst=120),
    stat("Articles in the last hour", NUMBER, "installation:presswatch_articles_enriched:increase1h"),
    stat("Told late in the last hour", PERCENT, "installation:presswatch_alerts_told_late:ratio_rate1h", worst=0.01),
    stat("Pages not accounted for", NUMBER, "sum(max by (reason) (presswatch_completeness_imbalance_pages))", worst=1),
    Panel(
        "From publication to each step",
        SECONDS,
        [("stage:presswatch_article_freshness_seconds:p95_rate30m", "{{stage}}")],
        "95 of 100 articles of the last half hour that say when they were published.",
    ),
    Panel(
        "From fetch to delivery",
        SECONDS,
        [("channel:presswatch_alert_end_to_end_seconds:p95_rate30m", "{{channel}}")],
        "95 of 100 first tries; the objective is 60 s for 99 of 100. Exemplars have the trace of an article.",
        worst=60,
    ),
    Panel("Behind, seconds", SECONDS, [("stage:presswatch_consumer_lag_seconds:max", "{{stage}}")], worst=300),
    Panel("Alerts", A_SECOND, [("sum by (kind) (rate(presswatch_alerts_total[5m]))", "{{kind}}")]),
    Panel(
        "Dead letters in an hour",
        NUMBER,
        [("sum by (stage, reason) (increase(presswatch_dead_letters_total[1h])) > 0", "{{stage}} {{reason}}")],
    ),
    Panel("Memory", BYTES, [('process_resident_memory_bytes{job=~"presswatch.*"}', "{{service}} {{instance}}")]),
    Panel("Cores in use", NUMBER, [('rate(process_cpu_seconds_total{job=~"presswatch.*"}[5m])', "{{service}}")]),
    Panel("Room for data", BYTES, [("presswatch_data_free_bytes", "{{service}} {{instance}}")]),
    Panel("Versions", NUMBER, [("count by (version) (presswatch_build_info)", "{{version}}")]),
    Panel(
        "Requests of the web page",
        A_SECOND,
        [("sum by (status) (rate(presswatch_http_requests_total[5m]))", "{{status}}")],
    ),
)

PIPELINE = (
    Panel("Messages a second", A_SECOND, [("stage:presswatch_messages_consumed:rate5m", "{{stage}} {{outcome}}")]),
    Panel("Messages that wait", NUMBER, [("stage:presswatch_consumer_lag_records:max", "{{stage}}")]),
    Panel(
        "Age of the oldest that waits", SECONDS, [("stage:presswatch_consumer_lag_seconds:max", "{{stage}}")], worst=300
    ),
    Panel(
        "Time a batch takes",
        SECONDS,
        [("stage:presswatch_stage_duration_seconds:p95_rate5m", "{{stage}}")],
        "95 of 100.",
    ),
    Panel(
        "Age of the last heartbeat", SECONDS, [("stage:presswatch_heartbeat_age_seconds:min", "{{stage}}")], worst=120
    ),
    Panel(
        "Time a heartbeat takes to a stage",
        SECONDS,
        [("min by (stage) (presswatch_heartbeat_delay_seconds)", "{{stage}}")],
    ),
    Panel("Retries a second", A_SECOND, [("sum by (stage) (rate(presswatch_stage_retries_total[5m]))", "{{stage}}")]),
    Panel(
        "Restarts in an hour", NUMBER, [("sum by (stage) (increase(presswatch_stage_restarts_total[1h]))", "{{stage}}")]
    ),
    Panel("Paused", NUMBER, [("max by (stage) (presswatch_stage_paused)", "{{stage}}")], worst=1),
    Panel(
        "Time a page takes in a worker",
        SECONDS,
        [(p95("presswatch_extraction_duration_seconds", "job"), "95 of 100")],
    ),
    Panel(
        "Pages that are no articles",
        A_SECOND,
        [("sum by (reason) (rate(presswatch_pages_not_articles_total[15m]))", "{{reason}}")],
    ),
    Panel(
        "Articles by language",
        A_SECOND,
        [("sum by (lang) (rate(presswatch_articles_enriched_total[15m]))", "{{lang}}")],
    ),
    Panel(
        "Copies of earlier texts", A_SECOND, [("sum(rate(presswatch_near_duplicates_total[15m]))", "near-duplicates")]
    ),
    Panel(
        "Given to the index",
        A_SECOND,
        [("sum by (outcome) (rate(presswatch_index_documents_total[5m]))", "{{outcome}}")],
    ),
    Panel(
        "Items of bulk requests",
        A_SECOND,
        [("sum by (outcome) (rate(presswatch_bulk_items_total[5m]))", "{{outcome}}")],
    ),
    Panel(
        "Pages that wait for a stage", NUMBER, [("max by (stage) (presswatch_completeness_waiting_pages)", "{{stage}}")]
    ),
    Panel("Time a search takes", SECONDS, [(p95("presswatch_search_duration_seconds", "job"), "95 of 100")]),
)

CRAWLER = (
    stat("Sources", NUMBER, "max(presswatch_sources)"),
    stat("Failing", NUMBER, "max(presswatch_feeds_failing)"),
    stat("Silent for longer than usual", NUMBER, "max(presswatch_sources_silent)"),
    stat("Without news for a day", NUMBER, "max(presswatch_feeds_stale)"),
    stat("Pages due", NUMBER, "max(presswatch_frontier_due)"),
    stat("Pages fetched in an hour", NUMBER, 'sum(increase(presswatch_page_fetches_total{outcome="fetched"}[1h]))'),
    Panel(
        "Fetches of feeds and sitemaps",
        A_SECOND,
        [("sum by (outcome) (rate(presswatch_feed_fetches_total[5m]))", "{{outcome}}")],
    ),
    Panel("Visits of pages", A_SECOND, [("sum by (outcome) (rate(presswatch_page_fetches_total[5m]))", "{{outcome}}")]),
    Panel("Pages due and not yet fetched", NUMBER, [("max(presswatch_frontier_due)", "due")]),
    Panel(
        "Sources that fail or are silent",
        NUMBER,
        [
            ("max(presswatch_feeds_failing)", "failing"),
            ("max(presswatch_sources_silent)", "silent for longer than usual"),
            ("max(presswatch_feeds_stale)", "no news for a day"),
        ],
    ),
    Panel(
        "Requests the guard refused",
        A_SECOND,
        [("sum by (reason) (rate(presswatch_ssrf_blocked_total[5m]))", "{{reason}}")],
    ),
    Panel(
        "From publication to fetch",
        SECONDS,
        [(p95("presswatch_article_freshness_seconds", "stage", "30m", '{stage="fetched"}'), "95 of 100")],
    ),
)

DELIVERY = (
    Panel("Tries a second", A_SECOND, [("channel:presswatch_notifications:rate5m", "{{channel}} {{outcome}}")]),
    Panel(
        "Tries that fail",
        PERCENT,
        [("channel:presswatch_notifications_failing:ratio_rate10m", "{{channel}}")],
        worst=0.5,
    ),
    Panel(
        "Time from fetch to delivery",
        SECONDS,
        [("channel:presswatch_alert_end_to_end_seconds:p95_rate30m", "{{channel}}")],
        worst=60,
    ),
    Panel(
        "Told later than 60 s after the fetch",
        PERCENT,
        [
            ("installation:presswatch_alerts_told_late:ratio_rate1h", "of an hour"),
            ("installation:presswatch_alerts_told_late:ratio_rate6h", "of six hours"),
        ],
        "The objective: 1 in 100.",
        worst=0.01,
    ),
    Panel("Deliveries that wait", NUMBER, [("max by (channel) (presswatch_outbox_pending)", "{{channel}}")]),
    Panel(
        "Age of the oldest delivery", SECONDS, [("max by (channel) (presswatch_outbox_oldest_seconds)", "{{channel}}")]
    ),
    Panel("Held after a restore", NUMBER, [("max(presswatch_deliveries_held)", "held")]),
    Panel(
        "Inbox alone, by reason",
        A_SECOND,
        [("sum by (reason) (rate(presswatch_alerts_suppressed_total[15m]))", "{{reason}}")],
    ),
    Panel("Digests in an hour", NUMBER, [("sum by (mode) (increase(presswatch_digests_total[1h]))", "{{mode}}")]),
    Panel("Open live connections", NUMBER, [("sum(presswatch_sse_listeners)", "listeners")]),
)

MATCHER = (
    stat("Watches", NUMBER, "max(presswatch_watches)"),
    stat("Failures in a day", NUMBER, "sum(increase(presswatch_watch_failures_total[1d]))", worst=1),
    Panel("Alerts made", A_SECOND, [("sum by (kind) (rate(presswatch_alerts_total[5m]))", "{{kind}}")], width=16),
    Panel("Watches loaded by each replica", NUMBER, [("presswatch_watches", "{{instance}}")]),
    Panel(
        "Matches without a new alert",
        A_SECOND,
        [("sum by (reason) (rate(presswatch_alerts_withheld_total[5m]))", "{{reason}}")],
    ),
    Panel(
        "Watches looked at closely, an article",
        NUMBER,
        [(CANDIDATES_AN_ARTICLE, "candidates")],
    ),
    Panel("Cores spent on them", NUMBER, [("sum(rate(presswatch_watch_cpu_seconds_total[5m]))", "cores")]),
    Panel(
        "Time a batch takes in alerting",
        SECONDS,
        [(p95("presswatch_stage_duration_seconds", "stage", "5m", '{stage="alerting"}'), "95 of 100")],
    ),
    Panel(
        "From publication to the alert",
        SECONDS,
        [(p95("presswatch_article_freshness_seconds", "stage", "30m", '{stage="alerted"}'), "95 of 100")],
    ),
)

DASHBOARDS: Mapping[str, Sequence[Panel]] = {
    "overview": OVERVIEW,
    "pipeline": PIPELINE,
    "crawler": CRAWLER,
    "delivery": DELIVERY,
    "matcher": MATCHER,
}


def rendered(name: str) -> str:
    """The dashboard as Grafana reads it."""
    document = {
        "uid": f"presswatch-{name}",
        "title": f"Presswatch: {name}",
        "tags": ["presswatch"],
        "schemaVersion": 39,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {"list": []},
        "links": [{"type": "dashboards", "tags": ["presswatch"], "title": "Presswatch", "asDropdown": True}],
        "panels": _placed(DASHBOARDS[name]),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _placed(panels: Sequence[Panel]) -> list[dict[str, Any]]:
    """From left to right, a new row where the width is used up."""
    placed, x, y = [], 0, 0
    for number, panel in enumerate(panels, 1):
        if x + panel.width > COLUMNS:
            x, y = 0, y + HEIGHT
        placed.append(_panel(panel, number, {"h": HEIGHT, "w": panel.width, "x": x, "y": y}))
        x += panel.width
    return placed


def _panel(panel: Panel, number: int, place: dict[str, int]) -> dict[str, Any]:
    steps: list[dict[str, Any]] = [{"color": "green", "value": None}]
    if panel.worst is not None:
        steps.append({"color": "red", "value": panel.worst})
    return {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "description": panel.explained,
        "datasource": SOURCE,
        "gridPos": place,
        "fieldConfig": {
            "defaults": {"unit": panel.unit, "min": 0, "thresholds": {"mode": "absolute", "steps": steps}},
            "overrides": [],
        },
        "targets": [
            {
                "refId": chr(ord("A") + index),
                "datasource": SOURCE,
                "expr": query,
                "legendFormat": legend,
                "exemplar": True,
            }
            for index, (query, legend) in enumerate(panel.queries)
        ],
    }


def main() -> None:
    for name in DASHBOARDS:
        (FOLDER / f"{name}.json").write_text(rendered(name), encoding="utf-8")


if __name__ == "__main__":
    main()
