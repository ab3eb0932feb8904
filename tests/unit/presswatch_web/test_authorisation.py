"""Who may do what with whose things: every operation of the API's document × role × owner, and every page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from presswatch_shared.store import deliveries, inbox, notices, saved_searches, users, watches
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.deliveries import DeliveryFilter
from presswatch_shared.store.inbox import NewItem
from presswatch_shared.store.users import NewUser
from presswatch_shared.store.watches import NewWatch
from presswatch_web.access.foreign import OWNER_BY_PARAMETER
from presswatch_web.access.needs import need_of
from tests.fixtures.accounts import PAGE, hashed, session_of
from tests.fixtures.articles import article_enriched
from tests.fixtures.deliveries import add_webhook, queue
from tests.fixtures.stores import fresh_store
from tests.fixtures.web import PUBLIC, Site, alert_row, fire, web_settings

METHODS = ("get", "post", "put", "patch", "delete")
ROLES = ("reader", "analyst", "admin")
REFUSED = (401, 403, 404)


@dataclass(frozen=True, slots=True)
class Operation:
    """One entry of the document, or one page."""

    method: str
    path: str

    @property
    def parameters(self) -> Sequence[str]:
        return [name for name in OWNER_BY_PARAMETER if f"{{{name}}}" in self.path]

    def filled(self, ids: Mapping[str, Any]) -> str:
        return self.path.format(**ids)


@dataclass(frozen=True, slots=True)
class Office:
    """A site with a user of each role, and Otto, whose things are foreign to all of them."""

    site: Site
    people: Mapping[str, users.User]
    numbers: Iterator[int]

    async def things(self, owner: str) -> dict[str, str]:
        """A watch and one of all that belongs to a watch, by the name that paths give it."""
        number = next(self.numbers)
        watch_id, article_id = f"wat_{number}", f"a{number}"
        await fire(self.site.store, number, watch_id=watch_id)

        def made(tx: Tx) -> dict[str, str]:
            watches.add_watch(tx, NewWatch(id=watch_id, query=f"word{number}", owner=owner), now=1)
            channel = add_webhook(tx, f"https://hook{number}.example/", watch_id)
            queue(tx, channel)
            alert = alert_row(number, watch_id=watch_id)
            item = NewItem(alert_id=alert.alert_id, owner=owner, watch_id=watch_id, story_id=alert.story_id)
            inbox.add_items(tx, [item], now=1)
            notice = notices.add_notice(
                tx, owner=owner, watch_id=watch_id, channel_id=channel.id, text=f"notice {number}", now=number
            )
            (delivery,) = deliveries.list_deliveries(tx, only=DeliveryFilter(watch_id=watch_id))
            saved = saved_searches.add_search(
                tx, owner=owner, name=f"search {number}", parameters=[("q", f"word{number}")], now=number
            )
            return {
                "search_id": saved.id,
                "watch_id": watch_id,
                "channel_id": channel.id,
                "alert_id": alert.alert_id,
                "delivery_id": str(delivery.id),
                "notice_id": notice.notice_id,
                "article_id": article_id,
            }

        await self.site.index.put([article_enriched(article_id)])
        return await self.site.store.run(made)


@pytest.fixture
async def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    store: Store = fresh_store(tmp_path_factory.mktemp("office"))
    site = Site(store=store, settings=web_settings(bind=PUBLIC, requests_at_once=100_000))

    def join(tx: Tx) -> dict[str, users.User]:
        people = {"reader": "reader", "analyst": "analyst", "admin": "admin", "otto": "analyst"}
        return {
            name: users.add_user(tx, NewUser(name=name, role=role, password=hashed()), now=1)
            for name, role in people.items()
        }

    return Office(site, await store.run(join), count(1))


def api_operations(site: Site) -> list[Operation]:
    paths: Mapping[str, Mapping[str, Any]] = site.app().openapi()["paths"]
    return [
        Operation(method, path)
        for path, found in paths.items()
        for method in METHODS
        if method in found and path.startswith("/api/")
    ]


def pages(site: Site) -> list[Operation]:
    """Pages that belong to a thing of somebody, and change nothing by being looked at."""
    from presswatch_web.application import PAGES

    return [
        Operation("get", route.path)
        for router in PAGES
        for route in router.routes
        if isinstance(route, APIRoute) and "GET" in (route.methods or ()) and Operation("get", route.path).parameters
    ]


async def answered(client: httpx.AsyncClient, operation: Operation, ids: Mapping[str, Any]) -> httpx.Response:
    filler = {"source_id": "src_none", "user_id": "usr_none", "token_id": "tok_none", "entity_id": "none"}
    filler |= {"alias_name": "none", "topic": "none", "partition": "0", "offset": "0"}
    body: dict[str, Any] | None = {} if operation.method in ("post", "put", "patch") else None
    return await client.request(operation.method, operation.filled(filler | dict(ids)), json=body)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("whose", ["own", "the team's", "foreign"])
async def test_every_operation_of_the_document(office: Office, role: str, whose: str) -> None:
    person = office.people[role]
    owner = {"own": person.id, "the team's": "", "foreign": office.people["otto"].id}[whose]
    operations = api_operations(office.site)
    assert len(operations) > 40
    wrong = []
    async with office.site.client(headers=await session_of(office.site, person)) as client:
        for operation in operations:
            answer = await answered(client, operation, await office.things(owner))
            may = ROLES.index(role) >= ROLES.index(need_of(operation.method.upper(), operation.path))
            is_hidden = whose == "foreign" and role != "admin" and operation.parameters
            if not may:
                expected = answer.status_code == 403
            elif is_hidden:
                expected = answer.status_code == 404
            elif operation.parameters:
                expected = answer.status_code not in REFUSED and answer.status_code < 500
            else:
                expected = answer.status_code not in (401, 403) and answer.status_code < 500
            if not expected:
                wrong.append((operation.method, operation.path, answer.status_code))
    assert wrong == []


async def test_without_a_login_no_operation_is_answered(office: Office) -> None:
    async with office.site.client() as client:
        things = await office.things("")
        statuses = {
            (await answered(client, operation, things)).status_code for operation in api_operations(office.site)
        }
    assert statuses == {401}


async def test_what_is_foreign_is_told_as_what_is_not_there(office: Office) -> None:
    """Word for word, so that nobody learns that there is something."""
    foreign = await office.things(office.people["otto"].id)
    missing = dict.fromkeys(foreign, "99999999")
    async with office.site.client(headers=await session_of(office.site, office.people["analyst"])) as client:
        for operation in api_operations(office.site):
            if operation.parameters:
                hidden, absent = [await answered(client, operation, ids) for ids in (foreign, missing)]
                assert (hidden.status_code, hidden.json()) == (absent.status_code, absent.json()), operation


@pytest.mark.parametrize("role", ["reader", "analyst"])
async def test_pages_of_what_is_foreign_are_not_there(office: Office, role: str) -> None:
    person = office.people[role]
    async with office.site.client(headers=PAGE | await session_of(office.site, person)) as client:
        for page in pages(office.site):
            for owner, status in ((person.id, 200), ("", 200), (office.people["otto"].id, 404)):
                answer = await answered(client, page, await office.things(owner))
                assert answer.status_code == status, page


LISTS = {
    "/api/v1/searches": "search_id",
    "/api/v1/watches": "watch_id",
    "/api/v1/alerts": "watch_id",
    "/api/v1/inbox": "alert_id",
    "/api/v1/deliveries": "watch_id",
    "/api/v1/deliveries/export": "watch_id",
    "/api/v1/notices": "notice_id",
    "/inbox": "watch_id",
    "/inbox/latest": "watch_id",
    "/watches": "watch_id",
    "/": "watch_id",
}


@pytest.mark.parametrize(("path", "name"), LISTS.items(), ids=LISTS)
@pytest.mark.parametrize("role", ROLES)
async def test_lists_hold_ones_own_and_the_teams(office: Office, role: str, path: str, name: str) -> None:
    person = office.people[role]
    own, team, foreign = [await office.things(owner) for owner in (person.id, "", office.people["otto"].id)]
    async with office.site.client(headers=await session_of(office.site, person)) as client:
        text = (await client.get(path)).text
    shown = [ids[name] in text for ids in (own, team, foreign)]
    assert shown == [True, True, role == "admin"]


async def test_counts_hold_ones_own_and_the_teams(office: Office) -> None:
    for owner in (office.people["reader"].id, "", office.people["otto"].id):
        await office.things(owner)
    found = {}
    for role in ROLES:
        async with office.site.client(headers=await session_of(office.site, office.people[role])) as client:
            found[role] = sum((await client.get("/api/v1/inbox/counts")).json()["state"].values())
    assert found == {"reader": 2, "analyst": 1, "admin": 3}


async def test_the_live_stream_holds_ones_own_and_the_teams(office: Office) -> None:
    person = office.people["analyst"]
    made = [await office.things(owner) for owner in (office.people["otto"].id, person.id, "")]
    app = office.site.app()
    from presswatch_web.access.principal import of_user

    seen = []
    async for row in app.state.live.listen(0, 0.05, owners=of_user(person).owners):
        if row is None:
            break
        seen.append(row.alert_id)
    app.state.live.close()
    assert seen == [ids["alert_id"] for ids in made[1:]]


async def test_a_watch_is_shared_and_taken_back(office: Office) -> None:
    headers = {name: await session_of(office.site, office.people[name]) for name in ("analyst", "otto")}
    async with office.site.client() as client:
        made = (await client.post("/api/v1/watches", json={"query": "Rostec"}, headers=headers["analyst"])).json()
        path = f"/api/v1/watches/{made['id']}"
        assert made["shared"] is False
        assert (await client.get(path, headers=headers["otto"])).status_code == 404
        await client.patch(path, json={"shared": True}, headers=headers["analyst"])
        assert (await client.get(path, headers=headers["otto"])).json()["shared"] is True
        await client.patch(path, json={"shared": False}, headers=headers["otto"])
        assert (await client.get(path, headers=headers["analyst"])).status_code == 404


async def test_a_watch_of_a_private_alert_explains_nothing_to_others(office: Office) -> None:
    foreign = await office.things(office.people["otto"].id)
    address = f"/articles/{foreign['article_id']}?watch={foreign['watch_id']}"
    async with office.site.client(headers=PAGE | await session_of(office.site, office.people["analyst"])) as client:
        assert (await client.get(address)).status_code == 404
        page = (await client.get(f"/articles/{foreign['article_id']}")).text
        assert foreign["watch_id"] not in page


def test_every_thing_a_path_can_name_is_known(site: Site) -> None:
    """A new kind of thing needs an owner here, or a reason to have none."""
    # Aliases are one vocabulary of the whole team, as sources are.
    without_owner = {"article_id", "source_id", "user_id", "token_id", "entity_id", "alias_name"}
    # A dead letter may be of anybody: administrators alone see them.
    without_owner |= {"topic", "partition", "offset"}
    named = {
        part.strip("{}") for operation in api_operations(site) for part in operation.path.split("/") if part[:1] == "{"
    }
    assert named <= without_owner | OWNER_BY_PARAMETER.keys(), json.dumps(sorted(named))
