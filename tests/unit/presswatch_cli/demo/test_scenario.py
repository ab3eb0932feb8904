"""What the demo adds: its sources exist in the outlets, its watches match what they are meant to."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from presswatch_cli.demo.article import SampleArticle, load_articles
from presswatch_cli.demo.outlets import load_outlets
from presswatch_cli.demo.scenario import demo_sources, demo_watches, resolver_map
from presswatch_query import Article, analyse_article, check, evaluate, parse


def test_each_outlet_is_one_source_that_the_resolver_knows() -> None:
    addresses = resolver_map(4711)
    hosts = [urlsplit(source.url).hostname for source in demo_sources()]
    assert (
        sorted(addresses) == sorted(host for host in hosts if host) == sorted(outlet.host for outlet in load_outlets())
    )
    assert set(addresses.values()) == {("127.0.0.1", 4711)}


def test_sources_are_feeds_sitemaps_and_home_pages() -> None:
    paths = {urlsplit(source.url).path for source in demo_sources()}
    assert paths == {"/feed.xml", "/atom.xml", "/news-sitemap.xml", "/"}


def test_the_watches_of_the_mission_are_there() -> None:
    queries = {watch.query for watch in demo_watches()}
    assert {"Rostec", '"Su-30MK2"', "Rosoboronexport AND (Caracas OR Maracay)"} <= queries
    assert len({watch.name for watch in demo_watches()}) == len(demo_watches())


@pytest.mark.parametrize("query", [watch.query for watch in demo_watches()])
def test_a_watch_has_no_fault_and_earns_no_doubtful_warning(query: str) -> None:
    checked = check(query)
    # A designator is also found in longer ones, which is what the demo wants of it.
    assert checked.ok and {warning.code for warning in checked.warnings} <= {"designator"}


@pytest.mark.parametrize(
    ("name", "fresh", "all_in_all"),
    [("Rostec", 7, 9), ("Su-30MK2", 8, 11), ("Rosoboronexport and Venezuela", 6, 10), ("Ростех", 1, 3)],
)
def test_a_watch_fires_at_once_and_has_older_finds(name: str, fresh: int, all_in_all: int) -> None:
    query = next(watch.query for watch in demo_watches() if watch.name == name)
    found = [article for article in load_articles() if matches(query, article)]
    young = [article for article in found if article.age_hours is not None and article.age_hours < 72]
    assert len(young) >= fresh
    assert len(found) >= all_in_all


def test_a_storm_in_the_headlines_is_found_in_three_languages() -> None:
    query = next(watch.query for watch in demo_watches() if "title:" in watch.query)
    language = {outlet.key: outlet.lang for outlet in load_outlets()}
    assert {language[article.outlet] for article in load_articles() if matches(query, article)} == {"en", "es", "fr"}


@pytest.mark.parametrize("seconds", [4, 8, 12, 20, 35, 60])
def test_every_article_that_arrives_is_watched_for(seconds: int) -> None:
    arriving = next(article for article in load_articles() if article.arrives_after == seconds)
    assert any(matches(watch.query, arriving) for watch in demo_watches())


def matches(query: str, article: SampleArticle) -> bool:
    text = Article(title=article.title, body="\n\n".join(article.paragraphs), authors=article.authors)
    return evaluate(parse(query), analyse_article(text)).matched
