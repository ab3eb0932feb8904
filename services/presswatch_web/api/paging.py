"""Cursors: where the next page begins. Opaque to the caller, checked when they come back."""

from __future__ import annotations

import base64
import binascii
import json

from presswatch_web.problems import Problem, ProblemItem

__all__ = ["decode_id", "decode_number", "decode_place", "encode"]

LARGEST = 2**63 - 1


def encode(*parts: int | str) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode("utf-8")).decode("ascii")


def decode_number(cursor: str) -> int | None:
    """The number in a cursor; None for the first page.

    Raises:
        Problem: 422, not a cursor of this list.
    """
    if not cursor:
        return None
    parts = _parts(cursor)
    if len(parts) == 1 and _is_number(parts[0]):
        return int(parts[0])
    raise _refused()


def decode_id(cursor: str) -> str:
    """An id; empty for the first page. Like `decode_number`."""
    parts = _parts(cursor) if cursor else [""]
    if len(parts) == 1 and _is_id(parts[0]):
        return str(parts[0])
    raise _refused()


def decode_place(cursor: str) -> tuple[int, str] | None:
    """A number and an id. Like `decode_number`."""
    if not cursor:
        return None
    parts = _parts(cursor)
    if len(parts) == 2 and _is_number(parts[0]) and _is_id(parts[1]):
        return int(parts[0]), str(parts[1])
    raise _refused()


def _is_number(part: object) -> bool:
    return isinstance(part, int) and not isinstance(part, bool) and 0 <= part <= LARGEST


def _is_id(part: object) -> bool:
    return isinstance(part, str) and part.isascii() and "\x00" not in part


def _parts(cursor: str) -> list[int | str]:
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii")))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise _refused() from error
    return parts if isinstance(parts, list) else []


def _refused() -> Problem:
    item = ProblemItem(code="unusable", message="not a cursor of this list", location="query.cursor")
    return Problem(422, "the cursor was not given out by this list: leave it out to begin anew", errors=[item])
