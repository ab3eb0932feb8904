"""The conformance cases that came with the specification."""

from __future__ import annotations

import json
from typing import Any

import pytest

from presswatch_query import Article, Matcher, analyse, analyse_article, check, evaluate, parse
from tests.fixtures.shared_data import shared_data


@pytest.fixture(scope="module")
def cases() -> list[dict[str, Any]]:
    path = shared_data("watch-language/cases.jsonl")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_the_tokens_are_those_of_the_cases(cases: list[dict[str, Any]]) -> None:
    for case in cases:
        if "tokens" in case:
            assert [list(token) for token in analyse(case["text"])] == case["tokens"], case["name"]


def test_what_matches_are_those_of_the_cases(cases: list[dict[str, Any]]) -> None:
    for case in cases:
        if "match" in case:
            query = parse(case["query"], case.get("aliases"))
            fields = {**case["article"], "authors": tuple(case["article"]["authors"])}
            article = analyse_article(Article(**fields))
            matcher = Matcher()
            matcher.add("watch", query)
            assert evaluate(query, article).matched is case["match"], case["name"]
            assert matcher.match(article) == ["watch"] * case["match"], case["name"]


def test_the_errors_are_those_of_the_cases(cases: list[dict[str, Any]]) -> None:
    for case in cases:
        if "error" in case:
            error = check(case["query"], case.get("aliases")).errors[0]
            expected = (case["error"], case.get("start", error.start), case.get("end", error.end))
            assert (error.code, error.start, error.end) == expected, case["name"]
