"""Rows for people on a terminal, and for other programs everywhere else."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from presswatch_query.snippet import plain

__all__ = ["render_rows"]

GAP = 2


def render_rows(columns: Sequence[str], rows: Sequence[Sequence[str]], console: Console | None = None) -> None:
    """A table, or a block a row where the terminal is too narrow for one: never cut or broken within an id or an
    address, since they are copied from it. Off a terminal, tab-separated.
    """
    if not rows:
        return
    console = console or Console()
    rows = [list(map(plain, row)) for row in rows]
    if not console.is_terminal:
        # Not through the console, which would make blanks of the tabs.
        console.file.writelines("\t".join(row) + "\n" for row in rows)
    elif _width(columns, rows) <= console.width:
        console.print(_table(columns, rows))
    else:
        console.print(*(_block(columns, row) for row in rows), sep="\n\n", soft_wrap=True)


def _width(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    widest = (max(map(cell_len, column)) for column in zip(columns, *rows, strict=True))
    return sum(widest) + GAP * (len(columns) - 1)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(*columns, box=None, header_style="bold", pad_edge=False, padding=(0, GAP, 0, 0))
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _block(columns: Sequence[str], row: Sequence[str]) -> Text:
    """A line for each column that says something."""
    room = max(map(cell_len, columns)) + GAP
    told = [(name, cell) for name, cell in zip(columns, row, strict=True) if cell]
    return Text("\n").join(Text(name.ljust(room), style="bold").append(cell, style="not bold") for name, cell in told)
