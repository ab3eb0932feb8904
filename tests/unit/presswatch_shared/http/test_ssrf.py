from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from presswatch_shared.http.guarded_client import AddrInfo, GuardedClient
from presswatch_shared.http.port import Blocked, FetchFailed, Limits
from presswatch_shared.metrics import Metrics
from presswatch_shared.urls import UnusableUrl, join
from tests.fixtures.outlet import Answer, Outlet, outlet
from tests.unit.presswatch_shared.http.ssrf_attacks import (
    DIRECT,
    NAMES,
    REBINDING,
    REDIRECT_TARGETS,
    Attempt,
    render_table,
)

QUICK = Limits(connect=2.0, first_byte=2.0, total=3.0)


class HostileResolver(AbstractResolver):
    """Names that lead inwards. Rebinding ones lead to a place that stands open first, and then to the sentinel."""

    def __init__(self, sentinel: int, open_port: int) -> None:
        self._asked: set[str] = set()
        self._names = dict(NAMES)
        self._sentinel = sentinel
        self._open_port = open_port

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if host in REBINDING and host not in self._asked:
            self._asked.add(host)
            return [_result(host, "127.0.0.1", self._open_port)]
        addresses = [self._names[host]] if host in self._names else ["127.0.0.1", "10.0.0.1"]
        return [_result(host, address, self._sentinel) for address in addresses]

    async def close(self) -> None: ...


def _result(host: str, address: str, port: int) -> ResolveResult:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)


class RecordingClient(GuardedClient):
    """Notes each socket it makes."""

    opened: list[tuple[str | int, ...]]

    def _checked_socket(self, info: AddrInfo) -> socket.socket:
        made = super()._checked_socket(info)
        self.opened.append(info[4])
        return made


@dataclass
class Range:
    """Where attacks are tried: a sentinel that nobody may reach, and an outlet whose redirects attack."""

    sentinel: Outlet
    redirector: Outlet
    metrics: Metrics = field(default_factory=Metrics)

    def client(self, resolver: AbstractResolver) -> RecordingClient:
        made = RecordingClient(
            metrics=self.metrics,
            user_agent="test",
            allow_ports=(80, 443, self.sentinel.port),
            names={"redirector.example": ("127.0.0.1", self.redirector.port)},
            resolver=resolver,
        )
        made.opened = []
        return made

    def resolver(self) -> HostileResolver:
        return HostileResolver(self.sentinel.port, self.redirector.port)


@asynccontextmanager
async def shooting_range() -> AsyncIterator[Range]:
    async with outlet() as sentinel, outlet() as redirector:
        yield Range(sentinel, redirector)


async def attempt(client: RecordingClient, way: str, url: str) -> Attempt:
    before = len(client.opened)
    try:
        await client.get(url, limits=QUICK)
        outcome = "ANSWERED"
    except Blocked as blocked:
        outcome = f"blocked: {blocked.reason}"
    except FetchFailed as failed:
        outcome = f"failed: {failed.reason}"
    return Attempt(way, url, outcome, len(client.opened) - before)


async def direct_attacks(place: Range) -> list[Attempt]:
    client = place.client(place.resolver())
    with_port = [
        f"http://{host}:{place.sentinel.port}/"
        for host in ("127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "0.0.0.0", "any.localhost")
    ]
    named = [f"http://{name}/" for name, _ in NAMES]
    attempts = [await attempt(client, "direct", url) for url in (*DIRECT, *with_port)]
    attempts += [await attempt(client, "name", url) for url in named]
    await client.close()
    return attempts


async def redirect_attacks(place: Range) -> list[Attempt]:
    client = place.client(place.resolver())
    attempts = []
    for number, target in enumerate((*REDIRECT_TARGETS, f"http://127.0.0.1:{place.sentinel.port}/")):
        headers = {"location": target, "connection": "close"}
        place.redirector.answers[f"/{number}"] = Answer(status=302, headers=headers)
        answer = await client.get(f"http://redirector.example/{number}", limits=QUICK)
        assert answer.location == target
        attempts.append(await attempt(client, "redirect", join(answer.url, answer.location)))
    await client.close()
    return attempts


async def rebinding_attacks(place: Range) -> list[Attempt]:
    place.redirector.answers["/"] = Answer(body=b"open", headers={"connection": "close"})
    resolver = place.resolver()
    attempts = []
    for name in REBINDING:
        for way in ("before rebinding", "rebinding"):
            client = place.client(resolver)
            tried = await attempt(client, way, f"http://{name}/")
            await client.close()
            attempts.append(tried)
    assert [tried.outcome for tried in attempts[::2]] == ["ANSWERED"] * len(REBINDING)
    return attempts[1::2]


async def all_attacks() -> tuple[Sequence[Attempt], Outlet, Metrics]:
    """Every attack, the sentinel, and what was counted."""
    async with shooting_range() as place:
        attempts = [
            *await direct_attacks(place),
            *await redirect_attacks(place),
            *await rebinding_attacks(place),
        ]
        return attempts, place.sentinel, place.metrics


async def test_no_attack_makes_a_connection() -> None:
    attempts, sentinel, _ = await all_attacks()
    assert len(attempts) >= 60
    assert [tried for tried in attempts if tried.connects] == []
    assert [tried for tried in attempts if not tried.outcome.startswith("blocked: ")] == []
    assert sentinel.connections == 0


async def test_every_blocked_attempt_is_counted_by_its_reason() -> None:
    attempts, _, metrics = await all_attacks()
    reasons = {tried.outcome.removeprefix("blocked: ") for tried in attempts}
    for reason in reasons:
        counted = metrics.registry.get_sample_value("presswatch_ssrf_blocked_total", {"reason": reason})
        assert counted == sum(tried.outcome == f"blocked: {reason}" for tried in attempts)


async def test_the_table_names_every_attack_and_counts_the_connects() -> None:
    attempts, _, _ = await all_attacks()
    table = render_table(attempts)
    assert table.count("\n| ") == len(attempts)
    assert table.endswith(f"{len(attempts)} attacks, 0 connects")


async def test_networks_and_ports_that_the_operator_opens_are_reached() -> None:
    async with outlet() as place:
        place.publish("/", "hello")
        client = GuardedClient(
            metrics=Metrics(), user_agent="test", allow_networks=["127.0.0.0/8"], allow_ports=[place.port]
        )
        assert (await client.get(place.url())).body == b"hello"
        with pytest.raises(Blocked):
            await client.get("http://10.0.0.1/")
        await client.close()


def test_a_relative_attack_without_a_page_is_no_address() -> None:
    with pytest.raises(UnusableUrl):
        join("not a page", "//127.0.0.1/")
