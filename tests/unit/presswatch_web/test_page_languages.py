"""The pages in the language of their reader: who chooses it, and nothing of another one is left on them."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import httpx

from presswatch_shared.settings import BindAddress
from presswatch_shared.store import users
from presswatch_shared.store.database import Store
from presswatch_web.settings import WebSettings
from tests.fixtures.accounts import PAGE, account, session_of
from tests.fixtures.web import ORIGIN, Site
from tests.unit.presswatch_web.test_pages import fill

RUSSIAN = {"accept": "text/html", "accept-language": "ru-RU,ru;q=0.9,en;q=0.8"}
PAGES = ("/", "/?q=Rostec", "/?q=(", "/?q=kumquat", "/?since=x", "/?q=rostec&source=nowhere.example",
         "/articles/a1?q=Rostec", "/articles/a1?q=herring", "/articles/a1?watch=wat_1", "/articles/none", "/inbox",
         "/inbox?show=unread", "/inbox?show=kept", "/inbox?show=held", "/watches", "/watches/new",
         "/watches/new?query=Rostec", "/watches/wat_1", "/watches/wat_1?query=Rostec+OR+Gazprom", "/sources",
         "/deliveries", "/deliveries?state=pending", "/operations", "/account", "/users", "/audit", "/dead-letters",
         "/nowhere", "/unsubscribe/none")  # fmt: skip
# Three words in a row are a sentence; names of things are shorter.
ENGLISH = re.compile(r"\b[A-Za-z]{2,}(?:[ ,]+[A-Za-z]{2,}){2,}")
OPERATOR = re.compile(r"\b[A-Z]{2,}\b")
READ = ("placeholder", "title", "aria-label", "alt", "data-label")


class Told(HTMLParser):
    """What a page says itself: nothing in <bdi>, <code>, <kbd> or a text field, or is in a language of its own."""

    VOID = frozenset(("meta", "link", "input", "img", "line", "rect", "br", "path", "circle"))

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._foreign: list[bool] = []
        self.lang = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.lang = given.pop("lang") or ""
        self.texts += [given[name] or "" for name in READ if name in given]
        if tag not in self.VOID:
            outside = tag in ("bdi", "code", "kbd", "textarea", "mark") or "lang" in given
            self._foreign.append(outside or (bool(self._foreign) and self._foreign[-1]))

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID and self._foreign:
            self._foreign.pop()

    def handle_data(self, data: str) -> None:
        if not (self._foreign and self._foreign[-1]):
            self.texts.append(data)


async def test_russian_pages_have_no_english_sentence(site: Site, client: httpx.AsyncClient) -> None:
    await fill(site)
    english: list[tuple[str, str]] = []
    for path in PAGES:
        answer = await client.get(path, headers=RUSSIAN)
        told = Told(answer.text)
        assert (told.lang, answer.headers["content-language"]) == ("ru", "ru"), path
        assert any(re.search("[а-я]{3}", text) for text in told.texts), path
        english += [(path, text) for text in told.texts if ENGLISH.search(OPERATOR.sub("", text))]
    assert english == []


async def test_the_language_of_a_page(client: httpx.AsyncClient) -> None:
    """One application for all: it takes most of a second to make."""
    asked: list[tuple[dict[str, str], str]] = [
        ({}, "en"),
        ({"accept-language": "fr"}, "en"),
        ({"accept-language": "es-AR,es;q=0.9"}, "es"),
        ({"accept-language": "es", "cookie": "presswatch_language=ru"}, "ru"),
        ({"accept-language": "es", "cookie": "presswatch_language=../x"}, "es"),
    ]
    for headers, lang in asked:
        answer = await client.get("/inbox", headers=headers | PAGE)
        assert Told(answer.text).lang == lang, headers


async def test_a_choice_stays_in_the_browser(client: httpx.AsyncClient) -> None:
    form = {"language": "es", "back": "/watches"}
    answer = await client.post("/account/language", data=form, headers=PAGE | {"origin": ORIGIN})
    assert (answer.status_code, answer.headers["location"]) == (303, "/watches")
    assert "presswatch_language=es" in answer.headers["set-cookie"]


async def test_a_choice_of_nothing_is_refused(client: httpx.AsyncClient) -> None:
    for form in ({"language": "xx"}, {"back": "/"}):
        answer = await client.post("/account/language", data=form, headers=PAGE | {"origin": ORIGIN})
        assert answer.status_code == 422, form


async def test_a_choice_leads_to_no_other_site(client: httpx.AsyncClient) -> None:
    form = {"language": "es", "back": "https://evil.example/"}
    answer = await client.post("/account/language", data=form, headers=PAGE | {"origin": ORIGIN})
    assert answer.headers["location"] == "/account"


async def test_the_choice_of_a_user_holds_in_every_browser(store: Store) -> None:
    site = Site(store=store, settings=WebSettings(bind=BindAddress(host="192.0.2.1", port=80)))
    user = await account(site, "ana")
    login = await session_of(site, user)
    async with site.client() as client:
        chosen = await client.post("/account/language", data={"language": "ru"}, headers=login | PAGE)
        assert chosen.status_code == 303
        page = await client.get("/account", headers=login | PAGE | {"accept-language": "es"})
    assert Told(page.text).lang == "ru"
    found = await store.read(users.get_user, user.id)
    assert found is not None and found.language == "ru"


async def test_programs_are_answered_in_english(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/watches/none", headers={"accept-language": "ru"})
    assert answer.json()["detail"] == "there is no such watch"


async def test_a_fault_of_a_query_is_said_in_russian(client: httpx.AsyncClient) -> None:
    page = (await client.get("/check?q=oil+gas", headers=RUSSIAN)).text
    assert "Двум словам подряд нужны кавычки" in page
