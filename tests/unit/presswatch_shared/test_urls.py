from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presswatch_shared.urls import (
    MAX_LENGTH,
    UnusableUrl,
    host_of,
    join,
    normalise,
    origin_of,
    politeness_key,
    same_page,
    source_of,
)
from tests.fixtures.shared_data import shared_data


@pytest.mark.parametrize(
    ("given_url", "expected"),
    [
        pytest.param("HTTP://WWW.Kurier.Example:80", "http://www.kurier.example/", id="case, default port, empty path"),
        pytest.param("https://kurier.example:443/a", "https://kurier.example/a", id="default port of https"),
        pytest.param("https://kurier.example:8443/a", "https://kurier.example:8443/a", id="another port stays"),
        pytest.param("https://kurier.example/a#top", "https://kurier.example/a", id="fragment"),
        pytest.param("https://kurier.example/a?", "https://kurier.example/a", id="empty query"),
        pytest.param("https://kurier.example./a", "https://kurier.example/a", id="dot after the host"),
        pytest.param("https://kurier.example/a/../b/./c", "https://kurier.example/b/c", id="dot segments"),
        pytest.param(
            "https://kurier.example/%7euser/%c3%a9", "https://kurier.example/~user/%C3%A9", id="one form of escapes"
        ),
        pytest.param("https://kurier.example/é", "https://kurier.example/%C3%A9", id="escaped as browsers do"),
        pytest.param("https://münchen.example/", "https://xn--mnchen-3ya.example/", id="IDN as punycode"),
        pytest.param("https://k.example/?b=2&a=1", "https://k.example/?b=2&a=1", id="order is kept"),
        pytest.param(
            "https://k.example/?utm_source=x&id=7&fbclid=y", "https://k.example/?id=7", id="tracking parameters"
        ),
        pytest.param("https://k.example/?UTM_Source=x", "https://k.example/", id="tracking in capitals"),
        pytest.param("https://k.example/?%75tm_source=x", "https://k.example/", id="tracking in escapes"),
        pytest.param("https://k.example/a;jsessionid=AB12?id=7", "https://k.example/a?id=7", id="session in the path"),
        pytest.param("https://k.example/?PHPSESSID=1&id=7", "https://k.example/?id=7", id="session in the query"),
        pytest.param(
            "https://k.example/?source=agency", "https://k.example/?source=agency", id="an honest parameter stays"
        ),
        pytest.param("https://k.example/a/amp/", "https://k.example/a/amp/", id="an AMP page is fetched as what it is"),
        pytest.param(" https://k.example/a\n", "https://k.example/a", id="blanks around"),
        pytest.param("http:\\\\k.example\\a", "http://k.example/a", id="backslashes"),
        pytest.param("http://127.1/", "http://127.0.0.1/", id="a short IPv4 address"),
        pytest.param("http://[0:0::1]/", "http://[::1]/", id="an IPv6 address"),
    ],
)
def test_an_address_has_one_form(given_url: str, expected: str) -> None:
    assert normalise(given_url) == expected
    assert normalise(expected) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "kurier.example",
        "ftp://kurier.example/",
        "javascript:alert(1)",
        "http://",
        "http://user:secret@kurier.example/",
        "http://user@kurier.example/",
        "http://[::1",
        "http://a b/",
        "http://k.example/" + "a" * MAX_LENGTH,
        "http://k.example/" + "é" * 1000,
    ],
)
def test_what_cannot_be_fetched_is_refused(url: str) -> None:
    with pytest.raises(UnusableUrl):
        normalise(url)


@given(st.text(max_size=200))
def test_normalising_twice_changes_nothing(tail: str) -> None:
    try:
        once = normalise(f"https://kurier.example/{tail}")
    except UnusableUrl:
        return
    assert normalise(once) == once
    assert same_page(once, once)


def wpt_cases() -> list[dict[str, Any]]:
    cases = json.loads(shared_data("urls/wpt-urltestdata.json").read_text(encoding="utf-8"))
    return [case for case in cases if isinstance(case, dict)]


def usable_base(case: dict[str, Any]) -> bool:
    base = case.get("base")
    return base is None or str(base).startswith(("http://", "https://"))


def joined(case: dict[str, Any]) -> str | None:
    try:
        base = case["base"]
        return join(base, case["input"]) if base is not None else join(case["input"], "")
    except UnusableUrl:
        return None


def test_joining_agrees_with_browsers_on_the_web_platform_tests() -> None:
    cases = [case for case in wpt_cases() if usable_base(case) and case.get("base") is not None]
    assert len(cases) > 100
    wrong = [
        (case["base"], case["input"])
        for case in cases
        if joined(case) != (None if case.get("failure") else case["href"])
    ]
    assert wrong == []


def test_every_web_platform_case_normalises_to_a_fixed_form_or_is_refused() -> None:
    for case in wpt_cases():
        address = joined(case)
        if address is None:
            continue
        try:
            once = normalise(address)
        except UnusableUrl:
            continue
        assert normalise(once) == once
        politeness_key(once)


@pytest.mark.parametrize(
    ("url", "key"),
    [
        pytest.param(
            "https://news.bbc.co.uk/a", "bbc.co.uk", id="registrable domain under a public suffix of two parts"
        ),
        pytest.param("https://www.kurier.de/", "kurier.de", id="of one part"),
        pytest.param("https://kurier.de:8443/", "kurier.de", id="the port does not matter"),
        pytest.param("https://a.b.kurier.example/", "a.b.kurier.example", id="no public suffix: the whole host"),
        pytest.param("https://de/", "de", id="a public suffix itself"),
        pytest.param("http://93.184.215.14/", "93.184.215.14:80", id="an address: with its port"),
        pytest.param("http://127.0.0.1:8001/", "127.0.0.1:8001", id="loopback address"),
        pytest.param("https://[2001:db8::1]/", "[2001:db8::1]:443", id="IPv6"),
        pytest.param("http://localhost:8001/", "localhost:8001", id="loopback name"),
        pytest.param("http://x.localhost:8001/", "x.localhost:8001", id="under the loopback name"),
    ],
)
def test_the_politeness_key_is_what_is_visited_at_one_pace(url: str, key: str) -> None:
    assert politeness_key(url) == key


@pytest.mark.parametrize(
    "other",
    [
        "http://www.kurier.example/sport/7?id=3",
        "https://kurier.example/sport/7?id=3",
        "https://m.kurier.example/sport/7?id=3",
        "https://www.kurier.example/sport/7/?id=3",
        "https://www.kurier.example/sport/7/amp?id=3",
        "https://www.kurier.example/amp/sport/7?id=3",
        "https://amp.kurier.example/sport/7?id=3&amp=1",
        "https://www.kurier.example/sport/7?id=3&utm_medium=feed#comments",
        "https://www.kurier.example/sport/7?id=3&outputType=amp",
    ],
)
def test_twins_are_the_same_page(other: str) -> None:
    assert same_page("https://www.kurier.example/sport/7?id=3", other)


@pytest.mark.parametrize(
    "other",
    [
        "https://www.kurier.example/",
        "https://www.kurier.example/sport/8?id=3",
        "https://www.kurier.example/sport/7?id=4",
        "https://www.bote.example/sport/7?id=3",
        "https://sport.kurier.example/sport/7?id=3",
        "https://www.kurier.example:8443/sport/7?id=3",
        "https://www.kurier.example/sport/7amp?id=3",
        "mailto:desk@kurier.example",
        "nonsense",
    ],
)
def test_others_are_not_the_same_page(other: str) -> None:
    assert not same_page("https://www.kurier.example/sport/7?id=3", other)


def test_host_origin_and_source_of_an_address() -> None:
    url = "https://WWW.Müller.example:8443/a"
    assert host_of(url) == "www.xn--mller-kva.example"
    assert source_of(url) == "xn--mller-kva.example"
    assert origin_of(url) == "https://www.xn--mller-kva.example:8443"


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        pytest.param("www.example.com", ": write 'https://www.example.com'", id="host"),
        pytest.param("news.example.com:8080/a", ": write 'https://news.example.com:8080/a'", id="port"),
        pytest.param("nonsense", "address", id="a word"),
        pytest.param("mailto:ana@example.com", "address", id="mail"),
        pytest.param("//example.com", "address", id="no scheme, yet slashes"),
    ],
)
def test_what_was_written_without_its_scheme_is_refused_with_the_address_it_means(written: str, advice: str) -> None:
    with pytest.raises(UnusableUrl) as refused:
        normalise(written)
    assert str(refused.value).endswith(advice)
