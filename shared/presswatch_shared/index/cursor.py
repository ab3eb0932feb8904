"""The cursor of a page: opaque to its holder, checked when it comes back."""

from __future__ import annotations

import base64
import binascii
from typing import TypeVar

import msgspec

from presswatch_shared.errors import BadInput

__all__ = ["BEST", "NEWEST", "OLDEST", "AfterKey", "AfterRank", "Cursor", "read_cursor", "write_cursor"]

LONGEST = 8_000
HIGHEST = (1 << 63) - 1


class AfterKey(msgspec.Struct, frozen=True, tag="newest"):
    """Newest first: go on at this sort key, without the articles of that key already shown."""

    key: int
    shown: tuple[str, ...] = ()
    top: int = HIGHEST
    """Sort key of the first article of the first page: what is newer came since and folds nothing."""

    def behind(self, key: int, article_id: str) -> AfterKey:
        """The cursor behind one more article."""
        top = key if self.top == HIGHEST else self.top
        return AfterKey(key, (*self.shown, article_id) if key == self.key else (article_id,), top)


class AfterRank(msgspec.Struct, frozen=True, tag="relevance"):
    """By relevance: go on after this many."""

    rank: int


Cursor = AfterKey | AfterRank
NEWEST = AfterKey(HIGHEST)
OLDEST = AfterKey(-(1 << 63))
BEST = AfterRank(0)
C = TypeVar("C", AfterKey, AfterRank)


def write_cursor(cursor: Cursor) -> str:
    """URL-safe text."""
    return base64.urlsafe_b64encode(msgspec.json.encode(cursor)).decode().rstrip("=")


def read_cursor(text: str, first: C) -> C:
    """The cursor in `text`; `first`, which is of the same kind, where it is empty.

    Raises:
        BadInput: it is none of ours, or of a search in another order.
    """
    if not text:
        return first
    try:
        if len(text) > LONGEST:
            raise ValueError("too long")
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        cursor = msgspec.json.decode(raw, type=type(first))
        numbers = (cursor.key, cursor.top) if isinstance(cursor, AfterKey) else (cursor.rank,)
        lowest = -HIGHEST - 1 if isinstance(cursor, AfterKey) else 0
        if not all(lowest <= number <= HIGHEST for number in numbers):
            raise ValueError("out of range")
    except (ValueError, binascii.Error, msgspec.MsgspecError) as error:
        raise BadInput("the cursor is not one that this search returned: leave it out to begin anew") from error
    return cursor
