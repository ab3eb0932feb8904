from __future__ import annotations

import pytest

from presswatch_query import ast
from presswatch_query.clauses import (
    EVERYTHING,
    NOTHING,
    AllOf,
    AnyOf,
    Clause,
    Except,
    FuzzyTerm,
    Phrase,
    PrefixPhrase,
    SlopPair,
    Term,
    Value,
)
from presswatch_query.index_form import LONG, LOOSE, indexed_token
from presswatch_query.plan import make_plan


def words(*tokens: str, field: str = "body") -> ast.Words:
    return ast.Words(tokens, field, 0, 0)


def near(left: ast.Node, right: ast.Node, *, ordered: bool = False) -> ast.Near:
    return ast.Near(left, right, 4, ordered, 0, 0)


def pair(first: str, second: str, slop: int = 4, field: str = "body") -> SlopPair:
    return SlopPair(field, first, second, slop)


def slop(*tokens: str, field: str = "body") -> ast.SlopPhrase:
    return ast.SlopPhrase(tokens, 3, field, 0, 0)


def both(*children: ast.Node) -> ast.And:
    return ast.And(children, 0, 0)


def either(*children: ast.Node) -> ast.Or:
    return ast.Or(children, 0, 0)


def no(child: ast.Node) -> ast.Not:
    return ast.Not(child, 0, 0)


def literal(text: str) -> ast.Literal:
    return ast.Literal(text, "body", 0, 0)


A, B, C = Term("body", "a"), Term("body", "b"), Term("body", "c")
MANY = ast.AtLeast(2, words("a"), 0, 0)
A_NEAR_B = AnyOf((pair("a", "b"), pair("b", "a")))
LOOSELY = Value("trait", LOOSE)
LENGTHY = "x" * 130


@pytest.mark.parametrize(
    ("tree", "clause"),
    [
        pytest.param(words("a"), A, id="word"),
        pytest.param(words("a", field=""), AnyOf((Term("title", "a"), A)), id="word in title or body"),
        pytest.param(words("a", "b"), Phrase("body", ("a", "b")), id="phrase"),
        pytest.param(words(LENGTHY), Term("body", indexed_token(LENGTHY)), id="long token by its hash"),
        pytest.param(ast.Prefix(("ros",), "body", 0, 0), PrefixPhrase("body", (), "ros"), id="prefix"),
        pytest.param(
            ast.Prefix(("su", "3"), "body", 0, 0), PrefixPhrase("body", ("su",), "3"), id="prefix in a phrase"
        ),
        pytest.param(ast.Fuzzy("rostec", "body", 0, 0), FuzzyTerm("body", "rostec"), id="fuzzy"),
        pytest.param(ast.Exact("lang", "en", 0, 0), Value("lang", "en"), id="exact field"),
        pytest.param(both(words("a"), words("b"), words("a")), AllOf((A, B)), id="and, each clause once"),
        pytest.param(either(words("a"), words("b")), AnyOf((A, B)), id="or"),
        pytest.param(both(words("a"), no(words("b"))), AllOf((A, Except(B))), id="and not"),
        pytest.param(no(no(words("a"))), A, id="not not"),
        pytest.param(near(words("a"), words("b")), A_NEAR_B, id="near"),
        pytest.param(
            near(words("a", field=""), words("b", field="")),
            AnyOf((AnyOf((pair("a", "b", field="title"), pair("b", "a", field="title"))), A_NEAR_B)),
            id="near in one of the fields",
        ),
        pytest.param(
            near(either(words("a"), words("c")), words("b")),
            AnyOf((A_NEAR_B, AnyOf((pair("c", "b"), pair("b", "c"))))),
            id="near with alternatives",
        ),
        pytest.param(slop("a", "b"), pair("a", "b", 3), id="slop of two words"),
        pytest.param(slop("a"), A, id="slop of one word"),
    ],
)
def test_what_an_index_can_say_is_exact(tree: ast.Node, clause: Clause) -> None:
    plan = make_plan(tree)
    assert plan.candidates == clause
    assert plan.exact


@pytest.mark.parametrize(
    ("tree", "clause"),
    [
        pytest.param(near(words("a"), words("b"), ordered=True), pair("a", "b"), id="ordered near"),
        pytest.param(near(words("a"), words("a")), pair("a", "a"), id="near itself"),
        pytest.param(
            near(words("a", "c"), words("b")),
            AllOf((Phrase("body", ("a", "c")), AnyOf((pair("c", "b"), pair("b", "a"))))),
            id="near with a phrase",
        ),
        pytest.param(
            near(ast.Prefix(("ros",), "body", 0, 0), words("b")),
            AllOf((PrefixPhrase("body", (), "ros"), B)),
            id="near with a prefix: both in the field",
        ),
        pytest.param(
            near(words("a", field="author"), words("b", field="author")),
            AnyOf((pair("a", "b", field="author"), pair("b", "a", field="author"))),
            id="near in one author, not across two",
        ),
        pytest.param(slop("a", "b", "c"), AllOf((pair("a", "b", 3), pair("b", "c", 3))), id="slop of three"),
        pytest.param(slop("a", "a"), pair("a", "a", 3), id="slop of a word twice"),
        pytest.param(
            no(slop("a", "a")), Except(Phrase("body", ("a", "a"))), id="not slop: the phrase is at least found"
        ),
        pytest.param(MANY, A, id="many: one"),
        pytest.param(both(words("c"), no(MANY)), C, id="not many takes nothing away"),
        pytest.param(no(MANY), EVERYTHING, id="not many alone"),
        pytest.param(no(both(MANY, words("c"))), EVERYTHING, id="not (many and c)"),
        pytest.param(no(either(MANY, words("c"))), Except(C), id="not (many or c) takes c away"),
        pytest.param(no(no(MANY)), A, id="not not many"),
        pytest.param(literal("US"), AnyOf((Term("body", "us"), LOOSELY)), id="literal"),
        pytest.param(
            literal("AT&T now"), AnyOf((Phrase("body", ("at", "t", "now")), LOOSELY)), id="literal of several tokens"
        ),
        pytest.param(
            literal("‘s chief mate"),
            AnyOf((AllOf((Term("body", "chief"), Term("body", "mate"))), LOOSELY)),
            id="an s may be a possessive in the text",
        ),
        pytest.param(literal("'s"), EVERYTHING, id="only a possessive"),
        pytest.param(literal("€"), EVERYTHING, id="literal without a token"),
        pytest.param(
            literal("हिन्दी समाचार"), AnyOf((Term("body", "समाचार"), LOOSELY)), id="literal that may begin in a word"
        ),
        pytest.param(
            literal("िन्दी समाचार"), AnyOf((Term("body", "समाचार"), LOOSELY)), id="literal that begins with a mark"
        ),
        pytest.param(literal("战斗"), AnyOf((Phrase("body", ("战", "斗")), LOOSELY)), id="Han begins anywhere"),
        pytest.param(ast.Prefix((LENGTHY,), "body", 0, 0), PrefixPhrase("body", (), "x" * 100 + "_"), id="long prefix"),
        pytest.param(ast.Fuzzy(LENGTHY, "body", 0, 0), Value("trait", LONG), id="long fuzzy"),
        pytest.param(
            ast.Fuzzy("x" * 100, "body", 0, 0),
            AnyOf((FuzzyTerm("body", "x" * 100), Value("trait", LONG))),
            id="fuzzy at the limit",
        ),
    ],
)
def test_what_it_cannot_is_a_superset_to_verify(tree: ast.Node, clause: Clause) -> None:
    plan = make_plan(tree)
    assert plan.candidates == clause
    assert not plan.exact


def test_terms_keep_apart_what_tokens_keep_apart() -> None:
    terms = [indexed_token(token) for token in ("x" * 100, "x" * 101, "x" * 102, "x" * 101 + "y")]
    assert len(set(terms)) == 4
    assert all(len(term) <= 125 and " " not in term for term in terms)


@pytest.mark.parametrize(
    ("tree", "sure", "left"),
    [
        pytest.param(words("a"), A, None, id="all is sure"),
        pytest.param(MANY, NOTHING, MANY, id="nothing is sure"),
        pytest.param(either(words("c"), MANY), C, either(words("c"), MANY), id="one way is sure"),
        pytest.param(both(words("c"), MANY), NOTHING, MANY, id="of an AND what the index cannot say"),
        pytest.param(
            both(words("c"), MANY, no(MANY)), NOTHING, both(MANY, no(MANY)), id="of an AND all that it cannot say"
        ),
        pytest.param(slop("a", "b", "c"), Phrase("body", ("a", "b", "c")), slop("a", "b", "c"), id="a phrase at least"),
    ],
)
def test_a_plan_says_what_is_sure_and_what_is_left_open(tree: ast.Node, sure: Clause, left: ast.Node | None) -> None:
    plan = make_plan(tree)
    assert (plan.sure, plan.open) == (sure, left)
