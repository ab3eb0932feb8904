from __future__ import annotations

import time

import pytest

from presswatch_query.article import Article
from presswatch_query.snippet import Mark, make_snippet, marks_in, plain
from presswatch_shared.events import MatchSpan

FILLER = "The council met on Monday and spoke of roads. " * 30


def spans_of(body: str, *words: str, field: str = "body") -> list[MatchSpan]:
    """Where the words stand."""
    return [
        MatchSpan(field, at, at + len(word)) for word in words for at in range(len(body)) if body.startswith(word, at)
    ]


def marked(body: str, *words: str, lead: str = "") -> tuple[str, list[str]]:
    snippet = make_snippet(Article(body=body, lead=lead), spans_of(body, *words))
    return snippet.text, [snippet.text[mark.start : mark.end] for mark in snippet.marks]


def test_a_short_text_is_its_own_snippet() -> None:
    snippet = make_snippet(Article(body="The harbour opened."), [MatchSpan("body", 4, 11)])
    assert (snippet.text, snippet.marks) == ("The harbour opened.", (Mark(4, 11),))
    assert not snippet.cut_before
    assert not snippet.cut_after


def test_the_window_stands_round_the_match_between_words() -> None:
    body = FILLER + "The harbour opened. " + FILLER
    snippet = make_snippet(Article(body=body), spans_of(body, "harbour"))
    assert "harbour" in snippet.text
    assert snippet.cut_before
    assert snippet.cut_after
    assert 200 <= len(snippet.text) <= 260
    assert body[body.index(snippet.text) - 1] == " "
    assert body[body.index(snippet.text) + len(snippet.text)] == " "


def test_a_window_with_both_words_is_better_than_many_of_one() -> None:
    body = "harbour harbour harbour " + FILLER + "the harbour and the ferry " + FILLER
    assert marked(body, "harbour", "ferry")[1] == ["harbour", "ferry"]


def test_the_first_of_equal_windows_is_taken() -> None:
    body = FILLER + "first harbour " + FILLER + "second harbour " + FILLER
    assert "first" in marked(body, "harbour")[0]


def test_a_text_without_a_match_gives_its_beginning() -> None:
    snippet = make_snippet(Article(body="Beginning of it. " + FILLER), [MatchSpan("title", 0, 5)])
    assert snippet.text.startswith("Beginning of it.")
    assert (snippet.marks, snippet.cut_before, snippet.cut_after) == ((), False, True)


def test_a_match_in_the_lead_alone_shows_the_lead() -> None:
    snippet = make_snippet(Article(body="Something else.", lead="A ferry sank."), [MatchSpan("lead", 2, 7)])
    assert (snippet.field, snippet.text, snippet.marks) == ("lead", "A ferry sank.", (Mark(2, 7),))


@pytest.mark.parametrize("body", ["", "  \n "], ids=["empty", "blank"])
def test_an_article_without_text_has_an_empty_snippet(body: str) -> None:
    assert make_snippet(Article(body=body), []).text.strip() == ""


def test_control_characters_become_spaces_and_offsets_stay() -> None:
    body = "one\n\ntwo \x1b[31m\u202eharbour\u2069\x00"
    text, words = marked(body, "harbour")
    assert words == ["harbour"]
    assert len(text) == len(body)
    assert plain(text) == text


def test_marks_that_overlap_or_touch_are_one() -> None:
    spans = [MatchSpan("title", 4, 9), MatchSpan("title", 0, 5), MatchSpan("title", 9, 10), MatchSpan("body", 0, 1)]
    assert marks_in(spans, "title") == (Mark(0, 10),)


def test_a_match_longer_than_the_window_is_cut_with_it() -> None:
    body = "x" * 5_000
    snippet = make_snippet(Article(body=body), [MatchSpan("body", 0, 5_000)])
    assert len(snippet.text) == 240
    assert snippet.marks == (Mark(0, 240),)
    assert snippet.cut_after


def test_text_without_spaces_is_cut_anywhere() -> None:
    body = "苏" * 500 + "战斗机" + "苏" * 500
    text, words = marked(body, "战斗机")
    assert words == ["战斗机"]
    assert len(text) == 240


def test_a_hundred_thousand_matches_take_no_time() -> None:
    body = "harbour " * 100_000
    spans = [MatchSpan("body", at * 8, at * 8 + 7) for at in range(100_000)]
    begun = time.process_time()
    assert make_snippet(Article(body=body), spans).text.startswith("harbour harbour")
    assert time.process_time() - begun < 1
