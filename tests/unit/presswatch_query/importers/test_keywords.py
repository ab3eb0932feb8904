from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presswatch_query import check
from presswatch_query.importers import import_keyword, import_keywords


@pytest.mark.parametrize(
    ("text", "query"),
    [
        pytest.param("Rostec", "Rostec", id="word"),
        pytest.param("Nicolas Maduro", '"Nicolas Maduro"', id="two words are a phrase"),
        pytest.param('"Nicolas Maduro"', '"Nicolas Maduro"', id="quotes round it"),
        pytest.param("“Su-30”", "Su-30", id="curly quotes"),
        pytest.param("Rosoboron*", "Rosoboron*", id="prefix"),
        pytest.param("C++", '="C++"', id="signs that make the difference"),
        pytest.param("NOT", '"NOT"', id="a word that is an operator here"),
        pytest.param("salt AND pepper", '"salt AND pepper"', id="no operators in a keyword"),
        pytest.param("a:b", '"a:b"', id="no fields in a keyword"),
        pytest.param("ab*", "", id="short prefix"),
        pytest.param("—", "", id="no letter"),
    ],
)
def test_a_keyword_is_a_word_or_a_phrase(text: str, query: str) -> None:
    assert import_keyword(text).query == query


def test_several_keywords_are_alternatives_and_what_cannot_be_is_named() -> None:
    found = import_keywords(["Rostec", " ", "Nicolas Maduro", "ab*"])
    assert found.query == 'Rostec OR "Nicolas Maduro"'
    assert [remark.what for remark in found.remarks] == ["ab*"]


@given(st.text(max_size=40))
def test_every_keyword_gives_a_remark_or_a_query_that_passes(text: str) -> None:
    found = import_keyword(text)
    assert found.query or found.remarks
    assert not found.query or check(found.query).ok
