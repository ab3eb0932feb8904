from __future__ import annotations

import tarfile
import time
from collections.abc import Iterator

import pytest

from presswatch_crawler.robots import MAX_BYTES, judge_answer, parse_robots
from tests.fixtures.shared_data import shared_data

PAGE = "https://kurier.example/sport/a.html?x=1"


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        pytest.param("", True, id="empty"),
        pytest.param("User-agent: *\nDisallow: /", False, id="everything"),
        pytest.param("User-agent: *\nDisallow:", True, id="an empty rule"),
        pytest.param("User-agent: Presswatch\nDisallow: /sport\n\nUser-agent: *\nAllow: /", False, id="our own group"),
        pytest.param("User-agent: *\nDisallow: /\n\nUser-agent: presswatch\nAllow: /", True, id="ours before all"),
        pytest.param("User-agent: *\nDisallow: /sport\nAllow: /sport/a", True, id="the longest rule wins"),
        pytest.param("User-agent: *\nDisallow: /*.html$", True, id="an anchored pattern that does not fit"),
        pytest.param("User-agent: *\nDisallow: /*?x=", False, id="a pattern in the query"),
        pytest.param("User-agent: a\nUser-agent: *\nDisallow: /sport", False, id="a group of two agents"),
        pytest.param("Disallow: /", True, id="a rule without a group"),
        pytest.param("User-agent: *\r\nDisallow: /sport\r", False, id="any line end"),
    ],
)
def test_rules_mean_what_rfc_9309_says(text: str, allowed: bool) -> None:
    assert parse_robots(text).allows(PAGE) is allowed


def test_a_bom_does_not_hide_the_first_group() -> None:
    verdict = judge_answer(200, b"\xef\xbb\xbfUser-agent: *\nDisallow: /", {})
    assert verdict.text is not None
    assert not parse_robots(verdict.text).allows(PAGE)


@pytest.mark.parametrize(
    ("status", "body", "headers", "text"),
    [
        pytest.param(200, b"User-agent: *", {}, "User-agent: *", id="an answer"),
        pytest.param(404, b"User-agent: *\nDisallow: /", {}, "", id="not there: all is allowed"),
        pytest.param(403, b"", {}, "", id="forbidden: all is allowed"),
        pytest.param(429, b"", {}, None, id="too many: nothing, for now"),
        pytest.param(500, b"", {}, None, id="server error: nothing"),
        pytest.param(503, b"", {}, None, id="unavailable: nothing"),
        pytest.param(200, b"<!DOCTYPE html><p>Disallow: /", {}, "", id="a page is no robots.txt"),
        pytest.param(200, b"  <html>", {"content-type": "text/plain"}, "", id="a page that says it is text"),
        pytest.param(200, b"Welcome <b>", {"content-type": "text/html"}, "", id="a page by its type"),
    ],
)
def test_answers_mean_what_rfc_9309_says(status: int, body: bytes, headers: dict[str, str], text: str | None) -> None:
    assert judge_answer(status, body, headers).text == text


@pytest.mark.parametrize(
    ("line", "delay"),
    [
        pytest.param("Crawl-delay: 2.5", 2.5, id="a fraction"),
        pytest.param("Crawl-delay: 9999", 120.0, id="at most two minutes"),
        pytest.param("Request-rate: 1/10", 10.0, id="a rate"),
        pytest.param("Request-rate: 0/5", 0.0, id="a rate of nothing"),
        pytest.param("Crawl-delay: nan", 0.0, id="no number"),
        pytest.param("Crawl-delay: -3", 0.0, id="negative"),
        pytest.param("Crawl-delay: 1e999", 0.0, id="infinite"),
        pytest.param("Crawl-delay: soon", 0.0, id="words"),
    ],
)
def test_a_delay_is_read(line: str, delay: float) -> None:
    assert parse_robots(f"User-agent: *\n{line}\n").delay == delay


def test_sitemaps_are_read() -> None:
    assert parse_robots("Sitemap: https://k.example/a.xml\nsitemap: https://k.example/b.xml").sitemaps == (
        "https://k.example/a.xml",
        "https://k.example/b.xml",
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("user-agent: *\n" + "disallow: /*a*a*a*a*a*a*a*a*b$\n" * 20_000, id="patterns that match slowly"),
        pytest.param("user-agent: *\ndisallow: /" + "*" * 400_000, id="a pattern of stars"),
        pytest.param("user-agent: x\n" * 100_000, id="agents without end"),
        pytest.param("\0" * MAX_BYTES, id="null bytes"),
        pytest.param("user-agent: *\ndisallow: /" + "%" * 100_000, id="broken escapes"),
    ],
)
def test_hostile_robots_cost_little(text: str) -> None:
    began = time.process_time()
    parse_robots(text[:MAX_BYTES]).allows("https://k.example/" + "a" * 1500)
    assert time.process_time() - began < 3


def real_robots() -> Iterator[bytes]:
    with tarfile.open(shared_data("robots/robots.tar.xz")) as archive:
        for member in archive:
            content = archive.extractfile(member)
            if content is not None:
                yield content.read()


def test_no_real_robots_file_raises_or_takes_long() -> None:
    slowest = count = boms = 0.0
    for body in real_robots():
        began = time.process_time()
        verdict = judge_answer(200, body, {})
        policy = parse_robots(verdict.text or "")
        policy.allows(PAGE)
        assert 0.0 <= policy.delay <= 120.0
        assert len(policy.sitemaps) <= 100
        slowest = max(slowest, time.process_time() - began)
        count += 1
        boms += body.startswith(b"\xef\xbb\xbf")
    assert count == 4231
    assert boms > 40
    assert slowest < 3
