"""`presswatch watch analyse`: a text's tokens as the language sees them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from presswatch_cli.commands.json_lines import as_line, objects, text_of
from presswatch_query import analyse

__all__ = ["analyse_lines", "analyse_one"]


def analyse_one(text: str, *, out: TextIO) -> int:
    """Prints the tokens of one text; returns the exit code."""
    out.write(as_line({"tokens": _tokens(text)}))
    return 0


def analyse_lines(lines: Iterable[str], *, out: TextIO) -> int:
    """Reads `{"id","text"}` lines, prints the tokens of each with its `id`; returns the exit code.

    Raises:
        BadInput: a line is no such object.
    """
    for number, row in objects(lines, what="texts"):
        text = text_of(row, "text", where=f"texts, line {number}", required=True)
        out.write(as_line({"id": row.get("id"), "tokens": _tokens(text)}))
    return 0


def _tokens(text: str) -> Sequence[dict[str, Any]]:
    return [token._asdict() for token in analyse(text)]
