"""Why a watch matched or did not, clause by clause."""

from __future__ import annotations

from time import process_time

import pytest

from presswatch_query import Article, analyse_article, explain, parse
from presswatch_query.edit_distance import edits_between

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
        ("title:apple", ["✗ title:apple: no; but at body 0"]),
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
                "✗ ONEAR/4: never in this order in one field; the other way round at distance 12 in body",
                "  ✓ banana: found at body 67",
                "  ✓ apple: found at body 0",
            ],
        ),
        (
            "rostec NEAR/9 apple",
            ["✗ NEAR/9: never in one field", "  ✓ rostec: found at title 0", "  ✓ apple: found at body 0"],
        ),
        ('"apple orange"~1', ['✗ "apple orange"~1: not found; nearest needs ~2']),
        ('"pie apple"', ['✗ "pie apple": no; all its words are there, but not side by side: ~2 would do in body']),
        ('"apple kiwi"', ['✗ "apple kiwi": no; not in the text: kiwi']),
        ("=US", ["✗ =US: no; in another case: “us” in body"]),
        ("=kiwi", ["✗ =kiwi: no"]),
        ("source:y.com", ["✗ source:y.com: source is x.com"]),
        ("lang:en AND apple", ["✗ AND: 1 of 2 hold", "  ✗ lang:en: lang is empty", "  ✓ apple: found at body 0"]),
        ("ATLEAST/3(one)", ["✗ ATLEAST/3: found 1 time, 3 needed", "  ✓ one: found at body 33"]),
        ("appel", ["✗ appel: no; nearest “Apple” at body 0, 1 letter off"]),
        ("orrang~1", ["✗ orrang~1: no; nearest “orange” at body 15, 2 letters off"]),
        ("banama~1", ["✓ banama~1: found at body 67: banana"]),
        ("banquet~1", ["✗ banquet~1: no"]),
        ("bananas*", ["✗ bananas*: no; nearest “banana” at body 67"]),
        ("ora*", ["✓ ora*: found at body 15: orange"]),
        ("two-ban*", ["✗ two-ban*: no; never followed by a word that begins with ban"]),
        ("=Rost", ["✗ =Rost: no; only as part of “Rostec” in title"]),
        ('="apple-pie"', ['✗ ="apple-pie": no; with other signs: “Apple pie” at body 0']),
        ('"rostec apple"', ['✗ "rostec apple": no; all its words are there, but not in one field']),
        ('"rostec apple"~9', ['✗ "rostec apple"~9: no; all its words are there, but not in one field']),
        ('title:"apple pie"', ['✗ title:"apple pie": no; but at body 0']),
        (
            '"pie with" NEAR "apple pie"',
            [
                "✗ NEAR/4: only where both are the same words",
                '  ✓ "pie with": found at body 6',
                '  ✓ "apple pie": found at body 0',
            ],
        ),
        ("title:@fruit", ["✗ title:@fruit: no; none of its 2 entries"]),
        ("@fruit", ["✓ @fruit: found at body 0: Apple"]),
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


@pytest.mark.parametrize(
    ("one", "other", "most", "edits"),
    [
        ("rostec", "rostec", 3, 0),
        ("rostec", "rosetc", 3, 1),
        ("rostec", "rost", 3, 2),
        ("rostec", "kostek", 3, 2),
        ("rostec", "kraken", 3, None),
        ("ab", "abcde", 2, None),
        ("", "ab", 2, 2),
    ],
)
def test_edits_between_two_words(one: str, other: str, most: int, edits: int | None) -> None:
    assert edits_between(one, other, most) == edits_between(other, one, most) == edits


@pytest.mark.parametrize(
    "query", ["kraken~1", "kra*", '"word tea"', "word NEAR tea", "=Word", "ATLEAST/9(tea)", "kraken"]
)
@pytest.mark.parametrize(
    "body", ["word " * 20_000, " ".join(f"word{number}" for number in range(20_000))], ids=["equal", "different"]
)
def test_a_hostile_article_is_explained_in_bounded_time(query: str, body: str) -> None:
    article = analyse_article(Article(body=body))
    before = process_time()
    assert explain(parse(query), article).note
    assert process_time() - before < 10
