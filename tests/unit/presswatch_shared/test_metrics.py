"""The catalogue of metrics: bounded, described in docs/metrics.md, and given out in both formats."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics_families
from prometheus_client.parser import text_string_to_metric_families
from starlette.types import Message, Receive, Scope, Send
from structlog.testing import capture_logs

from presswatch_shared.metric_registry import MOST_SERIES, Described, exemplar
from presswatch_shared.metrics import Metrics, language_label
from presswatch_web.middleware import Measure

PAGE = Path(__file__).parents[3] / "docs" / "metrics.md"
ROW = re.compile(r"^\| `(presswatch_\w+)` \| (\w+) \| (\w+) \| (.*?) \| (.+) \|$", re.MULTILINE)
SUFFIXES = {
    "seconds": "_seconds",
    "bytes": "_bytes",
    "timestamp": "_timestamp_seconds",
}
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
HOSTILE = 100_000


def series(metrics: Metrics) -> int:
    return sum(len(family.samples) for family in metrics.registry.collect())


def shown_name(one: Described) -> str:
    return one.name if one.kind == "histogram" else one.series[0]


def test_the_page_lists_every_metric_with_its_kind_and_its_labels_and_no_other() -> None:
    listed = {
        (name, kind, tuple(re.findall(r"`(\w+)`", labels)))
        for name, kind, _, labels, _ in ROW.findall(PAGE.read_text(encoding="utf-8"))
    }
    there_are = {(shown_name(one), one.kind, one.labels) for one in Metrics().described}
    assert listed == there_are


def test_the_page_names_units_as_the_names_of_the_metrics_do() -> None:
    rows = ROW.findall(PAGE.read_text(encoding="utf-8"))
    assert rows
    for series_name, kind, unit, _, _ in rows:
        name = series_name.removesuffix("_total")
        assert name.endswith(SUFFIXES.get(unit, "")), name
        assert (unit == "seconds") or not name.endswith("_seconds") or unit == "timestamp", name
        assert kind != "histogram" or unit == "seconds", name


def test_every_metric_is_described_in_a_sentence() -> None:
    for one in Metrics().described:
        assert one.text[0].isupper() or one.text[0].isdigit()
        assert one.text.endswith(".")


@pytest.mark.parametrize("kind", ["counter", "gauge", "histogram"])
def test_a_metric_with_hostile_labels_stays_bounded(kind: str) -> None:
    metrics = Metrics()
    made: MetricWrapperBase = {
        "counter": metrics.searches,
        "gauge": metrics.dependency_up,
        "histogram": metrics.http_duration,
    }[kind]
    for number in range(MOST_SERIES):
        made.labels(f"</script>{number}")
    made.labels("the first too many")
    before = series(metrics)
    for number in range(HOSTILE // 20):
        made.labels(f"hostile {number} \u202e\n\x00")
    assert series(metrics) == before


async def test_hostile_titles_sources_and_queries_make_no_series() -> None:
    metrics = Metrics()

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 404, "headers": []})

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(_: Message) -> None:
        pass

    app = Measure(answer, metrics=metrics)
    for number in range(HOSTILE):
        hostile = f"{number}\u202e'\"}} 1\n</title>"
        scope = {"type": "http", "path": f"/articles/{hostile}", "query_string": f"q={hostile}".encode()}
        await app(scope, receive, send)
        metrics.articles_enriched.labels(language_label(hostile)).inc()
        if number == 0:
            before = series(metrics)
    assert series(metrics) == before
    assert metrics.registry.get_sample_value("presswatch_articles_enriched_total", {"lang": "other"}) == HOSTILE


def test_named_labels_are_bounded_too() -> None:
    metrics = Metrics()
    metrics.searches.labels(outcome="found").inc()
    metrics.searches.labels("found").inc()
    assert metrics.registry.get_sample_value("presswatch_searches_total", {"outcome": "found"}) == 2


@pytest.mark.parametrize(
    ("lang", "label"),
    [
        pytest.param("es", "es", id="a language"),
        pytest.param("", "unknown", id="none"),
        pytest.param("xx", "other", id="no language"),
        pytest.param('en"} 1\npresswatch_up 0', "other", id="an attempt to write a line of its own"),
    ],
)
def test_a_language_that_a_page_claims_is_a_label_of_a_closed_set(lang: str, label: str) -> None:
    assert language_label(lang) == label


def test_the_trace_stands_beside_the_number_in_openmetrics_and_the_text_format_is_whole_without_it() -> None:
    metrics = Metrics()
    metrics.see_told("webhook", 1_000_000, 3_500_000, attempt="first", trace=TRACE)
    families = {family.name: family for family in openmetrics_families(metrics.expose_openmetrics().decode())}  # type: ignore[no-untyped-call]  # untyped
    buckets = families["presswatch_alert_end_to_end_seconds"].samples
    kept = [sample.exemplar for sample in buckets if sample.exemplar]
    assert [(one.labels, one.value) for one in kept] == [({"trace_id": TRACE[3:35]}, 2.5)]
    text = {family.name for family in text_string_to_metric_families(metrics.expose().decode())}
    assert {one.name.removesuffix("_total") for one in metrics.described} <= text


@pytest.mark.parametrize("trace", ["", "garbage", "00-short-b7-01", "00-" + "g" * 32 + "-b7ad6b7169203331-01"])
def test_what_is_no_trace_is_no_exemplar(trace: str) -> None:
    assert exemplar(trace) is None


def test_a_name_that_is_taken_costs_its_numbers_and_is_said_in_a_line() -> None:
    registry = CollectorRegistry()
    Gauge("presswatch_watches", "Somebody else's.", registry=registry).set(7)
    with capture_logs() as lines:
        metrics = Metrics(registry)
        metrics.watches.set(1)
    assert [(line["event"], line["metric"]) for line in lines] == [("metric not exposed", "presswatch_watches")]
    assert registry.get_sample_value("presswatch_watches") == 7
    assert b"presswatch_alerts" in metrics.expose()


def test_a_stage_shows_zeroes_before_anything_happens() -> None:
    metrics = Metrics()
    metrics.begin_stage("indexing", 5.0)
    sample = metrics.registry.get_sample_value
    assert sample("presswatch_dead_letters_total", {"stage": "indexing", "reason": "undecodable"}) == 0
    assert sample("presswatch_stage_restarts_total", {"stage": "indexing"}) == 0
    assert sample("presswatch_heartbeat_seen_timestamp_seconds", {"stage": "indexing"}) == 5.0


def test_a_heartbeat_tells_when_it_was_seen_and_how_long_it_took() -> None:
    metrics = Metrics()
    metrics.see_heartbeat("alerting", sent=100.0, now=102.5)
    sample = metrics.registry.get_sample_value
    assert sample("presswatch_heartbeat_seen_timestamp_seconds", {"stage": "alerting"}) == 102.5
    assert sample("presswatch_heartbeat_delay_seconds", {"stage": "alerting"}) == 2.5
