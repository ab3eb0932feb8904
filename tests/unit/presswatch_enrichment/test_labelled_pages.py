"""Floors under the scores on labelled pages of real outlets: a change that costs quality fails here."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest

from presswatch_enrichment.extract import extract
from presswatch_enrichment.page import Extracted, Page
from presswatch_shared.clock import from_micros, to_micros
from tests.fixtures.scores import body_f1, same_authors, same_day, same_title
from tests.fixtures.shared_data import shared_rows

WORD = re.compile(r"\w+")
NOW = to_micros(datetime(2026, 11, 1, tzinfo=UTC))
STEPS = {"zyte": 6, "fundus_dev": 4, "trafilatura": 24}


@cache
def answers(name: str) -> Sequence[tuple[dict[str, Any], Extracted]]:
    """Some of the set's pages with what is found in them."""
    return [(row, extract(_page(row))) for row in shared_rows(f"extraction/{name}.jsonl.xz", step=STEPS[name])]


def _page(row: dict[str, Any]) -> Page:
    raw = base64.b64decode(row["html_base64"]) if row.get("html_base64") else row["html"].encode()
    return Page(url=row["url"], body=raw, fetched_at=NOW)


@pytest.mark.parametrize(("name", "floor", "exact"), [("zyte", 0.97, 0.32), ("fundus_dev", 0.975, 0.4)])
def test_bodies_stay_as_good(name: str, floor: float, exact: float) -> None:
    pages = answers(name)
    assert body_f1((row["body"], found.body) for row, found in pages) >= floor
    assert sum(WORD.findall(row["body"]) == WORD.findall(found.body) for row, found in pages) / len(pages) >= exact


def test_segments_that_belong_to_the_text_are_in_it_and_others_are_not() -> None:
    pages = answers("trafilatura")
    wanted = [segment in found.body for row, found in pages for segment in row["with"]]
    unwanted = [segment in found.body for row, found in pages for segment in row["without"]]
    assert sum(wanted) / len(wanted) > 0.945
    assert sum(unwanted) / len(unwanted) < 0.07


@pytest.mark.parametrize(
    ("name", "title", "date", "author"), [("fundus_dev", 0.94, 0.98, 0.86), ("trafilatura", 0.93, 0.85, 0.62)]
)
def test_titles_dates_and_authors_stay_as_good(name: str, title: float, date: float, author: float) -> None:
    pages = answers(name)
    titles = [same_title(row["title"], found.title) for row, found in pages if row["title"]]
    dates = [same_day(row["date"], _moment(found)) for row, found in pages if row["date"]]
    authors = [same_authors(_names(row["authors"]), found.authors) for row, found in pages if row["authors"]]
    assert sum(titles) / len(titles) >= title
    assert sum(dates) / len(dates) >= date
    assert sum(authors) / len(authors) >= author


def _names(written: str | Sequence[str]) -> Sequence[str]:
    return re.split(r";|,| and ", written) if isinstance(written, str) else written


def _moment(found: Extracted) -> datetime | None:
    return None if found.published_at is None else from_micros(found.published_at)


def test_nearly_all_labelled_articles_are_taken_for_articles() -> None:
    outcomes = [found.outcome for name in STEPS for _, found in answers(name)]
    assert outcomes.count("article") / len(outcomes) > 0.98
