"""The form in which literals and texts are compared, by quick ways, is the form by definition."""

import re
import time

import pytest

from presswatch_query.literals import LiteralText, literal_form
from presswatch_query.normal_forms import normal_form

HOSTILE_MARKS = 200_000


@pytest.mark.parametrize(
    "text",
    ["", " ", "\t", "a", " a", "a\n", "\u3000 a\u2028\u2009b \x1c", "a  b\r\n\r\nc\x85d", "\u200b a", "don’t \u2018do"],
)
def test_any_white_space_counts_as_one_space(text: str) -> None:
    seen = text.replace("\u200b", "").replace("’", "'").replace("\u2018", "'")
    assert literal_form(text) == re.sub(r"\s+", " ", seen)


@pytest.mark.parametrize("text", ["Word wordy", "a\tWord\nb", "un Word—é", "Слово, Word\u200b."])
@pytest.mark.parametrize("literal", ["Word", "word", "Word b", "ord", "a Word b"])
def test_whether_a_literal_is_there_is_whether_it_is_found(text: str, literal: str) -> None:
    found = LiteralText(text)
    assert LiteralText(text).holds(literal) == bool(list(found.find(literal)))


@pytest.mark.parametrize("text", ["One\n\nTwo Three", "Слово — Два\u2003\u2003Три’s", "\t a’b\r\n"])
def test_the_shorter_way_gives_the_same_places(text: str) -> None:
    short, long = LiteralText(text), LiteralText(f"{text}\u200b")
    for literal in {literal_form(text[first:last]) for first in range(len(text)) for last in range(first + 1, 20)}:
        assert list(short.find(literal)) == list(long.find(literal))


@pytest.mark.parametrize("before", [0, 1, 31, 62, 63, 64, 65])
def test_a_long_run_of_marks_is_found_wherever_it_begins(before: int) -> None:
    """Python would sort it by insertion, for minutes."""
    text = "a" * before + "\u0301\u0323" * (HOSTILE_MARKS // 2) + "b"
    began = time.process_time()
    found = normal_form("NFD", text)
    assert time.process_time() - began < 10
    assert found == "a" * before + "\u0323" * (HOSTILE_MARKS // 2) + "\u0301" * (HOSTILE_MARKS // 2) + "b"
