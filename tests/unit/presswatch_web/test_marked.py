"""The one way foreign text gets a mark."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presswatch_web.marked import Spans, marked, merged, paragraphs, visible


@pytest.mark.parametrize(
    ("text", "spans", "shown"),
    [
        pytest.param("a b c", [(2, 3)], "a <mark>b</mark> c", id="one"),
        pytest.param("abc", [(0, 1), (2, 3)], "<mark>a</mark>b<mark>c</mark>", id="two"),
        pytest.param("abc", [(1, 3), (0, 2)], "<mark>abc</mark>", id="overlapping, in any order"),
        pytest.param("ab", [(0, 1), (1, 2)], "<mark>ab</mark>", id="touching"),
        pytest.param("ab", [(1, 99)], "a<mark>b</mark>", id="beyond the end"),
        pytest.param("ab", [(-5, 1)], "<mark>a</mark>b", id="before the beginning"),
        pytest.param("ab", [(1, 1), (2, 1)], "ab", id="empty and reversed"),
        pytest.param("<b>", [(1, 2)], "&lt;<mark>b</mark>&gt;", id="offsets count before escaping"),
        pytest.param("&amp;", [(0, 1)], "<mark>&amp;</mark>amp;", id="an entity as written"),
        pytest.param("\U0001f600x", [(1, 2)], "\U0001f600<mark>x</mark>", id="code points, not UTF-16"),
        pytest.param("a\x00b", [(2, 3)], "a\N{REPLACEMENT CHARACTER}<mark>b</mark>", id="a control character"),
        pytest.param("a\ud800b", [(2, 3)], "a\N{REPLACEMENT CHARACTER}<mark>b</mark>", id="half a surrogate pair"),
    ],
)
def test_spans_are_marked_and_all_else_escaped(text: str, spans: Spans, shown: str) -> None:
    assert marked(text, spans) == shown


SPANS = st.lists(st.tuples(st.integers(-5, 60), st.integers(-5, 60)), max_size=8)


@given(st.text(max_size=50), SPANS)
def test_without_its_marks_it_is_the_text(text: str, spans: list[tuple[int, int]]) -> None:
    page = str(marked(text, spans))
    assert html.unescape(re.sub(r"</?mark>", "", page)) == visible(text).replace("\r", "\r")
    assert "<" not in re.sub(r"</?mark>", "", page)


@given(st.text(alphabet="ab \n", max_size=60), SPANS)
def test_paragraphs_mark_the_same_words(body: str, spans: list[tuple[int, int]]) -> None:
    whole = {place for first, last in merged(spans, len(body)) for place in range(first, last) if body[place] in "ab"}
    found = sum(
        sum(text[place] in "ab" for first, last in merged(own, len(text)) for place in range(first, last))
        for text, own in paragraphs(body, spans)
    )
    assert found == len(whole)
