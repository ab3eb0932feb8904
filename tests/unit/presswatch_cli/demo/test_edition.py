"""What stands in an outlet when: dates from the start, arrivals, the edit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from presswatch_cli.demo.article import load_articles
from presswatch_cli.demo.edition import Printed, edition
from presswatch_cli.demo.outlets import load_outlets

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def printed(key: str, elapsed: float) -> tuple[Printed, ...]:
    outlet = next(outlet for outlet in load_outlets() if outlet.key == key)
    return edition(outlet, load_articles(), started_at=START, elapsed=elapsed)


def test_ages_count_from_the_start_and_newest_comes_first() -> None:
    entries = printed("ostrel-chronicle", 0)
    assert entries[0].published_at == START - timedelta(hours=6)
    assert list(entries) == sorted(entries, key=lambda entry: entry.published_at, reverse=True)


@pytest.mark.parametrize(
    ("outlet", "seconds"),
    [
        ("gaceta-puerto-loro", 4),
        ("meridian-wire", 8),
        ("ostrel-chronicle", 12),
        ("diario-de-valmar", 35),
        ("lumsk-listok", 60),
    ],
)
def test_an_article_arrives_at_its_second_and_is_dated_so(outlet: str, seconds: int) -> None:
    before, after = printed(outlet, seconds - 0.1), printed(outlet, seconds)
    (arrived,) = set(after) - set(before)
    assert after[0] == arrived
    assert arrived.published_at == START + timedelta(seconds=seconds)


def test_an_edit_stands_under_the_old_address_with_a_new_modified_date() -> None:
    before = {entry.url: entry for entry in printed("northquay-post", 19.9)}
    after = {entry.url: entry for entry in printed("northquay-post", 20)}
    assert before.keys() == after.keys()
    (url,) = [url for url, entry in after.items() if entry.edited]
    assert not before[url].edited
    assert after[url].published_at == before[url].published_at
    assert after[url].modified_at == START + timedelta(seconds=20)
    assert "Rostec" in after[url].article.title


def test_no_two_articles_share_an_address() -> None:
    urls = [entry.url for outlet in load_outlets() for entry in printed(outlet.key, 999)]
    assert len(urls) == len(set(urls))
