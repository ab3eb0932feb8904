"""Words by their beginnings and ends: few are left of which one may be an edit away from a word."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["Halves"]

NONE: dict[str, None] = {}


class Halves:
    """Words to be compared with words of one length: an edit leaves either the first or the last half as it is."""

    __slots__ = ("_ends", "_size", "_starts")

    def __init__(self, length: int) -> None:
        self._size = (length - 1) // 2
        self._starts: dict[str, dict[str, None]] = {}
        self._ends: dict[str, dict[str, None]] = {}

    def __bool__(self) -> bool:
        return bool(self._starts)

    def add(self, word: str) -> None:
        self._starts.setdefault(word[: self._size], {})[word] = None
        self._ends.setdefault(word[-self._size :], {})[word] = None

    def remove(self, word: str) -> None:
        """Removes a word that is there."""
        for table, half in ((self._starts, word[: self._size]), (self._ends, word[-self._size :])):
            del table[half][word]
            if not table[half]:
                del table[half]

    def sharing_one_with(self, word: str) -> Sequence[str]:
        """The words with the first or the last half of this one; those with both twice."""
        starts, ends = self._starts.get(word[: self._size], NONE), self._ends.get(word[-self._size :], NONE)
        return (*starts, *ends) if starts or ends else ()
