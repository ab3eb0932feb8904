"""Takes a query of another language from its front, piece by piece."""

from __future__ import annotations

import re

from presswatch_query.importers.foreign import MOST_CHARACTERS, Unreadable

__all__ = ["SPACE", "Scanner"]

SPACE = re.compile(r"\s*")


class Scanner:
    """`at` is the place of the character that comes next."""

    def __init__(self, text: str, *, over_space: bool = False) -> None:
        """With `over_space` white space before a piece is no matter.

        Raises:
            Unreadable: the text is too long.
        """
        if len(text) > MOST_CHARACTERS:
            raise Unreadable(f"the query has {len(text)} characters; at most {MOST_CHARACTERS} are read")
        self.at = 0
        self._text = text
        self._over_space = over_space
        self._taken: re.Match[str] | None = None

    @property
    def next(self) -> str:
        """The character that comes next; empty at the end."""
        return self._text[self.at : self.at + 1]

    def take(self, pattern: re.Pattern[str]) -> bool:
        """Go on behind what the pattern matches here, if it does."""
        if self._over_space and (space := SPACE.match(self._text, self.at)):
            self.at = space.end()
        self._taken = pattern.match(self._text, self.at)
        if self._taken is not None:
            self.at = self._taken.end()
        return self._taken is not None

    def group(self, number: int = 0) -> str:
        """Of what was taken last; empty where it has no such group."""
        return (self._taken[number] if self._taken else "") or ""

    def since(self, start: int) -> str:
        """What was taken since then, without white space round it."""
        return self._text[start : self.at].strip()
