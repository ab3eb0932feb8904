from __future__ import annotations

import gzip
from collections.abc import AsyncIterator, Callable

import pytest

from presswatch_shared.http.guarded_client import GuardedClient
from presswatch_shared.http.port import FetchFailed, Limits
from presswatch_shared.metrics import Metrics
from tests.fixtures.outlet import Answer, Outlet, outlet

SMALL = Limits(connect=1.0, first_byte=0.3, total=1.0, raw_bytes=10_000, minimum_rate=0)


@pytest.fixture
async def place() -> AsyncIterator[Outlet]:
    async with outlet() as running:
        yield running


@pytest.fixture
async def client(place: Outlet) -> AsyncIterator[GuardedClient]:
    made = GuardedClient(
        metrics=Metrics(),
        user_agent="Presswatch (+https://operator.example)",
        names={"paper.example": ("127.0.0.1", place.port)},
    )
    yield made
    await made.close()


async def test_the_body_comes_as_it_was_sent_with_its_coding(place: Outlet, client: GuardedClient) -> None:
    packed = gzip.compress(b"hello")
    place.publish("/", packed, headers={"Content-Encoding": "GZIP", "X-Name": "Käse"})
    answer = await client.get("http://paper.example/")
    assert (answer.status, answer.body, answer.content_encoding) == (200, packed, "gzip")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["x-name"] == "Käse"


async def test_the_user_agent_is_honest_and_no_cookie_comes_back(place: Outlet, client: GuardedClient) -> None:
    place.publish("/", b"", headers={"Set-Cookie": "a=b"})
    await client.get("http://paper.example/")
    await client.get("http://paper.example/", headers={"If-None-Match": '"x"'})
    sent = place.requests[-1].headers
    assert sent["user-agent"] == "Presswatch (+https://operator.example)"
    assert sent["host"] == "paper.example"
    assert sent["if-none-match"] == '"x"'
    assert "cookie" not in sent


async def test_a_connection_is_used_again(place: Outlet, client: GuardedClient) -> None:
    place.publish("/", b"x")
    for _ in range(5):
        await client.get("http://paper.example/")
    assert place.connections == 1


async def test_a_redirect_is_handed_to_the_caller(place: Outlet, client: GuardedClient) -> None:
    place.answers["/"] = Answer(status=301, headers={"location": "/new"})
    answer = await client.get("http://paper.example/")
    assert (answer.status, answer.location, len(place.requests)) == (301, "/new", 1)


async def test_the_environments_proxy_is_not_used(
    place: Outlet, client: GuardedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    place.publish("/", b"direct")
    assert (await client.get("http://paper.example/")).body == b"direct"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        pytest.param(Answer(body=b"x" * 10_001), "too_large", id="more than announced as allowed"),
        pytest.param(Answer(endless=b"x" * 4096), "too_large", id="endless"),
        pytest.param(Answer(delay=5), "timeout", id="no first byte"),
        pytest.param(Answer(hang=True), "timeout", id="silent"),
        pytest.param(Answer(pieces=[b"x"] * 50, pause=0.1), "timeout", id="drips past the total"),
        pytest.param(Answer(raw=b"nonsense\r\n\r\n"), "protocol", id="no HTTP"),
        pytest.param(Answer(raw=b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nshort"), "protocol", id="ends early"),
        pytest.param(
            Answer(raw=b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"), "protocol", id="broken chunks"
        ),
        pytest.param(Answer(headers={"a": "x" * 70_000}), "protocol", id="a header line past 64 kB"),
        pytest.param(Answer(headers={f"a{i}": "x" * 1000 for i in range(80)}), "too_large", id="headers past 64 kB"),
        pytest.param(Answer(headers={f"a{i}": "x" for i in range(5000)}), "protocol", id="thousands of headers"),
        pytest.param(Answer(raw=b"\x00"), "protocol", id="a null byte"),
    ],
)
async def test_a_hostile_answer_ends_with_its_reason(
    place: Outlet, client: GuardedClient, answer: Answer, reason: str
) -> None:
    place.answers["/"] = answer
    with pytest.raises(FetchFailed) as caught:
        await client.get("http://paper.example/", limits=SMALL)
    assert caught.value.reason == reason
    place.publish("/fine", b"still works")
    assert (await client.get("http://paper.example/fine")).body == b"still works"


async def test_a_body_below_the_least_rate_is_given_up(
    place: Outlet, client: GuardedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("presswatch_shared.http.body_reading.RATE_GRACE_SECONDS", 0.2)
    place.answers["/"] = Answer(pieces=[b"x"] * 50, pause=0.1)
    with pytest.raises(FetchFailed) as caught:
        await client.get("http://paper.example/", limits=Limits(minimum_rate=1024))
    assert caught.value.reason == "too_slow"


async def test_no_server_and_no_address_are_told_apart(client: GuardedClient) -> None:
    silent = GuardedClient(metrics=Metrics(), user_agent="t", names={"gone.example": ("127.0.0.1", 9)})
    with pytest.raises(FetchFailed) as caught:
        await silent.get("http://gone.example/")
    assert caught.value.reason == "connect"
    with pytest.raises(FetchFailed) as caught:
        await silent.get("http://name.invalid/")
    assert caught.value.reason == "dns"
    await silent.close()


async def test_a_server_without_tls_on_the_tls_port_is_a_tls_failure(place: Outlet) -> None:
    client = GuardedClient(metrics=Metrics(), user_agent="t", names={"paper.example": ("127.0.0.1", place.port)})
    place.answers["/"] = Answer(raw=b"HTTP/1.1 400 Bad\r\n\r\n")
    with pytest.raises(FetchFailed) as caught:
        await client.get("https://paper.example/", limits=SMALL)
    assert caught.value.reason in ("tls", "timeout")
    await client.close()


async def test_a_post_carries_its_body_and_headers(place: Outlet, client: GuardedClient) -> None:
    place.publish("/hook", b"ok")
    answer = await client.post("http://paper.example/hook", b"{}", headers={"content-type": "application/json"})
    assert answer.status == 200
    assert place.requests[-1].method == "POST"
    assert place.requests[-1].headers["content-length"] == "2"


def refuses(build: Callable[[], GuardedClient]) -> bool:
    try:
        build()
    except ValueError:
        return True
    return False


def test_a_network_that_is_none_is_refused_at_once() -> None:
    assert refuses(lambda: GuardedClient(metrics=Metrics(), user_agent="t", allow_networks=["ten/8"]))
