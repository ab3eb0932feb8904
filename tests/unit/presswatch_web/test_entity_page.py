"""The page of a name: its articles, how it is spelt, who is named beside it."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import httpx

from presswatch_shared.events import Entity, Mention
from presswatch_web.pages.entities import spellings
from tests.fixtures.articles import FETCHED_AT, article_enriched
from tests.fixtures.web import Site
from tests.unit.presswatch_web.test_pages import Tags

PORT = "place:norddeich"


def named(body: str, name: str) -> Entity:
    start = body.index(name)
    mention = Mention("body", start, start + len(name))
    return Entity(id=PORT, name=name, type="place", country="DE", latitude=53.62, longitude=7.16, mentions=(mention,))


async def fill(site: Site) -> None:
    english, russian = "Cranes for Norddeich from Rostec.", "Краны для Норддайха."
    rostec = Entity(id="organisation:rostec", name="Rostec", type="organisation", mentions=(Mention("body", 26, 32),))
    when = Entity(id="date:monday", name="Monday", type="date")
    place = named(english, "Norddeich")
    await site.index.put(
        [
            article_enriched("a1", body=english, entities=(place, rostec, when)),
            article_enriched("a2", body=english, entities=(place,), source="other.example"),
            article_enriched("a3", body=russian, lang="ru", entities=(named(russian, "Норддайха"),)),
            article_enriched("a4", body="Nothing of it."),
        ]
    )
    site.clock.moment = FETCHED_AT + 86_400_000_000


async def test_a_name_has_its_articles_outlets_and_neighbours(site: Site, client: httpx.AsyncClient) -> None:
    await fill(site)
    page = (await client.get(f"/entities/{PORT}")).text
    text = Tags(page).text
    assert "3 articles" in text and "53.62, 7.16" in text
    assert page.count('href="/articles/a') == 3
    assert 'href="/entities/organisation%3Arostec"' in page
    assert "date:monday" not in page and "Monday" not in text
    assert "/?source=other.example&amp;entity=place%3Anorddeich" in page
    assert "<svg" in page


async def test_it_is_watched_in_all_its_spellings(site: Site, client: httpx.AsyncClient) -> None:
    await fill(site)
    page = (await client.get(f"/entities/{PORT}")).text
    address = next(
        link["href"] or "" for tag, link in Tags(page).found if (link.get("href") or "").startswith("/watches/new")
    )
    asked = parse_qs(urlsplit(address).query)
    assert asked["query"] == ['"Norddeich" OR "Норддайха"']
    assert (await client.get(address)).status_code == 200


async def test_who_is_not_named_has_no_page(client: httpx.AsyncClient) -> None:
    assert (await client.get("/entities/place:nowhere")).status_code == 404
    assert (await client.get("/entities/%00")).status_code in (404, 422)


def test_spellings_are_counted_and_cut_to_names() -> None:
    body = "Nord-Ost, NORD-OST and Nord Ost; " + "x" * 100
    spans = ((0, 8), (10, 18), (23, 31), (33, 133), (400, 500))
    entity = Entity(id="e", name="Nord-Ost", type="place", mentions=tuple(Mention("body", *span) for span in spans))
    assert spellings([article_enriched(body=body, entities=(entity,))], "e") == ["Nord-Ost", "Nord Ost"]
