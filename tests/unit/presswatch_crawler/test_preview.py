from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from presswatch_crawler.preview import preview_source
from presswatch_shared.errors import BadInput
from presswatch_shared.http.guarded_client import GuardedClient
from presswatch_shared.metrics import Metrics
from tests.fixtures.outlet import RSS_TYPE, Answer, Item, Outlet, article_page, outlet, rss


@pytest.fixture
async def place() -> AsyncIterator[Outlet]:
    async with outlet() as running:
        yield running


@pytest.fixture
async def client(place: Outlet) -> AsyncIterator[GuardedClient]:
    made = GuardedClient(
        metrics=Metrics(), user_agent="t", allow_networks=["127.0.0.1/32"], allow_ports=[80, place.port]
    )
    yield made
    await made.close()


async def test_a_feed_is_shown_with_its_newest_items(place: Outlet, client: GuardedClient) -> None:
    items = [Item(f"/{day}", f"Day {day}", published=f"2026-11-{day:02}T10:00:00Z") for day in range(1, 15)]
    place.publish("/feed", rss(items), RSS_TYPE)
    place.answers["/old"] = Answer(status=301, headers={"location": "/feed"})
    found = await preview_source(client, place.url("/old"))
    assert (found["kind"], found["title"], len(found["items"])) == ("feed", "Norddeich Herald", 10)
    assert found["items"][0] == {"title": "Day 14", "url": place.url("/14")}


async def test_a_page_is_shown_with_the_feeds_it_names(place: Outlet, client: GuardedClient) -> None:
    link = "<link rel='alternate' type='application/atom+xml' href='/f.atom'>"
    place.publish("/", article_page("Home", head=link))
    found = await preview_source(client, place.url("/"))
    assert (found["kind"], found["feeds"]) == ("site", [place.url("/f.atom")])


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        pytest.param(Answer(status=404, body=b"secret"), "it answers with status 404", id="not there"),
        pytest.param(Answer(body=b"\x89PNG secret", content_type="image/png"), "it is no feed", id="a picture"),
        pytest.param(Answer(status=302, headers={"location": "/"}), "redirected more than 5", id="a loop"),
        pytest.param(
            Answer(status=302, headers={"location": "http://169.254.169.254/"}), "not open for fetching", id="a trap"
        ),
    ],
)
async def test_what_can_be_no_source_is_one_sentence_that_shows_nothing_of_it(
    place: Outlet, client: GuardedClient, answer: Answer, sentence: str
) -> None:
    place.answers["/"] = answer
    with pytest.raises(BadInput, match=sentence) as caught:
        await preview_source(client, place.url("/"))
    assert "secret" not in str(caught.value)


async def test_robots_are_obeyed(place: Outlet, client: GuardedClient) -> None:
    place.publish("/robots.txt", "User-agent: *\nDisallow: /", "text/plain")
    with pytest.raises(BadInput, match=r"robots\.txt"):
        await preview_source(client, place.url("/feed"))
    assert place.paths() == ["/robots.txt"]


@pytest.mark.parametrize("url", ["nonsense", "ftp://k.example/", "http://u:p@k.example/"])
async def test_no_address_is_bad_input(client: GuardedClient, url: str) -> None:
    with pytest.raises(BadInput):
        await preview_source(client, url)
