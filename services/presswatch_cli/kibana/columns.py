"""Columns of a Lens visualisation: what is counted, and by what it is split.

The shape is that of Lens' form-based data source, version 8.9 of its saved object.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = [
    "Column",
    "by_time",
    "count",
    "distinct",
    "either",
    "latest",
    "most_frequent",
    "percentile",
    "total",
]

RECORDS = "___records___"
KUERY = "kuery"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """`name` is its id in the layer; `field` what it reads, empty where it reads none."""

    name: str
    label: str
    operation: str
    field: str = ""
    bucketed: bool = False
    kind: str = "number"
    scale: str = "ratio"
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    query: str = ""
    """KQL: only the documents it matches are counted."""

    def as_json(self) -> dict[str, Any]:
        column = {
            "customLabel": True,
            "dataType": self.kind,
            "isBucketed": self.bucketed,
            "label": self.label,
            "operationType": self.operation,
            "params": dict(self.params),
            "scale": self.scale,
        }
        source = {"sourceField": self.field} if self.field else {}
        only = {"filter": {"language": KUERY, "query": self.query}} if self.query else {}
        return {**column, **source, **only}


def count(label: str, *, name: str = "count", query: str = "") -> Column:
    """How many documents; only those that the KQL `query` matches, where there is one."""
    params = {"emptyAsNull": False}
    return Column(name=name, label=label, operation="count", field=RECORDS, params=params, query=query)


def distinct(field: str, label: str) -> Column:
    """How many different values; an estimate above 3,000."""
    return Column(
        name=f"distinct_{field}", label=label, operation="unique_count", field=field, params={"emptyAsNull": False}
    )


def total(field: str, label: str) -> Column:
    """The sum."""
    return Column(name=f"sum_{field}", label=label, operation="sum", field=field, params={"emptyAsNull": False})


def percentile(field: str, percent: int, label: str) -> Column:
    """Below this are so many per cent of the values; an estimate."""
    return Column(
        name=f"p{percent}_{field}", label=label, operation="percentile", field=field, params={"percentile": percent}
    )


def latest(field: str, label: str) -> Column:
    """The last moment."""
    return Column(
        name=f"latest_{field}", label=label, operation="max", field=field, kind="date", params={"emptyAsNull": True}
    )


def by_time(field: str, *, interval: str = "auto") -> Column:
    """A bucket an interval: `auto`, `1h`, `1d`."""
    return Column(
        name="time",
        label=field,
        operation="date_histogram",
        field=field,
        bucketed=True,
        kind="date",
        scale="interval",
        params={"dropPartials": False, "includeEmptyRows": True, "interval": interval},
    )


def most_frequent(
    field: str, label: str, *, size: int, by: Column, other: bool = False, ascending: bool = False
) -> Column:
    """The `size` values with most of `by`, or least; `other`: and one for all the rest."""
    return Column(
        name=f"top_{field}",
        label=label,
        operation="terms",
        field=field,
        bucketed=True,
        kind="string",
        scale="ordinal",
        params={
            "exclude": [],
            "excludeIsRegex": False,
            "include": [],
            "includeIsRegex": False,
            "missingBucket": False,
            "orderBy": {"columnId": by.name, "type": "column"},
            "orderDirection": "asc" if ascending else "desc",
            "otherBucket": other,
            "parentFormat": {"id": "terms"},
            "size": size,
        },
    )


def either(choices: Sequence[tuple[str, str]]) -> Column:
    """A bucket for each (label, KQL)."""
    return Column(
        name="either",
        label="which",
        operation="filters",
        bucketed=True,
        kind="string",
        scale="ordinal",
        params={
            "filters": [{"input": {"language": KUERY, "query": query}, "label": label} for label, query in choices]
        },
    )
