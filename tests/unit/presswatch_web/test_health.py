"""Health, metrics and the server itself."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress

import httpx
import pytest

from presswatch_cli.health_server import HealthServer
from presswatch_shared.errors import BadInput, Retry
from presswatch_shared.listening import bind_socket
from presswatch_shared.metrics import Metrics
from presswatch_shared.settings import BindAddress
from tests.fixtures.waiting import until
from tests.fixtures.web import Site


async def well() -> str:
    return ""


async def unwell() -> str:
    return "the disk is full"


async def broken() -> str:
    raise Retry("store: database is locked")


async def test_alive_whatever_the_checks_say(site: Site) -> None:
    site.checks = {"disk": unwell}
    async with site.client() as client:
        assert (await client.get("/livez")).json() == {"status": "alive"}


async def test_ready_when_every_check_is_well(site: Site) -> None:
    site.checks = {"store": well, "index": well}
    async with site.client() as client:
        answer = await client.get("/readyz")
        assert (answer.status_code, answer.json()) == (200, {"ready": True, "checks": {"store": "ok", "index": "ok"}})


async def test_not_ready_names_each_check_that_failed_and_why(site: Site) -> None:
    site.checks = {"store": broken, "disk": unwell, "index": well}
    async with site.client() as client:
        answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {
        "store": "Retry: store: database is locked",
        "disk": "the disk is full",
        "index": "ok",
    }


async def test_metrics_are_in_the_text_format(site: Site) -> None:
    async with site.client() as client:
        answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "# TYPE presswatch_http_requests_total counter" in answer.text


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        pytest.param(
            "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
            "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
            "application/openmetrics-text; version=1.0.0",
            id="Prometheus 2.42",
        ),
        pytest.param("application/openmetrics-text;version=\u00ff.x;;", "application/openmetrics-text", id="broken"),
        pytest.param("*/*", "text/plain; version=0.0.4", id="whatever there is"),
        pytest.param("", "text/plain; version=0.0.4", id="nothing"),
    ],
)
async def test_who_accepts_openmetrics_gets_it(site: Site, accept: str, kind: str) -> None:
    async with site.client() as client:
        answer = await client.get("/metrics", headers=[(b"accept", accept.encode("latin-1"))])
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(kind)
    assert answer.text.endswith("# EOF\n") == kind.startswith("application/openmetrics-text")


async def test_scrapes_during_the_shutdown_are_whole_or_refused_and_do_not_delay_it() -> None:
    metrics = Metrics()
    with socket.create_server(("127.0.0.1", 0)) as free:
        bind = BindAddress(host="127.0.0.1", port=free.getsockname()[1])
    stop, answers = asyncio.Event(), [0]

    async def scrape(client: httpx.AsyncClient) -> None:
        with suppress(httpx.TransportError):
            while True:
                answer = await client.get("/metrics", headers={"accept": "application/openmetrics-text"})
                assert answer.text.endswith("# EOF\n")
                answers[0] += 1

    running = asyncio.create_task(HealthServer(bind, checks={}, metrics=metrics).run(stop))
    async with httpx.AsyncClient(base_url=f"http://{bind}") as client:
        await until(lambda: not refused(bind))
        scraping = [asyncio.create_task(scrape(client)) for _ in range(4)]
        await until(lambda: answers[0] >= 8)
        stop.set()
        await asyncio.wait_for(asyncio.gather(running, *scraping), 10)


def refused(bind: BindAddress) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((bind.host, bind.port)) != 0


async def test_paths_do_not_become_labels(site: Site) -> None:
    async with site.client() as client:
        for number in range(3):
            await client.get(f"/articles/{number}")
            await client.get(f"/nowhere/{number}")
    exposed = site.metrics.expose().decode()
    assert 'route="/articles/{article_id}",status="404"} 3.0' in exposed
    assert 'route="unmatched",status="404"} 3.0' in exposed


async def test_a_busy_store_is_a_503_that_says_when_to_come_again(site: Site) -> None:
    async def busy() -> dict[str, int]:
        raise Retry("store: database is locked", after=2)

    site.status = busy  # type: ignore[method-assign] # this test's own answer
    async with site.client() as client:
        answer = await client.get("/api/v1/status")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_fault_of_our_own_is_one_500_without_its_inside(site: Site) -> None:
    async def faulty() -> dict[str, int]:
        raise ZeroDivisionError("secret inside")

    site.status = faulty  # type: ignore[method-assign] # this test's own answer
    async with site.client() as client:
        answer = await client.get("/api/v1/status")
        assert (await client.get("/livez")).status_code == 200
    assert (answer.status_code, "secret" in answer.text) == (500, False)
    assert "content-security-policy" in answer.headers


async def test_a_service_without_pages_has_health_and_metrics() -> None:
    metrics = Metrics()
    with socket.create_server(("127.0.0.1", 0)) as free:
        bind = BindAddress(host="127.0.0.1", port=free.getsockname()[1])
    stop = asyncio.Event()
    running = asyncio.create_task(HealthServer(bind, checks={"store": well}, metrics=metrics).run(stop))
    try:
        async with httpx.AsyncClient(base_url=f"http://{bind}") as client:
            answers = [(await client.get(path)).status_code for path in ("/livez", "/readyz", "/metrics", "/")]
    finally:
        stop.set()
        await asyncio.wait_for(running, 5)
    assert answers == [200, 200, 200, 404]


@pytest.mark.parametrize(
    ("bind", "reason"),
    [
        pytest.param(BindAddress(host="192.0.2.1", port=8080), "cannot listen on 192.0.2.1:8080", id="not ours"),
        pytest.param(BindAddress(host="no.such.host.invalid", port=1), "cannot listen on", id="no such name"),
    ],
)
def test_an_address_that_cannot_be_listened_on_is_one_sentence(bind: BindAddress, reason: str) -> None:
    with pytest.raises(BadInput, match=rf"{reason}.*; set PRESSWATCH_BIND to another address"):
        bind_socket(bind, "PRESSWATCH_BIND")


async def test_a_port_in_use_is_said_before_anything_starts(site: Site) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        bind = BindAddress(host="127.0.0.1", port=taken.getsockname()[1])
        server = HealthServer(bind, checks={}, metrics=Metrics())
        with pytest.raises(BadInput, match=r"[Aa]ddress already in use; set PRESSWATCH_METRICS_BIND"):
            await server.run(asyncio.Event())


async def test_the_port_is_free_again_after_the_stop() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        bind = BindAddress(host="127.0.0.1", port=free.getsockname()[1])
    for _ in range(2):
        stop = asyncio.Event()
        running = asyncio.create_task(HealthServer(bind, checks={}, metrics=Metrics()).run(stop))
        async with httpx.AsyncClient() as client:
            assert (await client.get(f"http://{bind}/livez")).status_code == 200
        stop.set()
        await asyncio.wait_for(running, 5)
        await until(running.done)
