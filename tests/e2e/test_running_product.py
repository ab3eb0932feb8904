"""One running product, and everything that is to go well while it runs."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import lxml.html
import pytest
import pytest_asyncio

from presswatch_shared.clock import SystemClock
from presswatch_shared.envelope import Envelope, decode
from presswatch_shared.stream.sqlite_log import open_sqlite_log
from presswatch_shared.topics import ALERTS_FIRED, ARTICLES_ENRICHED, PAGES_FETCHED
from tests.fixtures.newsroom import Newsroom, news_page, newsroom
from tests.fixtures.outlet import RSS_TYPE, Answer
from tests.fixtures.product import Product
from tests.fixtures.receiver import Answer as HookAnswer
from tests.fixtures.shared_data import shared_rows

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]

PHRASE = re.compile(r"(?:[^\W\d_]{3,20} ){4}[^\W\d_]{3,20}")
ALERT_SECONDS = 10.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def room(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Newsroom]:
    async with newsroom(tmp_path_factory.mktemp("running")) as made, made.product.running() as running:
        made.address = running.address
        yield made


def phrases(text: str) -> Sequence[str]:
    return PHRASE.findall(text)


def boilerplate(row: dict[str, Any]) -> str:
    """A phrase that stands on the page, outside the article."""
    tree = lxml.html.fromstring(row["html"].encode(), parser=lxml.html.HTMLParser(encoding="utf-8"))
    around = "\n".join(part.text_content() for part in tree.xpath("//footer//p | //footer//div | //nav//a"))
    title_and_body = f"{row['title']} {row['body']}"
    return next((phrase for phrase in phrases(around) if phrase not in title_and_body), "")


async def test_a_real_page_is_alerted_in_under_ten_seconds_and_found_without_its_boilerplate(room: Newsroom) -> None:
    rows = [row for row in shared_rows("extraction/fundus_dev.jsonl.xz", step=7) if boilerplate(row)][:3]
    feed = await room.add_feed()
    watched = [phrases(row["body"])[-1] for row in rows]
    for phrase in watched:
        await room.watch(f'"{phrase}"', "/real")
    published = time.monotonic()
    urls = [feed.add(f"/real/{number}", row["html"]) for number, row in enumerate(rows)]
    await room.until(lambda: set(room.urls_told("/real")) == set(urls))
    assert max(request.at for request in room.told("/real")) - published < ALERT_SECONDS
    for url, row, phrase in zip(urls, rows, watched, strict=True):
        await room.until_found(f'"{phrase}"')
        assert await room.found(f'"{phrase}"') == [url]
        assert await room.found(f'"{boilerplate(row)}"') == []


async def test_commands_work_beside_it_and_take_effect_at_once(room: Newsroom) -> None:
    feed = room.feed()
    hook = room.hook.url("/beside")
    await asyncio.gather(
        room.product.call("source", "add", feed.url), room.product.call("watch", "add", "Quixmoor", "--webhook", hook)
    )
    returned = time.monotonic()
    await room.until(lambda: feed.path in room.place.paths())
    assert room.place.times(feed.path)[0] - returned < 2.0
    url = feed.add("/beside", news_page("Quixmoor is found"))
    await room.until(lambda: room.urls_told("/beside") == [url])
    await room.until_found("Quixmoor")
    found, status, letters = await asyncio.gather(
        room.product.call("search", "Quixmoor", "--json"),
        room.product.call("status", "--json"),
        room.product.call("dlq", "list", "--json"),
    )
    assert url in found
    assert json.loads(status)["alerts"] >= 1
    assert json.loads(letters)


@pytest.mark.parametrize("command", ["run", "crawler"])
async def test_a_second_one_on_the_same_data_folder_is_refused(room: Newsroom, command: str) -> None:
    said = await room.product.call(command, expect=2)
    assert said.count("\n") == 1
    assert said.startswith("presswatch: Presswatch already runs on the data folder")


async def test_a_port_in_use_is_said_in_a_sentence(room: Newsroom, tmp_path: Path) -> None:
    other = Product(tmp_path / "other", bind=room.address.removeprefix("http://"))
    said = await other.call("run", expect=2)
    assert said.splitlines()[-1].startswith("presswatch: ") and "in use" in said
    assert "Traceback" not in said


async def test_a_hostile_outlet_delays_and_loses_nothing_of_a_good_one(room: Newsroom) -> None:
    walled = room.feed()
    room.place.answers["/robots.txt"] = lambda request: Answer(
        status=500 if request.headers["host"].startswith(f"{walled.host}:") else 404
    )
    await room.post("sources", url=walled.url)
    good, broken, deaf, hanging, endless, failing, binary, loop = [await room.add_feed() for _ in range(8)]
    room.place.publish(broken.path, b"\x00\xff<rss><channel><item><link>" + b"<a>" * 5000, RSS_TYPE)
    room.place.answers[deaf.path] = Answer(hang=True)
    room.place.answers[hanging.page("/x")] = Answer(hang=True)
    room.place.answers[endless.page("/x")] = Answer(endless=b"<p>more</p>" * 5000)
    room.place.answers[failing.page("/x")] = Answer(status=500, body=b"oh")
    room.place.publish(binary.page("/x"), bytes(range(256)) * 100, "application/octet-stream")
    room.place.answers[loop.page("/x")] = Answer(status=302, headers={"location": loop.page("/x")})
    await room.watch("Jexbury", "/good")
    for feed in (hanging, endless, failing, binary, loop):
        feed.add("/x")
    await room.until(lambda: {hanging.page("/x"), failing.page("/x")} <= set(room.place.paths()))
    published = time.monotonic()
    url = good.add("/good", news_page("Jexbury is told of in time"))
    await room.until(lambda: room.urls_told("/good") == [url])
    assert room.told("/good")[0].at - published < ALERT_SECONDS

    async def counted() -> bool:
        status = await room.product.status()
        reasons = {*status["failed"], *status["not_articles"]}
        return reasons >= {"redirects", "too_large", "not_html"}

    await room.until_asked(counted, within=30)
    assert walled.path not in room.place.paths()
    assert (await room.get("status"))["dead_letters"] == 0


async def test_receivers_that_fail_delay_no_other(room: Newsroom) -> None:
    feed = await room.add_feed()
    answers = {
        "/down": HookAnswer(refuse=True),
        "/slow": HookAnswer(delay=4.0),
        "/broken": HookAnswer(status=500),
        "/gone": HookAnswer(status=410),
        "/hung": HookAnswer(hang=True),
    }
    room.hook.answers |= answers
    paths = [*answers, "/well"]
    watches = {path: await room.watch(f"Cyxton OR Nothing{path[1:]}", path) for path in paths}
    published = time.monotonic()
    url = feed.add("/receivers", news_page("Cyxton goes to six receivers"))
    await room.until(lambda: room.urls_told("/well") == [url])
    assert room.told("/well")[0].at - published < ALERT_SECONDS
    await room.until(lambda: len(room.told("/broken")) == 2)
    first, again = room.told("/broken")
    assert again.headers["webhook-id"] == first.headers["webhook-id"]
    assert 4.5 < again.at - first.at < 12

    async def states() -> dict[str, str]:
        items = (await room.get("deliveries", limit="100"))["items"]
        paths_of = {watch_id: path for path, watch_id in watches.items()}
        return {paths_of[item["watch_id"]]: item["state"] for item in items if item["watch_id"] in paths_of}

    expected = {"/well": "delivered", "/slow": "delivered", "/gone": "channel_disabled", "/broken": "pending"}

    async def as_expected() -> bool:
        return (await states()).items() >= {**expected, "/down": "pending", "/hung": "pending"}.items()

    await room.until_asked(as_expected)
    assert len(room.told("/gone")) == 1


async def test_the_trace_of_a_page_goes_on_to_its_alert(room: Newsroom) -> None:
    feed = await room.add_feed()
    await room.watch("Yexham", "/traced")
    url = feed.add("/traced", news_page("Yexham is traced"))
    await room.until(lambda: room.urls_told("/traced") == [url])
    log = open_sqlite_log(room.product.data / "stream.db", clock=SystemClock())
    try:
        traces = []
        for topic in (PAGES_FETCHED, ARTICLES_ENRICHED, ALERTS_FIRED):
            messages: list[Envelope] = []
            for partition, end in (await log.end_offsets(topic.name)).items():
                messages += [decode(record.value) for record in await log.read(topic.name, partition, 0, end)]
            traces += [message.trace for message in messages if url in str(message.event)]
    finally:
        await log.close()
    assert len(traces) == 3
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-01", traces[0])
    assert len(set(traces)) == 1
