from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from presswatch_query import Aliases, check, parse
from presswatch_web.building import Built, build, taken_apart

ALIASES = Aliases({"jets": ["Su-30", "fighter jet"]})


@pytest.mark.parametrize(
    ("fields", "query"),
    [
        pytest.param(Built(every="Rostec Caracas"), "Rostec AND Caracas", id="all"),
        pytest.param(Built(any="Rostec, Ростех"), "Rostec OR Ростех", id="any alone"),
        pytest.param(Built(every="Rostec", any="Caracas"), "Rostec AND Caracas", id="any of one"),
        pytest.param(
            Built(every='"Nicolas Maduro"', any="oil gas", none="sport football"),
            '"Nicolas Maduro" AND (oil OR gas) AND NOT sport AND NOT football',
            id="all three",
        ),
        pytest.param(Built(every="Su-30MK2 Rosoboron*"), "Su-30MK2 AND Rosoboron*", id="signs of the language"),
        pytest.param(Built(every="@jets lang:es =US"), "@jets AND lang:es AND =US", id="leaves of all kinds"),
        pytest.param(Built(every="and OR rock"), '"and" AND "OR" AND rock', id="words that are operators elsewhere"),
        pytest.param(Built(every="(Rostec"), '"(Rostec"', id="half a parenthesis"),
        pytest.param(Built(every='Rostec "Nicolas Maduro'), "Rostec AND Nicolas AND Maduro", id="half a quote"),
        pytest.param(Built(every="ratio:3 -x"), '"ratio:3" AND "-x"', id="what would be a fault is quoted"),
        pytest.param(Built(every="Rostec Rostec"), "Rostec", id="once"),
        pytest.param(Built(base="a OR b", every="c"), "(a OR b) AND c", id="beside a query"),
        pytest.param(Built(base="a NEAR/3 b", none="c"), "a NEAR/3 b AND NOT c", id="beside a NEAR"),
        pytest.param(Built(), "", id="nothing"),
    ],
)
def test_fields_make_a_query(fields: Built, query: str) -> None:
    assert build(fields, ALIASES) == query
    assert not query or check(query, ALIASES).ok


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        pytest.param("Rostec", Built(every="Rostec"), id="a word"),
        pytest.param("a1 OR b1", Built(any="a1 b1"), id="an or"),
        pytest.param(
            '"Nicolas Maduro" AND (oil OR gas) AND NOT sport',
            Built(every='"Nicolas Maduro"', any="oil gas", none="sport"),
            id="all three",
        ),
        pytest.param("Rostec AND NOT (a1 OR b1)", Built(every="Rostec", none="a1 b1"), id="none of several"),
        pytest.param("@jets AND title:Rostec", Built(every="@jets title:Rostec"), id="alias and field"),
        pytest.param("a1 NEAR/3 b1", Built(base="a1 NEAR/3 b1"), id="a near"),
        pytest.param("(a1 OR b1) AND (c1 OR d1)", Built(base="(a1 OR b1) AND (c1 OR d1)"), id="two ors"),
        pytest.param("title:(a1 OR b1)", Built(any="title:a1 title:b1"), id="a field over several"),
        pytest.param("title:@jets", Built(base="title:@jets"), id="a field before an alias"),
        pytest.param("Rostec AND", Built(base="Rostec AND"), id="a fault"),
        pytest.param(" ", Built(), id="nothing"),
    ],
)
def test_a_query_is_taken_apart(query: str, fields: Built) -> None:
    assert taken_apart(query, ALIASES) == fields


words = st.text(alphabet='ab1 "*~@=():-,;ANDORТа苏\x00\n“', max_size=30)


@settings(max_examples=150, deadline=None)
@given(every=words, some=words, none=words)
def test_whatever_is_filled_in_makes_a_query_or_nothing_to_look_for(every: str, some: str, none: str) -> None:
    query = build(Built(every=every, any=some, none=none), ALIASES)
    codes = {fault.code for fault in check(query, ALIASES).errors} if query else set()
    assert codes <= {"only-negative", "never", "too-long"}, (query, codes)


@settings(max_examples=100, deadline=None)
@given(every=words, some=words)
def test_what_was_built_is_taken_apart_to_the_same(every: str, some: str) -> None:
    query = build(Built(every=every, any=some), ALIASES)
    if query and check(query, ALIASES).ok:
        again = taken_apart(query, ALIASES)
        assert parse(build(again, ALIASES), ALIASES).canonical == parse(query, ALIASES).canonical
