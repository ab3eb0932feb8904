"""Pages as an outlet would serve them, and nothing of what stands round a text inside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import pytest
import trafilatura
from lxml import etree, html

from presswatch_cli.demo.article import load_articles
from presswatch_cli.demo.edition import Printed, edition
from presswatch_cli.demo.outlets import Outlet, load_outlets, load_phrases
from presswatch_cli.demo.pages import render

START = datetime(2026, 3, 1, 12, 0, 7, tzinfo=UTC)
OUTLETS = load_outlets()
by_outlet = pytest.mark.parametrize("outlet", OUTLETS, ids=lambda outlet: outlet.key)
CHROME = (
    "share",
    "related",
    "newsletter",
    "cookies",
    "most_read",
    "follow",
    "rights",
    "agency",
    "comments",
    "subscribe",
)


def entries(outlet: Outlet, elapsed: float = 999) -> tuple[Printed, ...]:
    return edition(outlet, load_articles(), started_at=START, elapsed=elapsed)


def page(outlet: Outlet, path: str) -> str:
    return render(outlet, entries(outlet), path)[2]


def article_pages() -> Iterator[tuple[Outlet, Printed, str]]:
    for outlet in OUTLETS:
        for entry in entries(outlet):
            if entry.article.kind == "article":
                yield outlet, entry, page(outlet, entry.path)


def links(outlet: Outlet) -> list[str]:
    root = etree.fromstring(page(outlet, outlet.feed_path).encode())
    expression = {
        "rss": "//item/link/text()",
        "atom": "//*[local-name()='entry']/*[local-name()='link']/@href",
        "sitemap": "//*[local-name()='loc']/text()",
    }[outlet.announces]
    found = root.xpath(expression)
    assert isinstance(found, list)
    return [str(link) for link in found]


def test_hosts_are_fictional() -> None:
    assert all(outlet.host.endswith(".example") for outlet in OUTLETS)
    assert 6 <= len(OUTLETS) <= 8


def test_looks_and_feeds_differ() -> None:
    assert len({outlet.template for outlet in OUTLETS}) >= 3
    assert {outlet.announces for outlet in OUTLETS} == {"rss", "atom", "sitemap"}
    assert {outlet.source for outlet in OUTLETS} == {"feed", "sitemap", "home"}


@by_outlet
def test_a_feed_is_well_formed_and_lists_every_article(outlet: Outlet) -> None:
    assert links(outlet) == [entry.url for entry in entries(outlet)]


@by_outlet
def test_a_feed_changes_when_an_article_arrives(outlet: Outlet) -> None:
    if outlet.key in ("harbour-ledger", "courrier-valbrume"):
        assert entries(outlet, 0) == entries(outlet, 999)
    else:
        now, then = (render(outlet, entries(outlet, elapsed), outlet.feed_path)[2] for elapsed in (0, 999))
        assert now != then


def test_rss_dates_are_those_of_the_articles() -> None:
    outlet = OUTLETS[0]
    root = etree.fromstring(page(outlet, outlet.feed_path).encode())
    dates = [parsedate_to_datetime(node.text or "") for node in root.iter("pubDate")]
    assert dates == [entry.published_at for entry in entries(outlet)]


@by_outlet
def test_a_home_page_names_its_feed_and_links_to_every_article(outlet: Outlet) -> None:
    tree = html.fromstring(page(outlet, "/"))
    feeds = [link.get("href") for link in tree.iter("link") if link.get("rel") == "alternate"]
    assert feeds == ([] if outlet.announces == "sitemap" else [outlet.feed_path])
    assert {entry.path for entry in entries(outlet)} <= {link.get("href") for link in tree.iter("a")}


def test_a_sitemap_is_named_in_robots_txt() -> None:
    outlet = next(outlet for outlet in OUTLETS if outlet.announces == "sitemap")
    assert f"Sitemap: {outlet.source_url}" in page(outlet, "/robots.txt")


def test_an_extractor_finds_the_text_and_nothing_else() -> None:
    for outlet, entry, text in article_pages():
        found = trafilatura.extract(text, url=entry.url, favor_precision=True, include_comments=False)
        assert found is not None
        assert " ".join(found.split()) == " ".join(entry.article.paragraphs), f"{outlet.key}/{entry.article.slug}"


def test_a_page_has_boilerplate_that_no_text_has() -> None:
    texts = " ".join(" ".join(article.paragraphs) for article in load_articles())
    for outlet, _, text in article_pages():
        words = load_phrases()[outlet.lang]
        standing = [name for name in CHROME if words[name] in html.fromstring(text).text_content()]
        assert len(standing) >= 3, outlet.key
        assert not any(words[name] in texts for name in CHROME)


def test_some_pages_tempt_with_a_watched_word_in_a_list_of_links() -> None:
    tempting = [
        entry.url
        for _, entry, text in article_pages()
        if "Rostec" in text and "Rostec" not in " ".join((entry.article.title, *entry.article.paragraphs))
    ]
    assert len(tempting) >= 5


def test_metadata_stands_in_a_different_place_in_each_look() -> None:
    marks = {"broadsheet": "ld+json", "tabloid": "article:published_time", "review": 'itemprop="datePublished"'}
    for outlet, _, text in article_pages():
        assert {look for look, mark in marks.items() if mark in text} == {outlet.template} - {"wire"}


def test_json_ld_cannot_close_its_script() -> None:
    for _, entry, text in article_pages():
        for node in html.fromstring(text).iter("script"):
            data = json.loads(node.text or "")
            assert data["headline"] == entry.article.title
            assert data["datePublished"] == entry.published_at.isoformat()


def test_an_unknown_path_is_not_found_and_a_soft_one_says_so_with_200() -> None:
    outlet = OUTLETS[0]
    assert render(outlet, entries(outlet), "/nothing")[0] == 404
    soft = next(entry for entry in entries(outlet) if entry.article.kind == "soft_404")
    status, _, text = render(outlet, entries(outlet), soft.path)
    assert status == 200 and "Page not found" in text


def test_a_page_for_subscribers_is_forbidden_to_robots() -> None:
    outlet = next(outlet for outlet in OUTLETS if outlet.key == "ostrel-chronicle")
    barred = next(entry for entry in entries(outlet) if entry.article.kind == "subscribers_only")
    assert barred.path.startswith("/subscribers/")
    assert "Disallow: /subscribers/" in page(outlet, "/robots.txt")
