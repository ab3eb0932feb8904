"""A dashboard: rows of panels, each as wide as it says, on Kibana's grid of 48 columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from presswatch_cli.kibana.saved_object import Reference, SavedObject, compact, search_source

__all__ = ["WIDTH", "Row", "dashboard", "row"]

WIDTH = 48


@dataclass(frozen=True, slots=True)
class Row:
    """Panels side by side; `height` in rows of the grid, about 20 pixels each."""

    height: int
    panels: Sequence[tuple[int, SavedObject]]
    """(width, object); the widths add up to 48."""


def row(height: int, *panels: SavedObject, widths: Sequence[int] = ()) -> Row:
    """Panels side by side, all as wide as each other unless `widths` says otherwise."""
    return Row(height, tuple(zip(widths or [WIDTH // len(panels)] * len(panels), panels, strict=True)))


def dashboard(
    object_id: str, title: str, about: str, rows: Sequence[Row], *, since: str = "now-7d"
) -> tuple[SavedObject, ...]:
    """Its panels, and it itself; it opens on the time from `since` until now."""
    panels, references = [], []
    for place, saved in _places(rows):
        name = place["i"]
        panels.append(
            {
                "embeddableConfig": {"enhancements": {}},
                "gridData": place,
                "panelIndex": name,
                "panelRefName": f"panel_{name}",
                "type": saved.type,
                "version": "8.9.0",
            }
        )
        references.append(Reference(f"{name}:panel_{name}", saved.type, saved.id))
    options = {
        "hidePanelTitles": False,
        "syncColors": True,
        "syncCursor": True,
        "syncTooltips": False,
        "useMargins": True,
    }
    attributes = {
        "description": about,
        "kibanaSavedObjectMeta": search_source(),
        "optionsJSON": compact(options),
        "panelsJSON": compact(panels),
        "timeFrom": since,
        "timeRestore": True,
        "timeTo": "now",
        "title": title,
        "version": 1,
    }
    panels_of = (saved for row in rows for _, saved in row.panels)
    board = SavedObject(type="dashboard", id=object_id, attributes=attributes, references=tuple(references))
    return (*panels_of, board)


def _places(rows: Sequence[Row]) -> Iterator[tuple[dict[str, Any], SavedObject]]:
    top = number = 0
    for row in rows:
        left = 0
        for width, saved in row.panels:
            number += 1
            yield {"h": row.height, "i": str(number), "w": width, "x": left, "y": top}, saved
            left += width
        top += row.height
