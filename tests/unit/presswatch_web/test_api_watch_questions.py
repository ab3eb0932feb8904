"""`/api/v1/watches/{watch_id}/explain` and `…/compare`: questions about a watch, which change nothing."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from presswatch_query import parse
from presswatch_shared.store import audit, watches
from presswatch_shared.store.watches import NewWatch, Watch
from tests.fixtures.accounts import account, session_of
from tests.fixtures.articles import article_enriched
from tests.fixtures.web import PUBLIC, Site, fire, web_settings

WATCHES = "/api/v1/watches"
QUERY = "Rostec AND (NOT title:hurricane OR Rostec NEAR/3 kraken)"


async def watch_of(site: Site, owner: str = "", query: str = QUERY) -> Watch:
    """With an article `a1` in the index."""
    await site.index.put([article_enriched("a1")])
    return await site.store.run(watches.add_watch, NewWatch(query=query, name="Cranes", owner=owner), now=1)


async def explain(client: httpx.AsyncClient, watch_id: str, article: str = "a1") -> httpx.Response:
    return await client.get(f"{WATCHES}/{watch_id}/explain", params={"article": article})


async def compare(client: httpx.AsyncClient, watch_id: str, **body: Any) -> httpx.Response:
    return await client.post(f"{WATCHES}/{watch_id}/compare", json={"query": "Kraken"} | body)


@pytest.mark.parametrize("has_fired", [True, False], ids=["fired", "did not fire"])
async def test_the_explanation_is_the_document_of_the_command(
    client: httpx.AsyncClient, site: Site, has_fired: bool
) -> None:
    watch = await watch_of(site)
    article = await site.index.get("a1")
    assert article is not None
    if has_fired:
        await fire(site.store, 1, watch_id=watch.id, story_id=article.story_id)
    told = (await explain(client, watch.id)).json()
    assert told == json.loads(json.dumps(await site.explain(watch, parse(QUERY), article)))
    assert told["fired"] is has_fired and len(told["alerts"]) == has_fired
    assert told["query"]["parts"][1]["parts"], "clauses of clauses are told, too"


async def test_of_what_is_not_there_nothing_is_explained(client: httpx.AsyncClient, site: Site) -> None:
    watch = await watch_of(site)
    answers = [await explain(client, "wat_none"), await explain(client, watch.id, "none")]
    assert [(answer.status_code, answer.json()["detail"]) for answer in answers] == [
        (404, "there is no such watch"),
        (404, "there is no such article"),
    ]


@pytest.mark.parametrize("article", ["", "a b", "a\x00", "x" * 65, "https://norddeich-kurier.example/1"])
async def test_an_article_is_named_by_its_id(client: httpx.AsyncClient, site: Site, article: str) -> None:
    watch = await watch_of(site)
    answer = await explain(client, watch.id, article)
    assert (answer.status_code, answer.json()["errors"][0]["location"]) == (422, "query.article")


async def test_a_comparison_tells_what_an_edit_adds_and_removes(client: httpx.AsyncClient, site: Site) -> None:
    watch = await watch_of(site)
    told = (await compare(client, watch.id, days=7)).json()
    assert told == json.loads(json.dumps(await site.compare(watch, parse(QUERY), parse("Kraken"), 7)))
    assert (told["against"], told["query"], told["days"]) == (QUERY, "Kraken", 7)
    assert (await compare(client, watch.id)).json()["days"] == 30
    assert await site.store.read(watches.get_watch, watch.id) == watch


async def test_a_comparison_with_a_query_that_cannot_be_says_where(client: httpx.AsyncClient, site: Site) -> None:
    watch = await watch_of(site)
    answer = await compare(client, watch.id, query="Rostec AND")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "dangling-operator")
    assert (await compare(client, "wat_none")).status_code == 404


@pytest.mark.parametrize(
    "body",
    [{"query": ""}, {"days": 0}, {"days": 91}, {"days": "7"}, {"days": 7.5}, {"against": "Rostec"}],
    ids=["no query", "no days", "too many days", "days as text", "half a day", "an unknown field"],
)
async def test_a_body_that_does_not_fit_is_refused(client: httpx.AsyncClient, site: Site, body: dict[str, Any]) -> None:
    watch = await watch_of(site)
    assert (await compare(client, watch.id, **body)).status_code == 422


@pytest.mark.parametrize("role", ["reader", "analyst", "admin"])
async def test_whoever_sees_a_watch_may_ask_about_it(site: Site, role: str) -> None:
    site.settings = web_settings(bind=PUBLIC)
    person, otto = await account(site, "ana", role), await account(site, "otto", "analyst")
    found = {}
    async with site.client(headers=await session_of(site, person)) as client:
        for whose, owner in (("own", person.id), ("team", ""), ("foreign", otto.id)):
            watch = await watch_of(site, owner)
            answers = (await explain(client, watch.id), await compare(client, watch.id))
            found[whose] = tuple(answer.status_code for answer in answers)
            if answers[0].status_code == 404:
                absent = (await explain(client, "wat_none"), await compare(client, "wat_none"))
                assert [answer.json() for answer in answers] == [answer.json() for answer in absent]
    assert found == {"own": (200, 200), "team": (200, 200), "foreign": (200, 200) if role == "admin" else (404, 404)}
    assert await site.store.read(audit.list_entries) == [], "a question is no change"


async def test_a_reader_changes_a_watch_by_no_other_method_of_the_question(site: Site) -> None:
    site.settings = web_settings(bind=PUBLIC)
    watch = await watch_of(site)
    async with site.client(headers=await session_of(site, await account(site, "ana"))) as client:
        for method in ("PUT", "PATCH", "DELETE"):
            answer = await client.request(method, f"{WATCHES}/{watch.id}/compare", json={})
            assert answer.status_code == 403
