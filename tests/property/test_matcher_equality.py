"""The live matcher finds what the reference evaluator finds, while watches come, change and go.

PRESSWATCH_TEST_PAIRS and PRESSWATCH_TEST_SEED ask for more pairs of watch and article, and for others.
"""

from __future__ import annotations

import os
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from presswatch_query import Aliases, AnalysedArticle, Matcher, Query, QueryRejected, analyse_article, evaluate, parse
from presswatch_shared.query_article import query_article
from tests.property.random_news import random_article, random_query

PAIRS = int(os.environ.get("PRESSWATCH_TEST_PAIRS", "30000"))
SEED = int(os.environ.get("PRESSWATCH_TEST_SEED", "20260401"))
WATCHES = 250
ARTICLES = 50
"""Of one round."""
ALIASES = Aliases(
    {
        "firms": ["Rostec", "Ростех", "@jets", "AT&T"],
        "jets": ["Su-30", "Su-30MK2", "苏-30战斗机"],
        "places": ["Caracas", "Łódź", "İstanbul", "Київ"],
        "many": [f"word {n}" for n in range(300)] + ["plant", "Maduro", "s"],
        "hosts": ["bbc.co.uk", "herald.example"],
    }
)


def with_aliases(chance: random.Random, query: str) -> str:
    name = chance.choice(("firms", "jets", "places", "many"))
    forms = (
        f"@{name}",
        f"@{name} AND ({query})",
        f"({query}) AND NOT @{name}",
        f"@{name} NEAR/3 (Maduro OR @jets)",
        f"ATLEAST/2(@{name} OR plant)",
        f"title:@{name} OR author:(@{name} AND NOT us)",
        f"source:@hosts AND ({query})",
    )
    return chance.choice(forms)


def random_watch(chance: random.Random) -> Query:
    while True:
        text = random_query(chance)
        try:
            return parse(with_aliases(chance, text) if chance.random() < 0.2 else text, ALIASES)
        except QueryRejected:
            continue


def analysed(chance: random.Random, number: int) -> AnalysedArticle:
    return analyse_article(query_article(random_article(chance, f"a{number}")))


def change_some(chance: random.Random, matcher: Matcher, watches: dict[str, Query]) -> None:
    for watch_id in chance.sample(sorted(watches), 5):
        if chance.random() < 0.5:
            matcher.remove(watch_id)
            del watches[watch_id]
        else:
            watches[watch_id] = random_watch(chance)
            matcher.add(watch_id, watches[watch_id])
    add_missing(chance, matcher, watches)


def add_missing(chance: random.Random, matcher: Matcher, watches: dict[str, Query]) -> None:
    for _ in range(WATCHES - len(watches)):
        watch_id = f"{chance.randrange(10**9):09}"
        watches[watch_id] = random_watch(chance)
        matcher.add(watch_id, watches[watch_id])


def differences(matcher: Matcher, watches: dict[str, Query], article: AnalysedArticle) -> tuple[list[str], int]:
    """Queries on which the two do not agree, and how many match."""
    expected = {watch_id for watch_id, query in watches.items() if evaluate(query, article).matched}
    found = matcher.match(article)
    assert len(found) == len(set(found)), "a watch is found once"
    return [watches[watch_id].text for watch_id in expected.symmetric_difference(found)], len(expected)


def test_matcher_and_evaluator_agree_while_watches_change() -> None:
    matches = 0
    for turn in range(max(1, PAIRS // (WATCHES * ARTICLES))):
        chance = random.Random(f"{SEED}-{turn}")
        matcher = Matcher()
        watches: dict[str, Query] = {}
        add_missing(chance, matcher, watches)
        for number in range(ARTICLES):
            article = analysed(chance, number)
            wrong, matched = differences(matcher, watches, article)
            assert wrong == [], article.article
            matches += matched
            change_some(chance, matcher, watches)
        assert matcher.failures() == {}
    assert matches > PAIRS / 1000, "the watches hardly find anything: nothing was tested"


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False))
def test_matcher_and_evaluator_agree_on_whatever_hypothesis_thinks_of(chance: random.Random) -> None:
    query = random_watch(chance)
    matcher = Matcher()
    matcher.add("watch", query)
    article = analysed(chance, 0)
    assert differences(matcher, {"watch": query}, article)[0] == []
