"""What every operator matches and what it does not; the live matcher is asked along with the reference evaluator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from presswatch_query import Article, Matcher, analyse_article, evaluate, parse

ALIASES = {
    "jets": ["Su-30", "Su-30MK2", "fighter jet"],
    "arms": ["Rostec", "@jets"],
    "agencies": ["reuters.com", "tass.com"],
}

Fields = Mapping[str, Any]


def article_of(fields: Fields | str) -> Article:
    return Article(body=fields) if isinstance(fields, str) else Article(**fields)


def matches(query: str, fields: Fields | str) -> bool:
    """Both say the same."""
    article = analyse_article(article_of(fields))
    parsed = parse(query, ALIASES)
    matcher = Matcher()
    matcher.add("watch", parsed)
    found = evaluate(parsed, article).matched
    assert (matcher.match(article) == ["watch"]) == found
    return found


WORDS: Sequence[tuple[str, Fields | str, bool]] = [
    ("Rostec", "Sanctions hit Rostec again.", True),
    ("rostec", "ROSTEC", True),
    ("Rostec", "Rostechnologii", False),
    ("sanction", "sanctions", False),
    ("Rostec", {"title": "Rostec falls"}, True),
    ("Rostec", {"lead": "Rostec", "authors": ("Rostec",), "url": "https://rostec.ru"}, False),
    ("Su-30MK2", "two Su30MK2 and SU 30 MK 2", True),
    ("Su-30MK2", "SU 30 MK 2", True),
    ("Su-30MK2", "Su-30", False),
    ("Su-30", "Su-300", False),
    ("U.S.", "in the US", False),
    ("U.S.", "the U.S. said", True),
    ("rostec.ru", "see rostec.ru/en", True),
    ("C++", "Vitamin C", True),
    ("战斗机", "购买苏30战斗机两架", True),
    ("战斗", "斗战", False),
    ("로스텍", "로스텍이", False),
    ("ｒｏｓｔｅｃ", "Rostec", True),
    ("elka", "ёлка", False),
    ("елка", "ёлка", True),
]
PHRASES: Sequence[tuple[str, Fields | str, bool]] = [
    ('"Nicolas Maduro"', "President Nicolás Maduro said", True),
    ('"Nicolas Maduro"', "Nicolas M Maduro", False),
    ('"Nicolas Maduro"', "Maduro Nicolas", False),
    ('"Nicolas Maduro"', "Nicolas — Maduro", True),
    ('"Nicolas Maduro"', {"title": "Nicolas", "body": "Maduro"}, False),
    ('"Rostec chief"', "Rostec’s chief resigned", True),
    ('"to be or not to be"', "To be, or not to be", True),
    ('"to be or not to be"', "to be or not to see", False),
    ('"a a b"', "a b a a b", True),
    ('"a a a"', "a a x a", False),
]
SLOP: Sequence[tuple[str, Fields | str, bool]] = [
    ('"alpha beta"~0', "alpha beta", True),
    ('"alpha beta"~1', "alpha x beta", True),
    ('"alpha beta"~1', "alpha x y beta", False),
    ('"alpha beta"~1', "beta alpha", False),
    ('"alpha beta"~2', "beta alpha", True),
    ('"alpha beta gamma"~2', "alpha x beta y gamma", True),
    ('"alpha beta gamma"~1', "alpha x beta y gamma", False),
    ('"alpha beta gamma"~4', "gamma beta alpha", True),
    ('"alpha beta gamma"~3', "gamma beta alpha", False),
    ('"a a"~1', "a", False),
    ('"a a"~1', "a x a", True),
    ('"a a"~0', "a a", True),
    ('"a b a"~2', "a b x a", True),
    ('"a b a"~9', "a b x", False),
    ('"one"~3', "one", True),
    ('"alpha beta"~5', {"title": "alpha", "body": "beta"}, False),
]
PREFIXES: Sequence[tuple[str, Fields | str, bool]] = [
    ("Rosoboron*", "Rosoboronexport", True),
    ("Rosoboron*", "Rosoboron", True),
    ("Rosoboron*", "Rosobor", False),
    ("Su-30*", "the Su-30MK2", True),
    ("Su-30*", "the Su-300", True),
    ("Su-3*", "Su-30MK2", True),
    ("Su-30*", "a 30 su", False),
    ("chav*", "Chávez", True),
    ("战斗*", "战斗机", True),
    ("300*", "3000", True),
    ("title:Rosob*", {"title": "Rosoborona"}, True),
    ("title:Rosob*", {"body": "Rosoborona"}, False),
]
FUZZY: Sequence[tuple[str, Fields | str, bool]] = [
    ("Maduro~1", "Maduro", True),
    ("Maduro~1", "Maudro said", True),
    ("Maduro~1", "Madur", True),
    ("Maduro~1", "Maduroo", True),
    ("Maduro~1", "Mzduro", True),
    ("Maduro~1", "aMduro", True),
    ("Maduro~1", "Maduor", True),
    ("Maduro~1", "Mudaro", False),
    ("Maduro~1", "Madu", False),
    ("Maduro~1", "xMadurox", False),
    ("Maduro~1", "Máduró", True),
    ("title:Maduro~1", {"title": "Maudro"}, True),
    ("title:Maduro~1", {"body": "Maudro"}, False),
]
NEARNESS: Sequence[tuple[str, Fields | str, bool]] = [
    ("alpha NEAR beta", "alpha 1 2 3 4 beta", True),
    ("alpha NEAR beta", "alpha 1 2 3 4 5 beta", False),
    ("alpha NEAR beta", "beta 1 2 3 4 alpha", True),
    ("alpha NEAR/0 beta", "alpha beta", True),
    ("alpha NEAR/0 beta", "alpha x beta", False),
    ("alpha ONEAR/3 beta", "alpha 1 2 3 beta", True),
    ("alpha ONEAR/3 beta", "beta alpha", False),
    ("alpha ONEAR/3 beta", "beta alpha beta", True),
    ("a NEAR/3 a", "a", False),
    ("a NEAR/3 a", "a b a", True),
    ('"a b" NEAR/3 b', "a b", False),
    ('"a b" NEAR/3 b', "a b b", True),
    ('"x y z" NEAR/1 w', "x y z 1 w", True),
    ('"x y z" NEAR/1 w', "x y z 1 2 w", False),
    ("(crash OR fire) NEAR/2 Caracas", "fire near Caracas", True),
    ("(crash OR fire) NEAR/2 Caracas", "crash in old town Caracas", False),
    ("(a OR (b OR c)) NEAR/0 d", "c d", True),
    ("Maduro~1 NEAR/3 Caracas", "Maudro went to Caracas", True),
    ("Rosob* NEAR/1 Caracas", "Caracas: Rosoboronexport", True),
    ("@jets NEAR/2 Caracas", "a fighter jet over Caracas", True),
    ("alpha NEAR beta", {"title": "alpha", "body": "beta"}, False),
    ("author:(James NEAR/9 Carter)", {"authors": ("James Lee", "Ann Carter")}, False),
    ("author:(James NEAR/9 Carter)", {"authors": ("Ann Lee", "James M. Carter")}, True),
    ("NOT a NEAR b AND c", "c a x b", False),
    ("NOT a NEAR b AND c", "c a", True),
]
LITERALS: Sequence[tuple[str, Fields | str, bool]] = [
    ("=US", "the US said", True),
    ("=US", "the us said", False),
    ("=US", "in the USA", False),
    ("=US", "BUS", False),
    ("=US", "US5", False),
    ("=US", "5US", False),
    ("=US", "US.", True),
    ("=US", "(US)", True),
    ("=US", "US-China", True),
    ("=US", "US\u0301", False),
    ("=US", "U\u200dS", True),
    ("=US", "U\ufe0fS", True),
    ("=US", "中US国", True),
    ('="U.S."', "the U.S. said", True),
    ('="U.S."', "the U.S.A", True),
    ('="C++"', "in C++, mostly", True),
    ('="C++"', "in c++", False),
    ('="C++"', "ABC++", False),
    ('="++"', "C++", True),
    ("=Su-30", "Su-30MK2", False),
    ("=Su-30", "Su-30 MK2", True),
    ("=Su-30", "Su–30", False),
    ('="New York"', "New\n  York", True),
    ('="New   York"', "New York", True),
    ('="New York"', "NewYork", False),
    ('="don\'t"', "don’t", True),
    ('="don’t"', "don't", True),
    ('="don‘t"', "donʼt", True),
    ("=Café", "Cafe\u0301", True),
    ("=Cafe", "Cafe\u0301", False),
    ("=Cafe", "Café", False),
    ("=中国", "在中国人", True),
    ("=ซ", "ซี", False),
    ("=क", "कि", False),
    ('=" US"', "US", False),
    ('=" US"', "the US", True),
    ("title:=US", {"body": "US"}, False),
    ("title:=US", {"title": "US"}, True),
    ("=s", "Rostec's", True),
    ("author:=Lee", {"authors": ("Ann Lee",)}, True),
]
COUNTS: Sequence[tuple[str, Fields | str, bool]] = [
    ("ATLEAST/3(oil)", {"title": "Oil", "body": "oil and oil"}, True),
    ("ATLEAST/3(oil)", {"title": "Oil", "body": "oil"}, False),
    ("ATLEAST/2(oil OR gas)", "oil gas", True),
    ('ATLEAST/2(a OR "a a")', "a a", True),
    ('ATLEAST/3(a OR "a a")', "a a", False),
    ('ATLEAST/2("a a")', "a a a", False),
    ('ATLEAST/2("a a")', "a a a a", True),
    ("title:ATLEAST/2(oil)", {"title": "oil", "body": "oil"}, False),
    ("title:ATLEAST/2(oil)", {"title": "oil oil"}, True),
    ("author:ATLEAST/2(Lee)", {"authors": ("Ann Lee", "Bo Lee")}, True),
    ("ATLEAST/2(@jets)", "Su-30MK2 and a fighter jet", True),
    ("ATLEAST/2(@jets)", "Su-30MK2", False),
    ("ATLEAST/2(Rosob*)", "rosobor rosobon", True),
]
FIELDS: Sequence[tuple[str, Fields | str, bool]] = [
    ("title:Rostec", {"body": "Rostec"}, False),
    ("Title:Rostec", {"title": "Rostec falls"}, True),
    ("body:Rostec", {"title": "Rostec"}, False),
    ("lead:Rostec", {"lead": "Rostec", "body": "x"}, True),
    ("lead:Rostec", {"lead": " \n", "body": "\n \nRostec\nx"}, True),
    ("lead:x", {"lead": "", "body": "Rostec\nx"}, False),
    ("lead:x", {"lead": "y", "body": "x"}, False),
    ('author:"James Carter"', {"authors": ("Ann Lee", "James Carter")}, True),
    ('author:"James Carter"', {"authors": ("James", "Carter")}, False),
    ("author:(James AND Carter)", {"authors": ("James", "Carter")}, True),
    ("url:https://x.com/sport", {"url": "https://x.com/sport/1"}, True),
    ("url:sport", {"url": "https://x.com/sport/1"}, True),
    ("url:spo*", {"url": "https://x.com/sport/1"}, True),
    ("url:x-y", {"url": "https://x/y"}, True),
    ("source:bbc.co.uk", {"source": "news.bbc.co.uk"}, True),
    ("source:bbc.co.uk", {"source": "BBC.co.uk"}, True),
    ("source:bbc.co.uk", {"source": "notbbc.co.uk"}, False),
    ("source:news.bbc.co.uk", {"source": "bbc.co.uk"}, False),
    ("source:bbc.co.uk", {"source": ""}, False),
    ("source:пример.рф", {"source": "xn--e1afmkfd.xn--p1ai"}, True),
    ("source:пример.рф", {"source": "новости.пример.рф"}, True),
    ("source:@agencies", {"source": "tass.com"}, True),
    ("source:@agencies", {"source": "x.com"}, False),
    ("lang:EN", {"lang": "en"}, True),
    ("country:gb", {"country": "GB"}, True),
    ("country:(GB OR US)", {"country": "FR"}, False),
    ("category:world", {"category": "World news"}, False),
    ('category:"world-NEWS"', {"category": "World news"}, True),
    ("category:Sport", {"category": "спорт"}, False),
    ("source:x.com AND NOT lang:en", {"source": "x.com", "lang": "ru"}, True),
    ("source:x.com AND NOT lang:en", {"source": "x.com", "lang": "en"}, False),
]
BOOLEANS: Sequence[tuple[str, Fields | str, bool]] = [
    ("alpha AND beta", {"title": "alpha", "body": "beta"}, True),
    ("alpha AND beta", "alpha", False),
    ("alpha OR beta", "beta", True),
    ("alpha AND NOT beta", "alpha beta", False),
    ("alpha AND NOT beta", "alpha", True),
    ("NOT NOT alpha", "alpha", True),
    ("alpha AND (beta OR gamma)", "gamma alpha", True),
    ("alpha AND NOT (beta AND gamma)", "alpha beta", True),
    ("@arms", "a Su-30MK2", True),
    ("@ARMS", "rostec", True),
    ("@arms AND NOT @jets", "rostec", True),
    ("@arms AND NOT @jets", "rostec Su-30", False),
    ("title:@arms", {"body": "rostec"}, False),
    ("title:@arms", {"title": "Rostec"}, True),
    ("author:@arms", {"authors": ("Rostec",)}, True),
]


@pytest.mark.parametrize(
    ("query", "fields", "expected"),
    [*WORDS, *PHRASES, *SLOP, *PREFIXES, *FUZZY, *NEARNESS, *LITERALS, *COUNTS, *FIELDS, *BOOLEANS],
    ids=lambda value: str(value)[:30],
)
def test_matches(query: str, fields: Fields | str, expected: bool) -> None:
    assert matches(query, fields) is expected


@pytest.mark.parametrize(
    ("query", "fields", "places"),
    [
        ("Rostec", {"title": "Rostec", "body": "Rostec’s Rostec"}, "title 0-6, body 0-6, body 9-15"),
        ('"Rostec chief"', "x Rostec’s chief", "body 2-16"),
        ("Su-30MK2", "Su30MK2", "body 0-7"),
        ("alpha AND NOT beta", "alpha", "body 0-5"),
        ("alpha OR beta", "beta x", "body 0-4"),
        ("alpha OR (beta AND gamma)", "alpha beta", "body 0-5"),
        ("a NEAR/1 b", "a b 1 2 3 a", "body 0-1, body 2-3"),
        ("ATLEAST/2(a)", "a a a", "body 0-1, body 2-3, body 4-5"),
        ('"alpha beta"~3', "alpha x alpha beta", "body 8-18"),
        ('="New York"', "in New \n York.", "body 3-13"),
        ("=US", "“U\u00adS”", "body 1-4"),
        ("=각", "x \u1100\u1161\u11a8 y", "body 2-5"),
        ("author:Lee", {"authors": ("Ann", "Bo Lee")}, "author.1 3-6"),
        ("lead:b", {"body": "\n  b\nc"}, "lead 2-3"),
        ("source:bbc.co.uk", {"source": "news.bbc.co.uk"}, "source 0-14"),
        ("รัส*", "รัสเซีย", "body 0-3"),
        ("x", "y", ""),
    ],
)
def test_is_found_at(query: str, fields: Fields | str, places: str) -> None:
    spans = evaluate(parse(query), analyse_article(article_of(fields))).spans
    assert ", ".join(f"{span.field} {span.start}-{span.end}" for span in spans) == places


def test_a_span_names_its_leaf_by_its_place_in_the_query() -> None:
    query = "title:alpha AND (beta OR @jets)"
    spans = evaluate(parse(query, ALIASES), analyse_article(Article(title="alpha", body="Su-30"))).spans
    assert [query[slice(*span.leaf)] for span in spans] == ["alpha", "@jets"]
