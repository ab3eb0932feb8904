"""From the errors of a query to corrected queries: mend the first error, check again, until nothing is left."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from presswatch_query.aliases import Aliases
from presswatch_query.problems import Problem
from presswatch_query.repair.broken import Broken
from presswatch_query.repair.edits import edits

__all__ = ["with_suggestions"]

MOST_SUGGESTIONS = 2
MOST_ROUNDS = 12
MOST_CHARACTERS_READ = 1_500
"""Of all attempts for one query together: mending must not take longer than a blink."""

FindErrors = Callable[[str, Aliases], Sequence[Problem]]


def with_suggestions(
    text: str, errors: Sequence[Problem], aliases: Aliases, find_errors: FindErrors
) -> tuple[Problem, ...]:
    """The errors, each with what would correct the whole query, where that can be found."""
    if len(text) > MOST_CHARACTERS_READ:
        return tuple(errors)
    mender = _Mender(aliases, find_errors)
    return tuple(error._replace(suggestions=mender.suggestions(text, error, errors)) for error in errors)


class _Mender:
    def __init__(self, aliases: Aliases, find_errors: FindErrors) -> None:
        self._aliases = aliases
        self._find_errors = find_errors
        self._characters_left = MOST_CHARACTERS_READ

    def suggestions(self, text: str, error: Problem, errors: Sequence[Problem]) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for edited in self._edits(text, error):
            mended = self._mend(edited)
            if mended is not None:
                found[mended] = None
            if len(found) == MOST_SUGGESTIONS:
                break
        return tuple(found)

    def _mend(self, text: str) -> str | None:
        """The text with what is still wrong mended as well; None if that fails."""
        for _ in range(MOST_ROUNDS):
            self._characters_left -= len(text)
            if self._characters_left < 0:
                return None
            errors = self._find_errors(text, self._aliases)
            if not errors:
                return text
            edited = next(iter(self._edits(text, errors[0])), None)
            if edited is None or edited == text:
                return None
            text = edited
        return None

    def _edits(self, text: str, error: Problem) -> list[str]:
        if self._characters_left < len(text):
            return []
        return edits(Broken(text, error, self._aliases))
