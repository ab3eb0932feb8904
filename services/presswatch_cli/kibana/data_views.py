"""The data views: which indices there are, and what is computed from their fields when somebody looks.

The runtime fields are durations that no document holds; their scripts are Painless and run on Elasticsearch.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from presswatch_cli.kibana.saved_object import SavedObject, compact

__all__ = ["ALERTS", "ARTICLES", "OUTCOMES", "data_views", "runtime_fields"]

ARTICLES = "presswatch-articles"
ALERTS = "presswatch-alerts"
OUTCOMES = "presswatch-outcomes"
"""Ids in Kibana; they stay, whatever prefix the indices have."""

LINK = {"id": "url", "params": {"labelTemplate": "{{value}}", "openLinkInCurrentTab": False}}
DURATION = {
    "id": "duration",
    "params": {"inputFormat": "seconds", "outputFormat": "humanizePrecise", "outputPrecision": 1},
}

NAMES = {ARTICLES: "Presswatch articles", ALERTS: "Presswatch alerts", OUTCOMES: "Presswatch page outcomes"}
TIMES = {ARTICLES: "date", ALERTS: "fired_at", OUTCOMES: "hour"}
LINKS = {ARTICLES: ("url", "canonical_url"), ALERTS: ("url",), OUTCOMES: ()}
DURATIONS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    ARTICLES: {"seconds_to_fetch": ("published_at", "fetched_at")},
    ALERTS: {
        "seconds_from_fetch": ("fetched_at", "fired_at"),
        "seconds_from_publication": ("published_at", "fired_at"),
    },
    OUTCOMES: {},
}
"""Data view → runtime field → from this moment to that one, in seconds."""


def data_views(prefix: str) -> tuple[SavedObject, ...]:
    """One for each alias whose indices begin with `prefix`."""
    return tuple(_data_view(view, view.replace("presswatch", prefix, 1)) for view in NAMES)


def runtime_fields(view: str) -> dict[str, Any]:
    """As Elasticsearch takes them under `runtime_mappings`, and Kibana in a data view."""
    return {name: {"script": {"source": _seconds(*ends)}, "type": "long"} for name, ends in DURATIONS[view].items()}


def _data_view(view: str, alias: str) -> SavedObject:
    formats = dict.fromkeys(LINKS[view], LINK) | dict.fromkeys(DURATIONS[view], DURATION)
    attributes = {
        "fieldAttrs": "{}",
        "fieldFormatMap": compact(formats),
        "fields": "[]",
        "name": NAMES[view],
        "runtimeFieldMap": compact(runtime_fields(view)),
        "sourceFilters": "[]",
        "timeFieldName": TIMES[view],
        "title": alias,
        "typeMeta": "{}",
    }
    return SavedObject(type="index-pattern", id=view, attributes=attributes)


def _seconds(begin: str, end: str) -> str:
    return (
        f"if (doc['{begin}'].size() > 0 && doc['{end}'].size() > 0) "
        f"{{ emit(ChronoUnit.SECONDS.between(doc['{begin}'].value, doc['{end}'].value)); }}"
    )
