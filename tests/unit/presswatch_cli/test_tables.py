from __future__ import annotations

import io

from rich.console import Console

from presswatch_cli.tables import render_rows

COLUMNS = ("id", "name", "reason", "url")
ADDRESS = "https://www.example.com/" + "a/" * 60 + "feed.xml"
ROWS = [["src_1", "El Diario [bold]", "", ADDRESS], ["src_2", "北京日报", "gone", "https://b.example/"]]


def printed(rows: list[list[str]], *, width: int, terminal: bool = True) -> list[str]:
    console = Console(file=io.StringIO(), force_terminal=terminal, width=width, color_system=None)
    render_rows(COLUMNS, rows, console)
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def test_a_table_that_fits_has_a_line_a_row() -> None:
    assert printed(ROWS[1:], width=80) == [
        "id     name      reason  url",
        "src_2  北京日报  gone    https://b.example/",
    ]


def test_where_a_table_does_not_fit_each_row_is_a_block_and_nothing_is_broken() -> None:
    first, second = "\n".join(printed(ROWS, width=80)).split("\n\n")
    assert first.splitlines() == ["id      src_1", "name    El Diario [bold]", f"url     {ADDRESS}"]
    assert second.splitlines()[2:] == ["reason  gone", "url     https://b.example/"]


def test_off_a_terminal_the_cells_are_separated_by_tabs() -> None:
    assert printed(ROWS[1:], width=20, terminal=False) == ["src_2\t北京日报\tgone\thttps://b.example/"]
