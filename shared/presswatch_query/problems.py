"""What can be wrong with a query, and how it is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

__all__ = ["BadAlias", "Check", "Problem", "QueryRejected"]


class Problem(NamedTuple):
    """An error or a warning: a stable code, code points of the query as given (end exclusive), one sentence.

    `suggestions` are corrected queries, the likeliest first; each passes the check.
    """

    code: str
    start: int
    end: int
    message: str
    suggestions: tuple[str, ...] = ()

    @property
    def suggestion(self) -> str | None:
        return self.suggestions[0] if self.suggestions else None

    def as_json(self) -> dict[str, Any]:
        """The wire form; `suggestions` only where there is more than one."""
        document: dict[str, Any] = {"code": self.code, "start": self.start, "end": self.end, "message": self.message}
        if self.suggestions:
            document["suggestion"] = self.suggestions[0]
        if len(self.suggestions) > 1:
            document["suggestions"] = list(self.suggestions)
        return document


@dataclass(frozen=True, slots=True)
class Check:
    """What `check` found; a query without errors is accepted, whatever the warnings say."""

    errors: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.errors

    def as_json(self) -> Mapping[str, Any]:
        return {
            "ok": self.ok,
            "errors": [problem.as_json() for problem in self.errors],
            "warnings": [problem.as_json() for problem in self.warnings],
        }


class QueryRejected(ValueError):
    """The query is no query; `errors` say why, sorted by start."""

    def __init__(self, errors: Sequence[Problem]) -> None:
        self.errors = tuple(errors)
        super().__init__("; ".join(f"{error.message} [{error.code} {error.start}–{error.end}]" for error in errors))


class BadAlias(ValueError):
    """An alias cannot be saved or used as it is; the text names the alias and the entry."""
