from __future__ import annotations

import gzip
import random
import sys
import time
import zlib
from collections.abc import Iterator

import pytest

from presswatch_enrichment.extract import extract
from presswatch_enrichment.page import OUTCOMES, Page
from tests.fixtures.saved_pages import page

SECONDS_MAX = 2.0
TEXT = "The lock keeper closed the gates at dusk because the river had risen by a metre since the morning. "
ARTICLE = (
    "<html><head><title>The river rises</title></head><body>"
    f"<article><h1>The river rises</h1><p>{TEXT * 8}</p></article></body></html>"
)
MEGABYTE = 1_000_000
CYRILLIC = "<html><body><article><p>" + "Смотритель шлюза закрыл ворота вечером, потому что река поднялась. " * 20
NODES = ",".join('{"@type":"NewsArticle","headline":"a"}' for _ in range(20_000))


def wrapped(markup: str) -> str:
    return ARTICLE.replace("</article>", f"</article>{markup}")


def noise(size: int) -> bytes:
    return random.Random(7).randbytes(size)


HOSTILE = [
    pytest.param(page(wrapped("<div>" * 20_000)), "too_complex", True, id="20,000 nested divs"),
    pytest.param(page(wrapped("<b>" * 20_000)), "too_complex", True, id="20,000 unclosed tags"),
    pytest.param(
        page(wrapped(f"<div {' '.join(f'a{i}=1' for i in range(50_000))}>")),
        "too_complex",
        True,
        id="50,000 attributes",
    ),
    pytest.param(page(wrapped("<a href=/x>link</a> " * 30_000)), "too_complex", True, id="30,000 links"),
    pytest.param(page(wrapped("<p>" * 3_300_000)), "too_large", True, id="10 MB of unclosed paragraphs"),
    pytest.param(page(wrapped("<p>" * 300_000)), "too_complex", True, id="1 MB of unclosed paragraphs"),
    pytest.param(page(wrapped("<br>" * 500_000)), "too_complex", True, id="2 MB of line breaks"),
    pytest.param(page(wrapped(f"<script>{'x=1;' * 5 * MEGABYTE}</script>")), "article", True, id="20 MB script"),
    pytest.param(page(wrapped(f"<style>{'a{}' * 5 * MEGABYTE}</style>")), "article", True, id="15 MB style"),
    pytest.param(page(wrapped(f"<!--{'-' * 8 * MEGABYTE}-->")), "article", True, id="8 MB comment"),
    pytest.param(page(wrapped("<script>" * 100_000)), "article", True, id="100,000 unclosed scripts"),
    pytest.param(page(wrapped("<!--" * 100_000)), "article", True, id="100,000 unclosed comments"),
    pytest.param(page(f"<html><body><p>{TEXT * 200_000}</p></body></html>"), "too_large", True, id="20 MB of text"),
    pytest.param(page("<html><body><p>" + "x" * 5 * MEGABYTE), "", True, id="a word of 5 MB"),
    pytest.param(page(wrapped("&amp;" * 400_000)), "", True, id="400,000 entities"),
    pytest.param(page(wrapped("&#x" * 400_000)), "", True, id="400,000 broken entities"),
    pytest.param(page(wrapped("<" * 70_000)), "", True, id="70,000 opening brackets"),
    pytest.param(page(wrapped('<a href="' * 20_000)), "", True, id="20,000 unclosed quotes"),
    pytest.param(page(wrapped("<table><tr><td>" * 2_000)), "too_complex", True, id="2,000 nested tables"),
    pytest.param(
        page(wrapped(f"<img src='data:image/png;base64,{'A' * 4 * MEGABYTE}'>")),
        "article",
        True,
        id="4 MB inline image",
    ),
    pytest.param(
        page(wrapped('<script type="application/ld+json">' + "[" * 100_000 + "</script>")),
        "",
        True,
        id="deep JSON-LD",
    ),
    pytest.param(page(ARTICLE.replace(" ", "\0 ")), "", True, id="NUL bytes"),
    pytest.param(page(ARTICLE.encode("utf-16")), "article", True, id="UTF-16 with its mark"),
    pytest.param(page(noise(200_000)), "not_html", False, id="random bytes"),
    pytest.param(page(b"%PDF-1.7\n" + noise(1000)), "not_html", False, id="a PDF"),
    pytest.param(page(b"\x89PNG\r\n\x1a\n" + noise(1000)), "not_html", False, id="a picture"),
    pytest.param(page(b"PK\x03\x04" + noise(1000)), "not_html", False, id="an archive"),
    pytest.param(page('{"a": 1}', content_type="application/json"), "not_html", False, id="JSON"),
    pytest.param(
        page("<?xml version='1.0'?><rss><channel></channel></rss>", content_type="text/xml"),
        "not_html",
        False,
        id="a feed",
    ),
    pytest.param(page(b""), "empty", False, id="no bytes"),
    pytest.param(page("   \n\t "), "empty", False, id="blanks"),
    pytest.param(page("<html></html>"), "empty", False, id="no content"),
    pytest.param(page(ARTICLE, content_type="text/html; charset=nonsense"), "article", True, id="unknown charset"),
    pytest.param(page(ARTICLE, content_type="text/html; charset=utf-16"), "article", True, id="wrong charset"),
    pytest.param(
        page(ARTICLE, content_type="text/html; charset=base64"), "article", True, id="a codec that is no charset"
    ),
    pytest.param(page(gzip.compress(ARTICLE.encode()), content_encoding="gzip"), "article", True, id="gzip"),
    pytest.param(
        page(gzip.compress(wrapped(TEXT * 4000).encode())[:-400], content_encoding="gzip"),
        "undecodable",
        True,
        id="truncated gzip",
    ),
    pytest.param(page(noise(5000), content_encoding="gzip"), "undecodable", False, id="gzip that is none"),
    pytest.param(
        page(zlib.compress(b"<p>" + b" " * 300 * MEGABYTE), content_encoding="deflate"),
        "too_large",
        False,
        id="deflate bomb",
    ),
    pytest.param(page(noise(5000), content_encoding="br"), "undecodable", False, id="brotli that is none"),
    pytest.param(
        page(gzip.compress(b"<p>more</p>" * 6 * MEGABYTE, 1), content_encoding="gzip"),
        "too_large",
        True,
        id="gzip bomb of markup",
    ),
    pytest.param(page(ARTICLE, content_encoding="utf-8"), "article", True, id="a content coding that is none"),
    pytest.param(page(noise(5000), content_encoding="zstd"), "undecodable", False, id="zstd that is none"),
    pytest.param(page(TEXT * 200_000, content_type="text/plain"), "not_html", True, id="20 MB of plain text"),
    pytest.param(
        page(CYRILLIC.encode("cp1251"), content_type="text/html; charset=shift_jis"),
        "",
        True,
        id="wrong Cyrillic",
    ),
    pytest.param(page(CYRILLIC.encode("koi8-r")), "", True, id="Cyrillic without a charset"),
    pytest.param(page(ARTICLE.encode("utf-32")), "", False, id="UTF-32"),
    pytest.param(page(wrapped("<svg>" * 30_000)), "article", True, id="30,000 nested drawings"),
    pytest.param(page(wrapped(f"<p {'class=a ' * 60_000}>")), "too_complex", True, id="one attribute 60,000 times"),
    pytest.param(page(wrapped("<p>" + "\u202e\u200b" * 200_000)), "", True, id="invisible characters"),
    pytest.param(page(wrapped("<li>a</li>" * 40_000)), "", True, id="40,000 items"),
    pytest.param(
        page(wrapped(f'<script type="application/ld+json">{{"@graph":[{NODES}]}}</script>')),
        "",
        True,
        id="20,000 nodes",
    ),
]
SECONDS: dict[str, tuple[float, str, str]] = {}


@pytest.fixture(scope="module", autouse=True)
def table() -> Iterator[None]:
    """Printed with `pytest -s`: seconds of CPU time, outcome and reason of each kind."""
    yield
    for kind, (seconds, outcome, reason) in sorted(SECONDS.items(), key=lambda item: -item[1][0]):
        sys.stdout.write(f"\n{seconds:7.3f} s  {outcome:<12} {reason:<16} {kind}")


@pytest.mark.parametrize(("hostile", "outcome", "has_text"), HOSTILE)
def test_a_hostile_page_is_answered_in_time_with_its_outcome_and_text(
    hostile: Page, outcome: str, has_text: bool, request: pytest.FixtureRequest
) -> None:
    started = time.process_time()
    found = extract(hostile)
    seconds = time.process_time() - started
    SECONDS[request.node.callspec.id] = (seconds, found.outcome, found.reason)
    assert seconds < SECONDS_MAX
    assert found.outcome in OUTCOMES
    if outcome:
        assert found.outcome == outcome
    if has_text:
        assert found.body.strip()
