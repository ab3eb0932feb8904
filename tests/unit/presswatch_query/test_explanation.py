"""Why a watch matched or did not, clause by clause."""

from __future__ import annotations

import pytest

from presswatch_query import Article, analyse_article, explain, parse

ARTICLE = analyse_article(
    Article(
        title="Rostec falls",
        body="Apple pie with orange and juice. One two three four five six seven banana. The us said.",
        source="x.com",
    )
)
ALIASES = {"fruit": ["kiwi", "apple"]}


@pytest.mark.parametrize(
    ("query", "lines"),
    [
        ("apple", ["✓ apple: found at body 0"]),
        ("title:apple", ["✗ title:apple: no"]),
        ("kiwi", ["✗ kiwi: no"]),
        (
            "apple NEAR/5 banana",
            ["✗ NEAR/5: nearest distance 12 in body", "  ✓ apple: found at body 0", "  ✓ banana: found at body 67"],
        ),
        (
            "apple AND NOT juice",
            ["✗ AND: 1 of 2 hold", "  ✓ apple: found at body 0", "  ✗ NOT juice: found at body 26"],
        ),
        (
            "kiwi NEAR apple",
            ["✗ NEAR/4: kiwi not found", "  ✗ kiwi: no", "  ✓ apple: found at body 0"],
        ),
        (
            "banana ONEAR apple",
            [
                "✗ ONEAR/4: never in this order in one field",
                "  ✓ banana: found at body 67",
                "  ✓ apple: found at body 0",
            ],
        ),
        (
            "rostec NEAR/9 apple",
            ["✗ NEAR/9: never in one field", "  ✓ rostec: found at title 0", "  ✓ apple: found at body 0"],
        ),
        ('"apple orange"~1', ['✗ "apple orange"~1: not found; nearest needs ~2']),
        ('"pie apple"', ['✗ "pie apple": no; all its words are there, but not side by side']),
        ('"apple kiwi"', ['✗ "apple kiwi": no; not in the text: kiwi']),
        ("=US", ["✗ =US: no; in body in another case or as part of a longer word"]),
        ("=kiwi", ["✗ =kiwi: no"]),
        ("source:y.com", ["✗ source:y.com: source is x.com"]),
        ("lang:en AND apple", ["✗ AND: 1 of 2 hold", "  ✗ lang:en: lang is empty", "  ✓ apple: found at body 0"]),
        ("ATLEAST/3(one)", ["✗ ATLEAST/3: found 1 times, 3 needed", "  ✓ one: found at body 33"]),
        ("@fruit", ["✓ @fruit: found at body 0"]),
        (
            "apple AND NOT (kiwi OR pie)",
            [
                "✗ AND: 1 of 2 hold",
                "  ✓ apple: found at body 0",
                "  ✗ NOT OR: found at body 6",
                "    ✓ OR: 1 of 2 hold",
                "      ✗ kiwi: no",
                "      ✓ pie: found at body 6",
            ],
        ),
    ],
)
def test_the_explanation_of(query: str, lines: list[str]) -> None:
    assert list(explain(parse(query, ALIASES), ARTICLE).lines()) == lines


def test_only_the_first_places_are_named() -> None:
    article = analyse_article(Article(body="a a a a a"))
    assert explain(parse("a"), article).note == "found at body 0, body 2, body 4 and 2 more"


def test_the_wire_form_has_every_part() -> None:
    document = explain(parse("apple AND kiwi"), ARTICLE).as_json()
    assert document["holds"] is False
    assert [part["clause"] for part in document["parts"]] == ["apple", "kiwi"]
    assert document["parts"][0]["spans"] == [{"field": "body", "start": 0, "end": 5}]
