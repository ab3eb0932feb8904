"""Which requests a browser may have been made to send by somebody else's page."""

from __future__ import annotations

import pytest

from presswatch_web.access.origin import host_refusal, origin_refusal


@pytest.mark.parametrize(
    ("host", "public", "served"),
    [
        pytest.param("127.0.0.1:8080", "", True, id="address"),
        pytest.param("localhost:8080", "", True, id="name"),
        pytest.param("LOCALHOST", "", True, id="in capitals"),
        pytest.param("[::1]:8080", "", True, id="IPv6"),
        pytest.param("localhost:9000", "", True, id="another port, as through a tunnel"),
        pytest.param("evil.example:8080", "", False, id="a name that was rebound"),
        pytest.param("localhost.evil.example", "", False, id="looks alike at its start"),
        pytest.param("127.0.0.1.nip.example", "", False, id="an address inside a name"),
        pytest.param("", "", False, id="none"),
        pytest.param("[::1", "", False, id="broken"),
        pytest.param("user@localhost", "", True, id="with a user, which is not the host"),
        pytest.param("localhost@evil.example", "", False, id="as the user of another"),
        pytest.param("news.example", "news.example", True, id="the public one"),
        pytest.param("news.example:443", "news.example", True, id="the public one with its port"),
        pytest.param("other.example", "news.example", False, id="not the public one"),
    ],
)
def test_without_login_only_own_hosts_are_served(host: str, public: str, served: bool) -> None:
    assert (host_refusal(host, bound="127.0.0.1", public_host=public) == "") is served


HOST = {"host": "127.0.0.1:8080"}


@pytest.mark.parametrize(
    ("method", "headers", "allowed"),
    [
        pytest.param("POST", {}, True, id="a program: no browser headers"),
        pytest.param("POST", {"origin": "http://127.0.0.1:8080"}, True, id="our own form"),
        pytest.param("POST", {"origin": "http://127.0.0.1:9999"}, False, id="another port of this machine"),
        pytest.param("POST", {"origin": "http://localhost:8080"}, False, id="another name of this machine"),
        pytest.param("POST", {"origin": "https://evil.example"}, False, id="another site"),
        pytest.param("POST", {"origin": "null"}, False, id="a sandbox or a file"),
        pytest.param("POST", {"origin": "file://127.0.0.1:8080"}, False, id="no web page"),
        pytest.param("POST", {"origin": "http://[::1"}, False, id="broken"),
        pytest.param(
            "GET", {"origin": "https://evil.example"}, False, id="reading across origins: a foreign EventSource"
        ),
        pytest.param("GET", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}, True, id="a link"),
        pytest.param(
            "POST", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}, False, id="a foreign form"
        ),
        pytest.param("GET", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}, False, id="a foreign image"),
        pytest.param("GET", {"sec-fetch-site": "same-site", "sec-fetch-mode": "cors"}, False, id="a neighbour"),
        pytest.param("GET", {"sec-fetch-site": "same-origin", "sec-fetch-mode": "cors"}, True, id="our own script"),
        pytest.param("GET", {"sec-fetch-site": "none"}, True, id="typed into the address bar"),
    ],
)
def test_requests_of_other_sites_are_refused(method: str, headers: dict[str, str], allowed: bool) -> None:
    assert (origin_refusal(method, HOST | headers, public_host="") == "") is allowed


def test_behind_a_proxy_the_public_origin_is_our_own() -> None:
    headers = HOST | {"origin": "https://news.example"}
    assert origin_refusal("POST", headers, public_host="news.example") == ""
    assert origin_refusal("POST", headers, public_host="") != ""
