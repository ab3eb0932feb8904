"""Rows for people on a terminal, and for other programs everywhere else."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from presswatch_query.snippet import plain

__all__ = ["render_rows"]


def render_rows(columns: Sequence[str], rows: Sequence[Sequence[str]], console: Console | None = None) -> None:
    """A table that folds and never cuts, since ids and addresses are copied from it; off a terminal, tab-separated."""
    if not rows:
        return
    console = console or Console()
    if not console.is_terminal:
        # Not through the console, which would make blanks of the tabs.
        console.file.writelines("\t".join(map(plain, row)) + "\n" for row in rows)
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in columns:
        table.add_column(name, overflow="fold", no_wrap=name == "id")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)
