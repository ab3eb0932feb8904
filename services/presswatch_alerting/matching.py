"""The loaded watches and the matcher they stand in. A watch that cannot be matched is set aside; the others go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from presswatch_alerting.costs import Costs
from presswatch_alerting.places import Place
from presswatch_query import (
    Aliases,
    AnalysedArticle,
    Evaluation,
    Matcher,
    Query,
    QueryRejected,
    Span,
    evaluate,
    parse,
)
from presswatch_query.ast import TEXT_FIELDS
from presswatch_shared.logs import get_logger
from presswatch_shared.store.watch_costs import WatchCosts
from presswatch_shared.store.watches import ACTIVE, Watch

__all__ = ["Loaded", "WatchSet"]

MOST_PLACES = 5_000
"""Of one watch in one article, from its beginning; nobody reads more, and a hostile article has a million."""

Evaluate = Callable[[Query, AnalysedArticle], Evaluation]


@dataclass(frozen=True, slots=True)
class Loaded:
    """An active watch with its query."""

    watch: Watch
    query: Query


class WatchSet:
    """All active watches. `failed` is told of each watch that is set aside; it comes back when it is changed."""

    def __init__(
        self, failed: Callable[[], None], *, matcher: Matcher | None = None, evaluate: Evaluate = evaluate
    ) -> None:
        self._failed = failed
        self._matcher = Matcher() if matcher is None else matcher
        self._evaluate = evaluate
        self._loaded: dict[str, Loaded] = {}
        self.costs = Costs(self._matcher)

    def __len__(self) -> int:
        return len(self._loaded)

    def apply(self, changed: Sequence[Watch], aliases: Mapping[str, Sequence[str]]) -> None:
        """Take over changed watches: new and edited ones in, paused and removed ones out."""
        known = Aliases(aliases)
        for watch in changed:
            self._drop(watch.id)
            if watch.state == ACTIVE:
                self._load(watch, known)

    def match(self, article: AnalysedArticle) -> Sequence[Loaded]:
        """The watches that match, in no order."""
        try:
            found = list(self._matcher.match(article))
        # The border to the queries of users: one that fails must not cost the others their alerts.
        except Exception:  # noqa: BLE001 (logged whole; the watch at fault is set aside by the slow way)
            get_logger("alerting").exception("matcher failed, trying watch by watch")
            return self._match_one_by_one(article)
        for watch_id, reason in self._matcher.failures().items():
            self._set_aside(self._loaded[watch_id].watch, reason)
        self.costs.matched(found)
        return [self._loaded[watch_id] for watch_id in found]

    def take_costs(self) -> Sequence[WatchCosts]:
        """What watches cost since this was asked last, and which ones failed."""
        return self.costs.take(self._version_of)

    def places(self, loaded: Loaded, article: AnalysedArticle) -> Sequence[Place] | None:
        """Where the clauses of a matching watch stand; None where it does not match, or fails and is set aside."""
        try:
            with self.costs.of_match(loaded.watch.id):
                evaluation = self._evaluate(loaded.query, article)
        except Exception as error:  # noqa: BLE001 (as above)
            self._set_aside(loaded.watch, f"{type(error).__name__}: {error}")
            return None
        if not evaluation.matched:
            return None
        return list(_places(evaluation.spans[:MOST_PLACES], article))

    def _load(self, watch: Watch, aliases: Aliases) -> None:
        try:
            query = parse(watch.query, aliases)
            self._matcher.add(watch.id, query)
        except QueryRejected as error:
            self._set_aside(watch, str(error))
            return
        self._loaded[watch.id] = Loaded(watch, query)

    def _version_of(self, watch_id: str) -> int | None:
        loaded = self._loaded.get(watch_id)
        return None if loaded is None else loaded.watch.version

    def _drop(self, watch_id: str) -> None:
        self.costs.forget(watch_id)
        if self._loaded.pop(watch_id, None):
            self._matcher.remove(watch_id)

    def _match_one_by_one(self, article: AnalysedArticle) -> Sequence[Loaded]:
        return [loaded for loaded in list(self._loaded.values()) if self.places(loaded, article) is not None]

    def _set_aside(self, watch: Watch, reason: str) -> None:
        self._drop(watch.id)
        self._failed()
        self.costs.failed(watch.id, watch.version, reason)
        get_logger("alerting").error("watch set aside", watch=watch.id, version=watch.version, reason=reason)


def _places(spans: Sequence[Span], article: AnalysedArticle) -> Iterator[Place]:
    texts: dict[str, dict[str, str]] = {}
    for span in spans:
        name = span.field.partition(".")[0]
        if name not in texts:
            texts[name] = {text.name: text.raw for text in article.texts(name)} if name in TEXT_FIELDS else {}
        words = texts[name].get(span.field, "")[span.start : span.end]
        yield Place(span.field, span.start, span.end, f"{span.leaf[0]}-{span.leaf[1]}", words)
