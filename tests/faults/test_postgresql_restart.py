"""PostgreSQL is stopped, started and killed with -9 while the product works on it: the product goes on by itself."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from email.utils import formatdate
from pathlib import Path
from time import time

import pytest

from presswatch_shared.errors import Retry, ServerUnreachable
from presswatch_shared.store import counters
from presswatch_shared.store.database import Tx, open_store
from presswatch_shared.store.migrate import migrate
from tests.fixtures.newsroom import news_page
from tests.fixtures.outlet import RSS_TYPE, Item, Outlet, outlet, rss
from tests.fixtures.product import Product
from tests.fixtures.receiver import receiver
from tests.fixtures.trials import trials
from tests.servers.postgresql import PostgresqlServer

pytestmark = pytest.mark.servers
ROUNDS = trials(3)
PAGES_A_ROUND = 15

ENDS = [
    pytest.param(PostgresqlServer.stop, id="stopped"),
    pytest.param(PostgresqlServer.kill, id="killed"),
]


@pytest.mark.parametrize("end", ENDS)
def test_work_on_a_server_that_went_is_retried_and_works_when_it_is_back(
    own_postgresql: PostgresqlServer, end: Callable[[PostgresqlServer], None]
) -> None:
    store = open_store(own_postgresql.url())
    migrate(store)
    assert store.run_now(counters.next_value, "test") == 1
    end(own_postgresql)
    for _ in range(2):
        with pytest.raises(Retry, match="store: "):
            store.run_now(counters.next_value, "test")
    own_postgresql.start()
    assert store.run_now(counters.next_value, "test") == 2
    store.close()


@pytest.mark.parametrize("end", ENDS)
def test_a_server_that_goes_in_the_middle_of_a_transaction_leaves_nothing_of_it(
    own_postgresql: PostgresqlServer, end: Callable[[PostgresqlServer], None]
) -> None:
    store = open_store(own_postgresql.url())
    migrate(store)

    def work(tx: Tx) -> None:
        counters.next_value(tx, "test")
        end(own_postgresql)
        counters.next_value(tx, "test")

    with pytest.raises(Retry):
        store.run_now(work)
    own_postgresql.start()
    assert store.read_now(counters.current, "test") == 0
    store.close()


def test_a_server_that_is_away_at_the_start_is_named_with_its_address(own_postgresql: PostgresqlServer) -> None:
    own_postgresql.stop()
    with pytest.raises(ServerUnreachable, match=f"127.0.0.1:{own_postgresql.port} .*start it"):
        open_store(own_postgresql.url().replace("presswatch@", "presswatch:geheim@"))
    own_postgresql.start()


@pytest.mark.slow
@pytest.mark.timeout(280)
async def test_the_product_goes_on_after_restarts_and_kills(own_postgresql: PostgresqlServer, tmp_path: Path) -> None:
    async with outlet() as place, receiver() as hook:
        product = Product(
            tmp_path / "data",
            store=own_postgresql.url(),
            allow_ports=f"{place.port},{hook.port}",
            log_level="WARNING",
        )
        publish(place, 0)
        await product.call("source", "add", place.url("/feed.xml"))
        await product.call("watch", "add", "Rostec", "--webhook", hook.url())
        async with product.running() as running:
            for number in range(1, ROUNDS + 1):
                publish(place, number * PAGES_A_ROUND)
                await asyncio.sleep(0.5)
                (own_postgresql.kill if number % 2 else own_postgresql.stop)()
                await asyncio.sleep(1.0)
                own_postgresql.start()
            total = ROUNDS * PAGES_A_ROUND
            async with asyncio.timeout(120):
                while len({request.headers["webhook-id"] for request in hook.requests}) < total:
                    await asyncio.sleep(0.2)
            assert running.process.returncode is None
            status = await product.status()
        assert (status["indexed"], status["alerts"], status["dead_letters"]) == (total, total, 0), status
        urls = [json.loads(request.body)["data"]["article"]["url"] for request in hook.requests]
        assert len(set(urls)) == total


def publish(place: Outlet, count: int) -> None:
    """A feed of so many pages, each of which says the watched word."""
    items = []
    for number in range(count):
        title = f"Rostec report {number}"
        url = place.publish(f"/news/{number}", news_page(title))
        items.append(Item(url=url, title=title, published=formatdate(time(), usegmt=True)))
    place.publish("/feed.xml", rss(items), RSS_TYPE, validators=True)
