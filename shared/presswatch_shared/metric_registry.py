"""Makes metrics: described once, bounded in number, given out in both formats that Prometheus reads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self, TypeVar

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.openmetrics import exposition as openmetrics
from prometheus_client.registry import Collector

from presswatch_shared.logs import get_logger

__all__ = ["MOST_SERIES", "OTHER", "Described", "MetricRegistry", "exemplar"]

SECONDS = (0.001, 0.005, 0.02, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800, 7200, 86400)
MOST_SERIES = 1_000
"""Combinations of labels a metric has at most: the last guard, behind labels from closed sets."""
OTHER = "other"
PREFIX = "presswatch_"
TRACE_ID = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-")
M = TypeVar("M", bound=MetricWrapperBase)


@dataclass(frozen=True, slots=True)
class Described:
    """A metric of the catalogue."""

    name: str
    kind: str
    """`counter`, `gauge` or `histogram`."""
    text: str
    labels: tuple[str, ...]

    @property
    def series(self) -> tuple[str, ...]:
        """As Prometheus knows it."""
        suffixes = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}[self.kind]
        return tuple(self.name + suffix for suffix in suffixes)


class _Bounded(MetricWrapperBase):
    """Beyond `MOST_SERIES` combinations, all further ones are counted together under `other`."""

    def labels(self, *labelvalues: object, **labelkwargs: object) -> Self:
        known: set[tuple[str, ...]] = self.__dict__.setdefault("_known", set())
        given = tuple(str(value) for value in (labelvalues or [labelkwargs.get(name) for name in self._labelnames]))
        if given not in known:
            if len(known) >= MOST_SERIES:
                given = (OTHER,) * len(given)
            known.add(given)
        return super().labels(*given)


class _Counter(_Bounded, Counter): ...


class _Gauge(_Bounded, Gauge): ...


class _Histogram(_Bounded, Histogram): ...


class MetricRegistry:
    """The metrics of one process and what describes them; also CPU, memory and open files of the process itself."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        # A series beside each counter that says when it began: nobody asks for these.
        disable_created_metrics()  # type: ignore[no-untyped-call]  # the library types it not
        self.registry = registry if registry is not None else CollectorRegistry()
        self.described: list[Described] = []
        self._register("process", ProcessCollector(registry=None))

    def expose(self) -> bytes:
        """Everything in the Prometheus text format."""
        return generate_latest(self.registry)

    def expose_openmetrics(self) -> bytes:
        """The same as OpenMetrics, which has exemplars."""
        exposed: bytes = openmetrics.generate_latest(self.registry)  # type: ignore[no-untyped-call]  # nor this
        return exposed

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        """A number that only grows; its series ends in `_total`."""
        return self._made(_Counter(PREFIX + name, text, labels, registry=None), "counter", name, text, labels)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        """A number that stands."""
        return self._made(_Gauge(PREFIX + name, text, labels, registry=None), "gauge", name, text, labels)

    def _histogram(self, name: str, text: str, *labels: str) -> Histogram:
        """Seconds, by `SECONDS`; its series end in `_bucket`, `_sum` and `_count`."""
        made = _Histogram(PREFIX + name, text, labels, registry=None, buckets=SECONDS)
        return self._made(made, "histogram", name, text, labels)

    def _made(self, metric: M, kind: str, name: str, text: str, labels: tuple[str, ...]) -> M:
        self.described.append(Described(PREFIX + name, kind, text, labels))
        self._register(PREFIX + name, metric)
        return metric

    def _register(self, name: str, collector: Collector) -> None:
        """A name that somebody else took in this registry costs its numbers, and ends nothing."""
        try:
            self.registry.register(collector)
        except ValueError as clash:
            get_logger("metrics").error("metric not exposed", metric=name, reason=str(clash))


def exemplar(trace: str) -> dict[str, str] | None:
    """The trace id of a W3C traceparent, to be kept beside a number; None where there is none."""
    found = TRACE_ID.match(trace)
    return {"trace_id": found[1]} if found else None
