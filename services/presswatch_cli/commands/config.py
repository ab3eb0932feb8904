"""`presswatch config`: the effective settings and where each came from."""

from __future__ import annotations

import json

from rich.console import Console
from rich.table import Table
from rich.text import Text

from presswatch_cli.load_settings import LoadedSettings

__all__ = ["render_json", "render_table"]


def render_json(loaded: LoadedSettings) -> str:
    rows = {name: {"value": value, "from": origin, "meaning": text} for name, value, origin, text in loaded.rows()}
    return json.dumps(rows, ensure_ascii=False, indent=2)


def render_table(loaded: LoadedSettings) -> None:
    """A table on a terminal, `NAME=value` lines with comments elsewhere."""
    console = Console()
    if not console.is_terminal:
        for name, value, origin, meaning in loaded.rows():
            console.print(Text(f"{name}={value}  # {origin}: {meaning}"), soft_wrap=True)
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("setting", "value", "from", "meaning"):
        table.add_column(column, overflow="fold")
    for name, value, origin, meaning in loaded.rows():
        table.add_row(name, Text(value), Text(origin, style="dim" if origin == "default" else "green"), meaning)
    console.print(table)
