"""What the pages need of other services, as the composition root hands it in."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from typing import Any, Protocol

from presswatch_query import Query
from presswatch_shared.clock import Micros
from presswatch_shared.events import ArticleEnriched
from presswatch_shared.store.watches import Watch

__all__ = [
    "Backtester",
    "Comparer",
    "DeadLetters",
    "Previewer",
    "ReportReader",
    "StatusReader",
    "WatchExplainer",
]


class StatusReader(Protocol):
    """The document of `presswatch status --json`."""

    def __call__(self) -> Awaitable[Mapping[str, Any]]: ...


class DeadLetters(Protocol):
    """Messages that a stage could not handle. An id is `topic/partition/offset`."""

    async def listed(self, *, stage: str = "", reason: str = "", limit: int) -> Mapping[str, Any]:
        """The document of `presswatch dlq list --json`: with at most `limit` entries, the newest."""
        ...

    async def one(self, letter_id: str) -> Mapping[str, Any]:
        """The document of `presswatch dlq show --json`. Raises: BadInput: there is none."""
        ...

    async def replay(self, ids: Sequence[str], *, stage: str = "", reason: str = "") -> int:
        """Put these back, or all that fit where none is named, for the stage that failed; says how many could be.

        Raises: BadInput: an id is not there.
        """
        ...

    async def discard(self, ids: Sequence[str], *, stage: str = "", reason: str = "") -> int:
        """Give up these, or all that fit; says how many. Raises: BadInput: an id is not there."""
        ...

    def resume(self, stage: str) -> None:
        """Lift the pause of a stage. Raises: BadInput: it is not paused here."""
        ...


class Previewer(Protocol):
    """Looks at an address before it becomes a source."""

    def __call__(self, url: str) -> Awaitable[Mapping[str, Any]]:
        """One look: `{"url", "kind", "title", "items": [{"title", "url"}], "feeds": [url]}`.

        Raises:
            BadInput: not an address that can be crawled, or nothing usable there; the text says why.
        """
        ...


class Backtester(Protocol):
    """Runs a query over what is indexed."""

    def __call__(self, text: str, query: Query, days: int) -> Awaitable[Mapping[str, Any]]:
        """The document of `presswatch watch backtest --json`."""
        ...


class Comparer(Protocol):
    """Runs the query of a watch and another one over what is indexed."""

    def __call__(self, watch: Watch, old: Query, new: Query, days: int) -> Awaitable[Mapping[str, Any]]:
        """The document of `presswatch watch backtest --replaces --json`."""
        ...


class ReportReader(Protocol):
    """Balances the accounts of pages."""

    def __call__(self, since: Micros, until: Micros, source_id: str | None, /) -> Awaitable[Mapping[str, Any]]:
        """The document of `presswatch report --json`."""
        ...


class WatchExplainer(Protocol):
    """Says why a watch did or did not fire on an article."""

    def __call__(self, watch: Watch, query: Query, article: ArticleEnriched) -> Awaitable[Mapping[str, Any]]:
        """The document of `presswatch explain --json`."""
        ...
