"""Queries that are accepted with a warning, and those without."""

from __future__ import annotations

from time import process_time

import pytest

from presswatch_query import check


@pytest.mark.parametrize(
    ("query", "code", "start", "end", "suggestion"),
    [
        ("C++", "punctuation-ignored", 0, 3, '="C++"'),
        ("AT&T AND x", "punctuation-ignored", 0, 4, '="AT&T" AND x'),
        ("a|b", "punctuation-ignored", 0, 3, "a OR b"),
        ("x AND a|b", "punctuation-ignored", 6, 9, "x AND (a OR b)"),
        ('"a && b"', "punctuation-ignored", 0, 8, "a AND b"),
        ("wom?n", "punctuation-ignored", 0, 5, None),
        ("title:#metoo", "punctuation-ignored", 6, 12, 'title:="#metoo"'),
        (".NET", "punctuation-ignored", 0, 4, '=".NET"'),
        ("Su-30", "designator", 0, 5, "=Su-30"),
        ("Su-30MK2", "designator", 0, 8, "=Su-30MK2"),
        ('"Sukhoi Su-30"', "designator", 0, 14, '="Sukhoi Su-30"'),
        ("x OR T90", "designator", 5, 8, "x OR =T90"),
        ("Su-30*", "designator", 0, 6, None),
        ("3,500", "grouped-digits", 0, 5, "3,500 OR 3500"),
        ("x AND 1.250.000", "grouped-digits", 6, 15, "x AND (1.250.000 OR 1250000)"),
        ('"3 500 men"', "grouped-digits", 0, 11, '"3 500 men" OR "3500 men"'),
        ("a AND NOT a", "never", 0, 11, None),
        ("a AND NOT (a OR b)", "never", 0, 18, None),
        ('"a b" AND NOT a', "never", 0, 15, None),
        ("a NEAR b AND NOT a", "never", 0, 18, None),
        ("title:(a NEAR (b OR c)) AND NOT a", "never", 0, 33, None),
        ("ATLEAST/2(a) AND NOT a", "never", 0, 22, None),
        ('"a b"~2 AND NOT b', "never", 0, 17, None),
        ("Rostec AND NOT Ros*", "never", 0, 19, None),
        ("a AND !b", "punctuation-ignored", 6, 8, "a AND NOT b"),
        ("!a", "punctuation-ignored", 0, 2, '="!a"'),
        ("country:US AND country:GB", "never", 0, 25, None),
        ("source:news.bbc.co.uk AND NOT source:bbc.co.uk", "never", 0, 46, None),
        ("US", "case-ignored", 0, 2, '=US OR ="U.S."'),
        ("IT AND x", "case-ignored", 0, 2, '(=IT OR ="I.T.") AND x'),
        ("title:WHO", "case-ignored", 6, 9, 'title:(=WHO OR ="W.H.O.")'),
        ('"Alphabet"~1', "one-word-slop", 0, 12, "Alphabet~1"),
        ('"Iran"~3', "one-word-slop", 0, 8, "Iran"),
        ("战斗机", "substring", 0, 3, None),
        ("ロシア", "substring", 0, 3, None),
        ("รัสเซีย", "substring", 0, 7, None),
    ],
)
def test_is_accepted_with_a_warning(query: str, code: str, start: int, end: int, suggestion: str | None) -> None:
    result = check(query)
    assert result.ok
    assert [(w.code, w.start, w.end, w.suggestion) for w in result.warnings] == [(code, start, end, suggestion)]


@pytest.mark.parametrize(
    "query",
    [
        "Rostec",
        "Ros* AND NOT Rostec",
        '"a b"~2 AND NOT "a b"',
        "a NEAR b AND NOT title:a",
        "192.168.0.1",
        "0,125",
        "«Ростех»",
        "צה״ל",
        "¿qué",
        "U.S.",
        "rostec.ru",
        "O'Neill",
        "AC/DC",
        '"Nicolas Maduro"',
        '"Who is it?"',
        '"Hello, world!"',
        '"Boeing 737"',
        "=US",
        '="C++"',
        "us",
        "url:https://x.com/?a=b&c",
        "3.14",
        "로스텍",
        "Rosoboron* AND (Caracas OR Maracay)",
        "source:bbc.co.uk AND NOT source:news.bbc.co.uk",
        "a AND NOT b",
        "(a OR b) AND NOT (a AND b)",
    ],
)
def test_is_accepted_without_a_warning(query: str) -> None:
    assert check(query).warnings == ()


def test_every_suggestion_of_a_warning_passes() -> None:
    for query in ("US NEAR x", "C++ NEAR/3 y", "ATLEAST/2(Su-30)"):
        assert all(check(instead).ok for warning in check(query).warnings for instead in warning.suggestions)


def test_a_query_that_matches_too_much_of_what_is_recent_is_common() -> None:
    result = check("government", recent_share=lambda query: 0.25)
    assert [warning.code for warning in result.warnings] == ["common"]
    assert "25.0%" in result.warnings[0].message
    assert check("government", recent_share=lambda query: 0.01).warnings == ()


def test_a_refused_query_has_no_warnings() -> None:
    assert check("C++ AND").warnings == ()


def test_a_long_query_full_of_warnings_is_checked_in_milliseconds() -> None:
    query = " OR ".join(f"w{number}" for number in range(512))
    before = process_time()
    found = check(query).warnings
    assert process_time() - before < 0.5
    assert len(found) == 512
    assert not any(warning.suggestions for warning in found)
