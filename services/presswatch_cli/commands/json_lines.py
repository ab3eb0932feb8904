"""Lines of JSON objects, read with one sentence for what is wrong, and written so that every text can be printed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from presswatch_shared.errors import BadInput

__all__ = ["as_line", "objects", "text_of"]

BYTE_ORDER_MARK = "\ufeff"
"""Some editors write it at the beginning of a file."""


def objects(lines: Iterable[str], *, what: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects with the numbers of their lines; blank lines are skipped.

    Raises:
        BadInput: a line that is no JSON object; `what` says in which input.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line.removeprefix(BYTE_ORDER_MARK) if number == 1 else line)
        except json.JSONDecodeError as error:
            raise BadInput(f"{what}, line {number} is no JSON: {error.msg} at character {error.pos + 1}") from error
        except (ValueError, RecursionError) as error:
            raise BadInput(f"{what}, line {number} is no JSON: {error}") from error
        if not isinstance(row, dict):
            raise BadInput(f"{what}, line {number} is no JSON object")
        yield number, row


def text_of(row: Mapping[str, Any], name: str, *, where: str, required: bool = False) -> str:
    """A text of an object; empty where it is missing or null, unless required.

    Raises:
        BadInput: it is no text.
    """
    value = row.get(name)
    if value is None and not required:
        return ""
    if not isinstance(value, str):
        raise BadInput(f'{where} has no text "{name}"' if value is None else f'{where}: "{name}" is no text')
    return value


def as_line(document: Mapping[str, Any]) -> str:
    """One line; readable, but escaped where a text holds what no encoding can carry."""
    line = json.dumps(document, ensure_ascii=False)
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:
        line = json.dumps(document)
    return f"{line}\n"
