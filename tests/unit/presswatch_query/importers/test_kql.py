from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presswatch_query import check
from presswatch_query.importers import Unreadable, import_kql


@pytest.mark.parametrize(
    ("text", "query"),
    [
        pytest.param("Rostec", "Rostec", id="word"),
        pytest.param("Rostec and Caracas or Maduro", "(Rostec AND Caracas) OR Maduro", id="and binds"),
        pytest.param("Rostec AND NOT Caracas", "Rostec AND NOT Caracas", id="operators in any case"),
        pytest.param('title: "Nicolas Maduro"', 'title:"Nicolas Maduro"', id="phrase in a field"),
        pytest.param("title: (Rostec or Ростех)", "title:(Rostec OR Ростех)", id="values of a field"),
        pytest.param("not (a or b) and c", "NOT (a OR b) AND c", id="not"),
        pytest.param("Rosoboron*", "Rosoboron*", id="prefix"),
        pytest.param(r"Rostec \and jets" + "", r'Rostec OR "and" OR jets', id="escaped operator"),
        pytest.param('"https://example.com" and Rostec', '"https://example.com" AND Rostec', id="address"),
    ],
)
def test_what_means_the_same_is_carried_over(text: str, query: str) -> None:
    assert import_kql(text).query == query


@pytest.mark.parametrize(
    ("text", "query", "what"),
    [
        pytest.param("Nicolas Maduro", "Nicolas OR Maduro", "Nicolas Maduro", id="side by side"),
        pytest.param("Rostec and words >= 5", "Rostec", "words >= 5", id="range"),
        pytest.param('Rostec and user:{ name: "x" }', "Rostec", 'user:{ name: "x" }', id="nested"),
        pytest.param("Rostec and title:*", "Rostec", "title:*", id="exists"),
        pytest.param("Rostec and *export", "Rostec", "*export", id="leading wildcard"),
        pytest.param("Rostec and tags: arms", "Rostec", "tags:arms", id="unknown field"),
    ],
)
def test_what_is_not_as_it_was_is_named(text: str, query: str, what: str) -> None:
    found = import_kql(text)
    assert (found.query, [remark.what for remark in found.remarks]) == (query, [what])


@pytest.mark.parametrize(
    "text", ["", "and", "a and", "(a", "a)", '"a', "not", "title:", "a or or b", "(" * 3000, "not " * 3000 + "a"]
)
def test_what_kibana_would_not_take_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        import_kql(text)


@given(st.text(alphabet='ab "():*<>{}\\andortil=~苏\n', max_size=40))
def test_every_text_is_unreadable_or_gives_remarks_or_a_query_that_passes(text: str) -> None:
    try:
        found = import_kql(text)
    except Unreadable:
        return
    assert found.query or found.remarks
    assert not found.query or check(found.query).ok
