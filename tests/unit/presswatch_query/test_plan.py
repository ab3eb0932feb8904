from __future__ import annotations

import pytest

from presswatch_query import ast
from presswatch_query.index_form import LONG, LOOSE, indexed_token
from presswatch_query.plan import (
    EVERYTHING,
    NOTHING,
    AllOf,
    AnyOf,
    Clause,
    Except,
    FuzzyTerm,
    Phrase,
    PrefixPhrase,
    Term,
    Value,
    make_plan,
)


def words(*tokens: str, field: str = "body") -> ast.Words:
    return ast.Words(tokens, field, 0, 0)


def near(left: ast.Node, right: ast.Node) -> ast.Near:
    return ast.Near(left, right, 4, False, 0, 0)


def both(*children: ast.Node) -> ast.And:
    return ast.And(children, 0, 0)


def either(*children: ast.Node) -> ast.Or:
    return ast.Or(children, 0, 0)


def no(child: ast.Node) -> ast.Not:
    return ast.Not(child, 0, 0)


def literal(text: str) -> ast.Literal:
    return ast.Literal(text, "body", 0, 0)


A, B, C = Term("body", "a"), Term("body", "b"), Term("body", "c")
NEAR = near(words("a"), words("b"))
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
    ],
)
def test_what_an_index_can_say_is_exact(tree: ast.Node, clause: Clause) -> None:
    plan = make_plan(tree)
    assert plan.candidates == clause
    assert plan.exact


@pytest.mark.parametrize(
    ("tree", "clause"),
    [
        pytest.param(NEAR, AllOf((A, B)), id="near: both in the field"),
        pytest.param(
            near(words("a", field=""), words("b", field="")),
            AnyOf((AllOf((Term("title", "a"), Term("title", "b"))), AllOf((A, B)))),
            id="near: both in one of the fields",
        ),
        pytest.param(
            near(either(words("a"), words("c")), words("b")), AllOf((AnyOf((A, C)), B)), id="near with alternatives"
        ),
        pytest.param(ast.AtLeast(2, words("a"), 0, 0), A, id="many: one"),
        pytest.param(ast.SlopPhrase(("a", "b", "a"), 3, "body", 0, 0), AllOf((A, B)), id="slop: all words"),
        pytest.param(both(words("c"), no(NEAR)), C, id="not near takes nothing away"),
        pytest.param(no(NEAR), EVERYTHING, id="not near alone"),
        pytest.param(no(both(NEAR, words("c"))), EVERYTHING, id="not (near and c)"),
        pytest.param(no(either(NEAR, words("c"))), Except(C), id="not (near or c) takes c away"),
        pytest.param(no(no(NEAR)), AllOf((A, B)), id="not not near"),
        pytest.param(
            no(ast.SlopPhrase(("a", "b"), 3, "body", 0, 0)),
            Except(Phrase("body", ("a", "b"))),
            id="not slop: the phrase",
        ),
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


def test_a_near_across_two_fields_keeps_each_leaf_in_its_own() -> None:
    plan = make_plan(near(words("a", field="title"), words("b", field="body")))
    assert plan.candidates == AllOf((Term("title", "a"), B))


def test_terms_keep_apart_what_tokens_keep_apart() -> None:
    terms = [indexed_token(token) for token in ("x" * 100, "x" * 101, "x" * 102, "x" * 101 + "y")]
    assert len(set(terms)) == 4
    assert all(len(term) <= 125 and " " not in term for term in terms)
    assert NOTHING != EVERYTHING
