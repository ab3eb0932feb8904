from __future__ import annotations

from dataclasses import replace

import pytest

from presswatch_alerting.matching import WatchSet
from presswatch_alerting.material import found_words
from presswatch_query import AnalysedArticle, Evaluation, Matcher, Query, analyse_article, evaluate
from presswatch_shared.query_article import query_article
from tests.fixtures.articles import article_enriched
from tests.fixtures.watches import WATCH


def analysed() -> AnalysedArticle:
    return analyse_article(query_article(article_enriched()))


class Failures:
    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1


def brittle(query: Query, article: AnalysedArticle) -> Evaluation:
    """An evaluator with a fault in one watch."""
    if query.text == "cranes":
        raise RecursionError("too deep")
    return evaluate(query, article)


class BrittleMatcher(Matcher):
    """A matcher that cannot say whose fault it is."""

    def match(self, article: AnalysedArticle) -> list[str]:
        raise RecursionError("too deep")


def loaded_ids(watches: WatchSet, article: AnalysedArticle) -> list[str]:
    return sorted(loaded.watch.id for loaded in watches.match(article))


def test_a_watch_that_fails_is_set_aside_until_it_is_changed_and_the_others_go_on() -> None:
    failures = Failures()
    watches = WatchSet(failures, matcher=BrittleMatcher(), evaluate=brittle)
    bad = replace(WATCH, id="wat_bad", query="cranes")
    watches.apply([bad, WATCH], {})
    assert loaded_ids(watches, analysed()) == ["wat_1"]
    assert loaded_ids(watches, analysed()) == ["wat_1"]
    assert (failures.count, len(watches)) == (1, 1)
    watches.apply([replace(bad, query="delivers", version=2)], {})
    assert loaded_ids(watches, analysed()) == ["wat_1", "wat_bad"]


def test_a_watch_that_fails_only_when_its_places_are_asked_for_is_set_aside() -> None:
    failures = Failures()
    watches = WatchSet(failures, evaluate=brittle)
    watches.apply([replace(WATCH, query="cranes")], {})
    (loaded,) = watches.match(analysed())
    assert watches.places(loaded, analysed()) is None
    assert (failures.count, len(watches)) == (1, 0)


def test_paused_and_removed_watches_are_not_matched() -> None:
    watches = WatchSet(Failures())
    watches.apply([WATCH, replace(WATCH, id="wat_2", state="paused")], {})
    assert loaded_ids(watches, analysed()) == ["wat_1"]
    watches.apply([replace(WATCH, state="removed")], {})
    assert loaded_ids(watches, analysed()) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("Rostec", {"0-6:rostec": 2}, id="title and body together"),
        pytest.param("crane*", {"0-6:cranes": 2}, id="prefix: the words found"),
        pytest.param("source:norddeich-kurier.example", {"7-31:": 1}, id="exact field"),
        pytest.param("lead:Rostec", {"5-11:rostec": 1}, id="lead"),
        pytest.param("@arms", {"0-5:rostec": 2}, id="alias"),
    ],
)
def test_clauses_are_counted_by_the_words_found(query: str, found: dict[str, int]) -> None:
    watches = WatchSet(Failures())
    watches.apply([replace(WATCH, query=query)], {"arms": ["Rostec"]})
    (loaded,) = watches.match(analysed())
    places = watches.places(loaded, analysed())
    assert places is not None and found_words(places) == found
