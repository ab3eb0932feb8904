"""The live matcher: changes, merged watches, faults, costs, and articles of unkind sizes."""

from __future__ import annotations

import time
from itertools import islice, product
from typing import Any

import pytest

from presswatch_query import Article, Matcher, Query, WatchCost, analyse_article, evaluate, parse
from presswatch_query.ast import SlopPhrase
from presswatch_query.matcher.matcher import Matcher as WholeMatcher

QUERIES = [
    "rostec",
    '"nicolas maduro"',
    '"one two three"',
    '"one two three four five"',
    "rosob*",
    "maduro~1",
    "title:rostec",
    "author:lee",
    "author:lee*",
    "author:james~1",
    "lead:x",
    "url:sport",
    "source:bbc.co.uk",
    "source:bbc.co.uk AND NOT lang:en",
    '="C++"',
    "=US",
    '="++"',
    "rostec AND caracas",
    "rostec AND NOT caracas",
    "a OR (b AND NOT c)",
    "rostec NEAR/3 caracas",
    "ATLEAST/2(oil)",
    '"a b"~4',
    "su-30*",
    "title:(rosob* OR =US)",
]


def matcher_of(*queries: str) -> Matcher:
    matcher = Matcher()
    for number, query in enumerate(queries):
        matcher.add(str(number), parse(query))
    return matcher


def found(matcher: Matcher, body: str) -> list[str]:
    return sorted(matcher.match(analyse_article(Article(body=body))))


def test_a_new_watch_is_seen_by_the_next_article_and_a_removed_one_is_not() -> None:
    matcher = matcher_of("rostec")
    assert found(matcher, "rostec caracas") == ["0"]
    matcher.add("1", parse("caracas AND rostec"))
    assert found(matcher, "rostec caracas") == ["0", "1"]
    matcher.remove("0")
    assert found(matcher, "rostec caracas") == ["1"]
    matcher.remove("never there")
    assert len(matcher) == 1
    assert "1" in matcher
    assert "0" not in matcher


def test_a_changed_watch_is_only_its_new_self() -> None:
    matcher = matcher_of("rostec", "a AND b")
    matcher.add("0", parse("x AND y"))
    matcher.add("1", parse("rostec"))
    assert found(matcher, "rostec a b") == ["1"]
    assert found(matcher, "x y") == ["0"]


def test_identical_watches_are_verified_once_and_found_each() -> None:
    matcher = matcher_of("a AND b", "B AND A", "(b AND a) AND a", "rostec", "ROSTEC", '"rostec"')
    assert found(matcher, "rostec a b") == ["0", "1", "2", "3", "4", "5"]
    assert matcher.total_cost().candidates == 1
    matcher.remove("1")
    matcher.remove("3")
    assert found(matcher, "rostec a b") == ["0", "2", "4", "5"]


@pytest.mark.parametrize("query", QUERIES)
def test_a_matcher_from_which_all_are_removed_is_empty(query: str) -> None:
    matcher = WholeMatcher()
    for watch_id in ("a", "b"):
        matcher.add(watch_id, parse(query))
    for watch_id in ("a", "b"):
        matcher.remove(watch_id)
    assert len(matcher) == 0
    assert not matcher._places
    assert found(matcher, "rostec caracas US C++ oil oil a b") == []


def test_a_watch_that_fails_is_left_out_and_named_and_the_others_go_on() -> None:
    broken: Any = SlopPhrase(("rostec", "x"), "no number", "", 0, 1)  # type: ignore[arg-type]  # what makes it fail
    matcher = matcher_of("rostec", "rostec AND caracas")
    matcher.add("broken", Query("?", broken))
    assert found(matcher, "rostec x caracas") == ["0", "1"]
    assert found(matcher, "rostec x caracas") == ["0", "1"]
    assert list(matcher.failures()) == ["broken"]
    assert matcher.cost("broken").failures == 2
    assert matcher.total_cost().failures == 2
    matcher.remove("broken")
    assert matcher.failures() == {}


def test_what_verifying_costs_is_counted_by_watch() -> None:
    matcher = matcher_of("rostec AND NOT caracas", "kiwi AND NOT caracas", "rostec")
    for body in ("rostec", "rostec caracas", "nothing"):
        found(matcher, body)
    cost = matcher.cost("0")
    assert (cost.candidates, cost.matches) == (2, 1)
    assert cost.seconds > 0
    assert matcher.cost("1") == matcher.cost("2") == matcher.cost("nobody") == WatchCost()
    assert [watch_id for watch_id, _ in matcher.slowest()] == ["0"]


def test_a_watch_stands_at_its_rarest_clause() -> None:
    matcher = matcher_of("the AND rosoboronexport", "the AND NOT x AND caracas", '"of the" AND su-57')
    for _ in range(5):
        found(matcher, "the story of the day")
    assert matcher.total_cost().candidates == 0


def test_what_is_rare_is_learned_from_the_articles() -> None:
    matcher = matcher_of()
    for number in range(1_000):
        found(matcher, f"government word{number}")
    matcher.add("w", parse("government AND (budget OR taxes)"))
    found(matcher, "government")
    assert matcher.cost("w").candidates == 0


HOSTILE_BODIES = {
    "one word, 100,000 times": "oil " * 100_000,
    "two words in turn": "oil gas " * 50_000,
    "one word of a million letters": "o" * 1_000_000,
    "marks in one order": "o" + "\u0301" * 100_000,
    "marks in the other order": "o" + "\u0301\u0316" * 50_000,
    "invisible characters": "o\u200d" * 100_000,
    "a million spaces": " " * 1_000_000 + "oil",
    "possessives": "x's" * 100_000,
    "Han without end": "苏" * 100_000,
    "surrogates and controls": "\ud800\0" * 100_000,
}
HOSTILE_QUERIES = [
    "oil NEAR/5 gas",
    "oil NEAR/5 water",
    "oil ONEAR/0 oil",
    '"oil oil oil oil oil oil oil oil"',
    '"oil gas oil gas water"~50',
    '"oil gas gas oil"~50',
    '"oil oil"~50',
    "ATLEAST/1000(oil OR gas)",
    '="oil gas" OR =" x"',
    '=" oil oil x"',
    "oilll* OR ooooo~1",
    "title:oil OR lead:(oil NEAR/9 gas)",
]


@pytest.mark.parametrize("body", HOSTILE_BODIES.values(), ids=HOSTILE_BODIES.keys())
def test_an_unkind_article_is_matched_in_bounded_time(body: str) -> None:
    matcher = matcher_of(*HOSTILE_QUERIES)
    started = time.process_time()
    matcher.match(analyse_article(Article(title="oil", body=body)))
    assert time.process_time() - started < 8


def seconds_with_words(matcher: Matcher, count: int) -> float:
    """CPU time for an article of so many different words of eight characters; the least of some tries."""
    body = " ".join("".join(letters) + "word" for letters in islice(product("abcdefghijklmnopqrst", repeat=4), count))
    tries = []
    for _ in range(3):
        started = time.process_time()
        matcher.match(analyse_article(Article(title="oil", body=body)))
        tries.append(time.process_time() - started)
    return min(tries)


def test_an_article_of_twice_as_many_different_words_takes_hardly_more_than_twice_as_long() -> None:
    words = [f"{first}{second}rosneft" for first in "abcdefghij" for second in "abcdefghij"]
    matcher = matcher_of(*HOSTILE_QUERIES, *QUERIES, *(f"{word}~1" for word in words), *(f"{word}*" for word in words))
    assert seconds_with_words(matcher, 120_000) < 3.2 * seconds_with_words(matcher, 60_000)


def test_an_unkind_article_is_matched_as_the_reference_says() -> None:
    matcher = matcher_of(*HOSTILE_QUERIES)
    for body in ("oil " * 300, "oil gas " * 150, "gas x oil x " * 50, "oil" * 50):
        article = analyse_article(Article(title="oil", body=body))
        expected = [str(n) for n, query in enumerate(HOSTILE_QUERIES) if evaluate(parse(query), article).matched]
        assert sorted(matcher.match(article)) == sorted(expected)
