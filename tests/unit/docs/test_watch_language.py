"""Every example of docs/watch-language.md does what the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from presswatch_query import Article, analyse, analyse_article, check, evaluate, parse

PAGE = (Path(__file__).parents[3] / "docs" / "watch-language.md").read_text(encoding="utf-8")
ALIASES = {"jets": ["Su-30", "fighter jet"], "arms": ["Rostec", "@jets"], "circle": ["@circle"]}
BAR = re.compile(r"(?<!\\)\|")
FIELD = re.compile(r"(title|body|lead|author|url|source|lang|country|category)=(.*)", re.DOTALL)


def rows(section: str) -> list[tuple[str, ...]]:
    """The cells of the tables of a section, without heads; code marks are taken off."""
    text = PAGE.partition(f"## {section}\n")[2].partition("\n## ")[0]
    lines = ([cell.strip().replace("\\|", "|") for cell in BAR.split(line)[1:-1]] for line in text.splitlines())
    found = (cells for cells in lines if cells and cells[0].startswith("`"))
    return [tuple(cell.removeprefix("`").removesuffix("`") for cell in cells) for cells in found]


def article_of(cell: str) -> Article:
    """`field=value; field=value`, or a body; ⏎ is a line feed."""
    text = cell.replace("⏎", "\n")
    parts = [FIELD.fullmatch(part.strip(" ")) for part in text.split("; ")]
    found = [(part[1], part[2]) for part in parts if part]
    if len(found) < len(parts):
        return Article(body=text)
    authors = tuple(value for name, value in found if name == "author")
    return Article(authors=authors, **{name: value for name, value in found if name != "author"})


@pytest.mark.parametrize(("text", "tokens"), rows("How text is read"))
def test_the_tokens_are_those_of_the_page(text: str, tokens: str) -> None:
    assert [token.text for token in analyse(text)] == tokens.split("` `")


@pytest.mark.parametrize(("query", "found", "missed"), [*rows("Fields"), *rows("Operators")])
def test_the_query_finds_the_one_and_not_the_other(query: str, found: str, missed: str) -> None:
    parsed = parse(query, ALIASES)
    assert evaluate(parsed, analyse_article(article_of(found))).matched
    assert not evaluate(parsed, analyse_article(article_of(missed))).matched


@pytest.mark.parametrize(("code", "query", "places", "corrected"), rows("Errors"))
def test_the_error_is_the_one_of_the_page(code: str, query: str, places: str, corrected: str) -> None:
    (error,) = check(query, ALIASES).errors
    assert (error.code, f"{error.start}–{error.end}", error.suggestion or "") == (code, places, corrected)


@pytest.mark.parametrize(("code", "query", "instead"), rows("Warnings"))
def test_the_warning_is_the_one_of_the_page(code: str, query: str, instead: str) -> None:
    (warning,) = check(query, ALIASES).warnings
    assert (warning.code, warning.suggestion or "") == (code, instead)


def test_the_page_has_every_table() -> None:
    assert [len(rows(name)) for name in ("How text is read", "Fields", "Operators", "Errors", "Warnings")] == [
        12,
        11,
        23,
        26,
        8,
    ]
