"""Lens visualisations of one layer: a chart over time, bars, a number, a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from presswatch_cli.kibana.columns import Column
from presswatch_cli.kibana.saved_object import Reference, SavedObject

__all__ = ["LAYER", "chart", "number", "table"]

LAYER = "layer"


def chart(
    object_id: str,
    title: str,
    view: str,
    *,
    x: Column,
    y: Sequence[Column],
    split: Column | None = None,
    form: str,
    query: str = "",
) -> SavedObject:
    """`form`: a series type of Lens, such as `bar_stacked`, `bar_horizontal`, `line`."""
    layer: dict[str, Any] = {
        "accessors": [column.name for column in y],
        "layerId": LAYER,
        "layerType": "data",
        "seriesType": form,
        "xAccessor": x.name,
    }
    if split:
        layer["splitAccessor"] = split.name
    visualization = {
        "axisTitlesVisibilitySettings": {"x": False, "yLeft": True, "yRight": True},
        "fittingFunction": "None",
        "layers": [layer],
        "legend": {"isVisible": split is not None or len(y) > 1, "position": "right"},
        "preferredSeriesType": form,
        "valueLabels": "hide",
    }
    # Lens nests buckets in this order: first the split, then the axis.
    columns = [*([split] if split else []), x, *y]
    return _lens(object_id, title, view, "lnsXY", columns, visualization, query)


def number(object_id: str, title: str, view: str, column: Column, *, query: str = "") -> SavedObject:
    """One figure in large type."""
    visualization = {"layerId": LAYER, "layerType": "data", "metricAccessor": column.name}
    return _lens(object_id, title, view, "lnsMetric", [column], visualization, query)


def table(object_id: str, title: str, view: str, columns: Sequence[Column], *, query: str = "") -> SavedObject:
    """A row a bucket; the columns from left to right."""
    shown = [{"columnId": column.name, "isTransposed": False} for column in columns]
    visualization = {"columns": shown, "layerId": LAYER, "layerType": "data", "paging": {"enabled": True, "size": 20}}
    return _lens(object_id, title, view, "lnsDatatable", columns, visualization, query)


def _lens(
    object_id: str,
    title: str,
    view: str,
    kind: str,
    columns: Sequence[Column],
    visualization: Mapping[str, Any],
    query: str,
) -> SavedObject:
    layer = {
        "columnOrder": [column.name for column in columns],
        "columns": {column.name: column.as_json() for column in columns},
        "incompleteColumns": {},
        "sampling": 1,
    }
    state = {
        "adHocDataViews": {},
        "datasourceStates": {"formBased": {"layers": {LAYER: layer}}, "textBased": {"layers": {}}},
        "filters": [],
        "internalReferences": [],
        "query": {"language": "kuery", "query": query},
        "visualization": dict(visualization),
    }
    attributes = {"description": "", "state": state, "title": title, "visualizationType": kind}
    reference = Reference(f"indexpattern-datasource-layer-{LAYER}", "index-pattern", view)
    return SavedObject(type="lens", id=object_id, attributes=attributes, references=(reference,))
