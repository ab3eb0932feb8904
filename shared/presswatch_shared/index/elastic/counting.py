"""What to ask the server for to count facets and days, and the counts in its answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from presswatch_shared.index.elastic.documents import BETWEEN_VALUE_AND_LABEL
from presswatch_shared.index.elastic.queries import Query
from presswatch_shared.index.estimates import Sample, days_estimated, facet_estimated
from presswatch_shared.index.port import DayCount, FacetCount, SearchRequest

__all__ = ["counts_asked", "days_counted", "facet_counted", "found_in"]

BUCKETS = 10_000
"""Values of a facet, and days: the more frequent, if ever there are more."""
SURE = "sure"


def counts_asked(request: SearchRequest, sure: Query | None) -> dict[str, Any]:
    """The aggregations; those of what is sure are in a part of their own."""
    fields = {f"facet_{facet}": _facet_field(facet) for facet in request.facets}
    if request.days:
        fields["days"] = "search.day"
    terms = {name: {"terms": {"field": field, "size": BUCKETS}} for name, field in fields.items()}
    part = {} if sure is None else {SURE: {"filter": sure, "aggs": terms}}
    return {"found": {"filter": {"match_all": {}}}, **terms, **part}


def found_in(counts: Mapping[str, Any]) -> int:
    """How many documents were found."""
    return int(counts.get("found", {}).get("doc_count", 0))


def facet_counted(counts: Mapping[str, Any], facet: str, size: int, sample: Sample | None) -> tuple[FacetCount, ...]:
    """The most frequent values of a facet; estimated with a sample."""
    return facet_estimated(facet, _facet(counts, facet), _facet(counts.get(SURE, {}), facet), sample, size)


def days_counted(counts: Mapping[str, Any], sample: Sample | None) -> tuple[DayCount, ...]:
    """Ascending; estimated with a sample."""
    return days_estimated(_days(counts), _days(counts.get(SURE, {})), sample)


def _facet_field(facet: str) -> str:
    return "search.facet_entity" if facet == "entity" else facet


def _facet(counts: Mapping[str, Any], facet: str) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for row in counts.get(f"facet_{facet}", {}).get("buckets", ()):
        value, _, label = row["key"].partition(BETWEEN_VALUE_AND_LABEL) if facet == "entity" else (row["key"], "", "")
        if value:
            found[(value, label or value)] += row["doc_count"]
    return found


def _days(counts: Mapping[str, Any]) -> Counter[int]:
    return Counter({row["key"]: row["doc_count"] for row in counts.get("days", {}).get("buckets", ())})
