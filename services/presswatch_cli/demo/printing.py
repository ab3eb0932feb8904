"""How the demo shows an alert on a terminal, or plainly where its output goes elsewhere."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import tzinfo
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from presswatch_cli.demo.outlets import load_outlets
from presswatch_shared.clock import from_micros

if TYPE_CHECKING:
    from presswatch_shared.store.alerts import AlertRow

__all__ = ["marked", "print_alert", "visible"]

INDENT = len("12:34:56 ")
# These turn the reading direction of what follows, past the end of the text they stand in.
DIRECTIONS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def print_alert(console: Console, alert: AlertRow, zone: tzinfo | None = None) -> None:
    """Time (local unless `zone` is given), watch, title; outlet and language; the snippet with its matches in bold."""
    time = from_micros(alert.fired_at).astimezone(zone).strftime("%H:%M:%S")
    updated = " (updated)" if alert.kind == "updated" else ""
    head = Text.assemble((time, "dim"), " ", (visible(alert.watch_name), "bold cyan"), updated, "  ")
    _line(console, head.append(visible(alert.title), style="bold"))
    _line(console, Text(_place(alert), style="dim"), indent=INDENT)
    _line(console, marked(alert.snippet, alert.snippet_spans), indent=INDENT)


def _place(alert: AlertRow) -> str:
    names = {outlet.host: outlet.name for outlet in load_outlets()}
    others = f"also at {alert.outlets - 1} more" if alert.outlets > 1 else ""
    parts = (names.get(alert.source, alert.source), alert.lang, others)
    return " · ".join(visible(part) for part in parts if part)


def _line(console: Console, text: Text, indent: int = 0) -> None:
    if console.is_terminal:
        console.print(Padding(text, (0, 0, 0, indent), expand=False))
        return
    # Off a terminal there is no width to fold to: one line stays one line for whoever reads it by machine.
    console.print(Text.assemble(" " * indent, text), soft_wrap=True)


def marked(snippet: str, marks: Iterable[tuple[int, int]]) -> Text:
    """The snippet in one line, its matches bold."""
    text = Text()
    position = 0
    for start, end in sorted(marks):
        start = max(start, position)
        if end <= start:
            continue
        text.append(visible(snippet[position:start]))
        text.append(visible(snippet[start:end]), style="bold yellow")
        position = end
    text.append(visible(snippet[position:]))
    return text


def visible(text: str) -> str:
    """Foreign text that cannot steer the terminal: line ends as spaces, control and direction characters escaped."""
    return "".join(_visible_character(character) for character in text)


def _visible_character(character: str) -> str:
    if character in "\n\r\t\v\f\u2028\u2029":
        return " "
    if unicodedata.category(character) in ("Cc", "Cs") or character in DIRECTIONS:
        return character.encode("unicode_escape", "surrogatepass").decode("ascii")
    return character
