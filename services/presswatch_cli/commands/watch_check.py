"""`presswatch watch check`: what is wrong or doubtful about a query, before anything is saved."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from presswatch_cli.commands.alias_file import read_aliases
from presswatch_cli.commands.json_lines import as_line, objects, text_of
from presswatch_query import check

__all__ = ["check_lines", "check_one"]

FINE, SOME_INVALID = 0, 1


def check_one(query: str, *, aliases: Path | None, out: TextIO) -> int:
    """Prints the result of one query; returns the exit code.

    Raises:
        BadInput: the alias file cannot be used.
    """
    result = check(query, read_aliases(aliases))
    out.write(as_line(result.as_json()))
    return FINE if result.ok else SOME_INVALID


def check_lines(lines: Iterable[str], *, aliases: Path | None, out: TextIO) -> int:
    """Reads `{"id","query"}` lines, prints one result a line with the `id`; returns the exit code.

    Raises:
        BadInput: a line is no such object, or the alias file cannot be used.
    """
    known = read_aliases(aliases)
    code = FINE
    for number, row in objects(lines, what="queries"):
        result = check(text_of(row, "query", where=f"queries, line {number}", required=True), known)
        out.write(as_line({"id": row.get("id"), **result.as_json()}))
        code = code if result.ok else SOME_INVALID
    return code
