from __future__ import annotations

import time

import pytest

from presswatch_crawler.discovery import kind_of, links_to_feeds

URL = "https://kurier.example/"


def found(body: str, url: str = URL) -> list[tuple[str, str]]:
    return [(feed.url, feed.title) for feed in links_to_feeds(body.encode(), "text/html", url)]


def test_announced_feeds_are_found_with_their_titles() -> None:
    body = """<html><head><link rel="alternate" type="application/rss+xml" title=" All
      news " href="/all.rss?a=1&amp;b=2"><LINK HREF='sport.atom' TYPE='application/atom+xml; charset=x' REL='Alternate'>
      <link rel=alternate type=application/feed+json href=feed.json>
      <link rel="alternate" hreflang="en" href="/en"><link rel="stylesheet" type="text/css" href="/a.css"></head>"""
    assert found(body) == [
        ("https://kurier.example/all.rss?a=1&b=2", "All news"),
        ("https://kurier.example/sport.atom", ""),
        ("https://kurier.example/feed.json", ""),
    ]


def test_the_base_of_a_page_counts() -> None:
    body = "<base href='https://cdn.example/x/'><link rel='alternate' type='application/rss+xml' href='f.rss'>"
    assert found(body) == [("https://cdn.example/x/f.rss", "")]


def test_links_that_look_like_feeds_are_a_guess_where_none_is_announced() -> None:
    body = "<a href='/about'>About</a><a href='/rss'>RSS</a><a href='/news/feed/'>F</a><a href='/feedback'>F</a>"
    assert [url for url, _ in found(body)] == ["https://kurier.example/rss", "https://kurier.example/news/feed/"]


def test_feeds_of_comments_and_what_cannot_be_fetched_are_left_out() -> None:
    kind = "rel='alternate' type='application/rss+xml'"
    body = f"<link {kind} href='/comments/feed'><link {kind} href='feed://x'><link {kind} href='http://u:p@x/'>"
    assert found(body) == []


def test_what_stands_in_a_comment_is_not_found() -> None:
    assert found("<!-- <link rel='alternate' type='application/rss+xml' href='/old'> -->") == []


@pytest.mark.parametrize(
    ("body", "content_type", "kind"),
    [
        pytest.param(b"<?xml version='1.0'?><rss>", "text/html", "feed", id="RSS whatever its type says"),
        pytest.param(b"\xef\xbb\xbf<!-- made by --><feed xmlns='a'>", "", "feed", id="Atom after a comment"),
        pytest.param(b"<rdf:RDF xmlns:rdf='x'>", "", "feed", id="RDF"),
        pytest.param(b'{"version":"https://jsonfeed.org/version/1"}', "", "feed", id="JSON Feed"),
        pytest.param(b"<?xml version='1.0'?><?xml-stylesheet href='a'?><urlset>", "", "sitemap", id="sitemap"),
        pytest.param(b"<sm:sitemapindex>", "", "sitemap", id="index with a prefix"),
        pytest.param(b"\x1f\x8b\x08", "", "sitemap", id="gzip file"),
        pytest.param(b"https://k.example/a\n", "text/plain", "sitemap", id="text sitemap"),
        pytest.param(b"<!DOCTYPE html><html>", "", "site", id="page"),
        pytest.param(b"<p>hello", "text/html; charset=utf-8", "site", id="page by its type"),
        pytest.param(b"\x89PNG", "image/png", "", id="picture"),
        pytest.param(b'{"a": 1}', "application/json", "", id="JSON"),
        pytest.param(b"", "", "", id="nothing"),
    ],
)
def test_what_an_address_is_is_told_by_its_content(body: bytes, content_type: str, kind: str) -> None:
    assert kind_of(body, content_type) == kind


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"<link " * 80_000, id="open tags"),
        pytest.param(b"<link " + b"a='" * 170_000, id="open attributes"),
        pytest.param(b"<!--" * 120_000, id="open comments"),
        pytest.param(b"<a href=" + b"x" * 500_000, id="one long address"),
        pytest.param(b"<!DOCTYPE [" * 40_000, id="open doctypes"),
        pytest.param(b"<?" * 250_000, id="open instructions"),
    ],
)
def test_hostile_pages_cost_little(body: bytes) -> None:
    began = time.process_time()
    links_to_feeds(body, "text/html", URL)
    kind_of(body, "text/html")
    assert time.process_time() - began < 2
