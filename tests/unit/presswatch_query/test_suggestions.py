"""What is offered instead of a query that is refused, the likeliest first."""

from __future__ import annotations

import pytest

from presswatch_query import check

ALIASES = {"arms": ["Rostec"], "circle": ["@circle"]}


@pytest.mark.parametrize(
    ("query", "suggestions"),
    [
        ("Nicolas Maduro", ['"Nicolas Maduro"', "Nicolas AND Maduro"]),
        ("Nicolas Maduro said", ['"Nicolas Maduro said"', "Nicolas AND Maduro AND said"]),
        ("title:Nicolas Maduro", ['title:"Nicolas Maduro"', "title:Nicolas AND Maduro"]),
        ("Rostec, Caracas", ['"Rostec, Caracas"', "Rostec, AND Caracas"]),
        ('"a b" c', ['"a b" AND c']),
        ("(a b) c", ['("a b") AND c', "(a AND b) AND c"]),
        ("a OR b c", ['a OR "b c"', "a OR (b AND c)"]),
        ("a NOT b", ["a AND NOT b"]),
        ("a && b", ["a AND b"]),
        ("a || b", ["a OR b"]),
        ('"a b" ~3', ['"a b"~3']),
        ("atleast/2(oil)", ["ATLEAST/2(oil)"]),
        ("a http://x.com/y", ['a AND "http://x.com/y"']),
        ("a OR b AND c", ["a OR (b AND c)", "(a OR b) AND c"]),
        ("a AND b OR c AND d", ["(a AND b) OR (c AND d)", "a AND (b OR c) AND d"]),
        ("(x AND y OR z) AND q", ["((x AND y) OR z) AND q", "(x AND (y OR z)) AND q"]),
        ("Rostec or Caracas", ["Rostec OR Caracas", '"Rostec or Caracas"']),
        ("rock and roll", ["rock AND roll", '"rock and roll"']),
        ("a not b", ["a AND NOT b", '"a not b"']),
        ("not a", ['"not a"']),
        ("near Caracas", ['"near Caracas"']),
        ("a near/5 b", ["a NEAR/5 b", '"a near/5 b"']),
        ("-a", []),
        ("+a +b -c", ["a AND b AND NOT c"]),
        ("Rostec AND -Caracas", ["Rostec AND NOT Caracas"]),
        ("Rostec -Caracas", ["Rostec AND NOT Caracas"]),
        ("a OR b -c", ["a OR (b AND NOT c)"]),
        ("y -title:x", ["y AND NOT title:x"]),
        ("y AND title:-x", ["y AND NOT title:x"]),
        ('x -"a b"', ['x AND NOT "a b"']),
        ("x -(a OR b)", ["x AND NOT (a OR b)"]),
        ("a - b", ['"a - b"', '"a b"']),
        ('"Nicolas Maduro', ['"Nicolas Maduro"']),
        ('a AND "', ["a"]),
        ("(a", ["(a)", "a"]),
        ("a)", ["a"]),
        ("a AND", ["a"]),
        ("a AND OR b", ["a OR b"]),
        ("x AND title:NOT a", ["x AND title:(NOT a)"]),
        (f"{'x AND ' * 40}title:NOT a", [f"{'x AND ' * 40}title:(NOT a)"]),
        ("a NEAR NOT b", ["a AND NOT b"]),
        ("a NEAR/² b", ["a NEAR b"]),
        ("a NEAR/３ b", ["a NEAR/3 b"]),
        ("a NEAR/٢٠٠ b", ["a NEAR/100 b"]),
        ('"a b"~３', ['"a b"~3']),
        ('"a b"~²', ['"a b"']),
        ("ATLEAST/٣(a)", ["ATLEAST/3(a)"]),
        ("(a AND b) NEAR/0 c", ["(a AND b) AND c"]),
        ("title :a", ["title:a"]),
        ("(OR a)", ["(a)"]),
        ("a NEAR 3 b", ["a NEAR/3 b"]),
        ("a NEAR~3 b", ["a NEAR/3 b"]),
        ("a w/5 b", ["a NEAR/5 b"]),
        ("a PRE/500 (b OR c)", ["a ONEAR/100 (b OR c)"]),
        ("a adj5 b", ["a ONEAR/5 b"]),
        ("x AND https://x.com/a_(b)", ['x AND "https://x.com/a_(b)"']),
        ("(url:https://x.com/a_(b))", ['(url:"https://x.com/a_(b)")']),
        ("a !b", ["a AND NOT b"]),
        ('"a b"^2 AND c', ['"a b" AND c']),
        ('"Ros* chief"', ["Ros* ONEAR/0 chief", "Ros*"]),
        ('title:"the new Mad*"', ['title:("the new" ONEAR/0 Mad*)', 'title:"the new Mad"']),
        ('"the Mad* x"', ['"the Mad x"']),
        ("Ros\u200b*", ["Ros*", "Ros\u200b"]),
        ("title:a NEAR/3 b", ["title:(a NEAR/3 b)", "title:a AND b"]),
        ('title:"a b" NEAR title:c', ['title:("a b" NEAR c)', 'title:"a b" AND title:c']),
        ("title:(a OR b) NEAR c", ["title:(a OR b) AND c"]),
        ("source:x.com NEAR a", ["source:x.com AND a"]),
        ("ATLEAST/3(title:oil)", ["title:ATLEAST/3(oil)"]),
        ("ATLEAST/3(source:x.com)", []),
        ("source:(a.com, b.com c.com)", ["source:(a.com OR b.com OR c.com)"]),
        ('category:("world news" sport)', ['category:("world news" OR sport)']),
        ("lang:en,ru", ["lang:(en OR ru)"]),
        ("country:ＧＢ", ["country:GB"]),
        ("lang:ＥＮ", ["lang:en"]),
        ('צה"ל', ["צה״ל"]),
        ('צה"ל AND מו"מ', ["צה״ל AND מו״מ"]),
        ("http://rostec.ru/a", ['"http://rostec.ru/a"']),
        ("titel:x", ["title:x", '"titel:x"']),
        ("site:bbc.co.uk", ["source:bbc.co.uk", '"site:bbc.co.uk"']),
        ("title:body:x", ["title:x"]),
        ("source:https://www.bbc.co.uk/news", ["source:www.bbc.co.uk"]),
        ("@amrs", ["@arms"]),
        ("@zzz", ["zzz"]),
        ("@circle", []),
        ("a OR NOT b", []),
        ("Ro*", ["Ro"]),
        ("Rostec-*", ["Rostec*", "Rostec-"]),
        ("wom*n", ["wom*", "womn"]),
        ('"Rost*"', ["Rost*", '"Rost"']),
        ("=Rost*", ['="Rost*"']),
        ("*", []),
        ("Maduro~2", ["Maduro~1", "Maduro"]),
        ("Iran~1", ["Iran"]),
        ("=Maduro~1", ['="Maduro~1"']),
        ("a NEAR/x b", ["a NEAR b"]),
        ("a NEAR/500 b", ["a NEAR/100 b"]),
        ("a NEAR b NEAR c", ["a NEAR b AND b NEAR c"]),
        ("=US NEAR x", ["=US AND x"]),
        ('"a b"~60', ['"a b"~50']),
        ('"a b"~', ['"a b"']),
        ("ATLEAST(a)", ["ATLEAST/2(a)"]),
        ("ATLEAST/5000(a)", ["ATLEAST/1000(a)"]),
        ("ATLEAST/3 oil", ["ATLEAST/3(oil)"]),
        ("country:UK", ["country:GB"]),
        ("lang:english", ["lang:en"]),
        ("lang:en-US", ["lang:en"]),
        ("source:*.bbc.co.uk", ["source:bbc.co.uk"]),
        ("country:GB~1", ["country:GB"]),
        ("source:co.uk", []),
        ("€", ['="€"']),
        ("()", []),
    ],
    ids=lambda value: str(value)[:30],
)
def test_is_offered(query: str, suggestions: list[str]) -> None:
    error = check(query, ALIASES).errors[0]
    assert list(error.suggestions) == suggestions
    assert error.suggestion == (suggestions[0] if suggestions else None)


def test_of_several_errors_each_has_the_whole_query_mended() -> None:
    errors = check("Ro* AND lang:english").errors
    assert [error.suggestion for error in errors] == ["Ro AND lang:en"] * 2


def test_the_wire_form_has_a_suggestion_only_where_there_is_one() -> None:
    with_two = check("a b").errors[0].as_json()
    assert with_two["suggestion"] == '"a b"'
    assert with_two["suggestions"] == ['"a b"', "a AND b"]
    assert set(check("()").errors[0].as_json()) == {"code", "start", "end", "message"}
