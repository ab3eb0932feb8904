"""Pages: foreign text is shown as text, nothing is inline, every state says what to do next."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import httpx
import pytest

from presswatch_shared.store import sources, watch_costs, watches
from presswatch_shared.store.watch_costs import WatchCosts
from presswatch_shared.store.watches import NewWatch
from presswatch_web.marked import visible
from tests.fixtures.articles import article_enriched
from tests.fixtures.web import ORIGIN, Site, fire

HOSTILE = [
    pytest.param("<script>alert(1)</script>", id="script"),
    pytest.param('"><img src=x onerror=alert(1)>', id="out of an attribute"),
    pytest.param("'><svg onload=alert(1)>", id="out of single quotes"),
    pytest.param("{{ 7 * 7 }}{% raw %}", id="template"),
    pytest.param("</title></textarea><script>alert(1)</script>", id="closing tags"),
    pytest.param("<mark>fake</mark>", id="a mark of its own"),
    pytest.param("&lt;b&gt; &amp;", id="entities"),
    pytest.param("a\x00b\x1b[31m\x85", id="control characters"),
    pytest.param("\u202egnp.exe \u2066x", id="bidi overrides"),
    pytest.param("javascript:alert(1)", id="a script address"),
    pytest.param("<style>*{display:none}</style><base href=//evil.example>", id="style and base"),
]
PAGES = ["/", "/?q=Rostec", "/?q=(", "/?since=x", "/articles/a1?q=Rostec", "/articles/none", "/inbox", "/watches",
         "/watches/new", "/watches/new?query=Rostec", "/watches/wat_1", "/sources",
         "/compare", "/compare?q=Rostec&q=(&share=1", "/built?all=Rostec", "/nowhere"]  # fmt: skip
ALLOWED_TAGS = frozenset(
    re.findall(
        r"\w+",
        """a article aside bdi body button circle code dd details dialog div dl dt em fieldset figure form g h1 h2
        h3 head footer header html img input kbd label li line link main mark meta nav ol option p path
        polyline rect script section select span strong summary svg table tbody td textarea th thead time
        title tr ul""",
    )
)


class Tags(HTMLParser):
    """Every start tag with its attributes, and the text outside of tags."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


async def fill(site: Site, text: str = "Rostec") -> None:
    """Everything that is foreign holds `text`."""
    article = article_enriched("a1", title=f"Rostec {text}", body=f"{text}\n\nRostec", authors=(text,), category=text)
    await site.index.put([article])
    new = NewWatch(id="wat_1", name=text[:200] or "x", query="Rostec")
    await site.store.run(watches.add_watch, new, now=site.clock.now())
    await site.store.run(sources.add_source, url="https://outlet.example/", name=text, now=site.clock.now())
    fields = {"title": text, "snippet": text, "snippet_spans": ((0, 3), (2, 900)), "watch_name": text, "query": text}
    await fire(site.store, 1, **fields)


def faults_of(page: str) -> list[str]:
    """What a strict policy would stop, and what no template of ours has."""
    found = []
    for tag, attributes in Tags(page).found:
        if tag not in ALLOWED_TAGS:
            found.append(f"<{tag}>")
        found += [f"{tag} {name}" for name in attributes if name.startswith("on") or name == "style"]
        if tag == "script" and not (attributes.get("src") or "").startswith("/static/"):
            found.append("inline script")
        for name in ("src", "href", "action", "formaction", "hx-get"):
            address = attributes.get(name) or ""
            if not address.startswith(("/", "#", "?")) and not (
                tag == "a" and address.startswith(("http://", "https://"))
            ):
                found += [f"{tag} {name}={address}"] if name in attributes else []
    return found


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_text_is_shown_as_text_on_every_page(site: Site, client: httpx.AsyncClient, text: str) -> None:
    await fill(site, text)
    for path in (
        *PAGES,
        f"/articles/a1?{httpx.QueryParams(q=text)}",
        f"/?{httpx.QueryParams(q=text, since=text, source=text)}",
        f"/compare?{httpx.QueryParams(q=text, lang=text)}",
        f"/built?{httpx.QueryParams(all=text, any=text, base=text)}",
    ):
        answer = await client.get(path, headers={"accept": "text/html"})
        assert answer.status_code < 500, path
        assert faults_of(answer.text) == [], path
        assert "\x00" not in answer.text and "\x1b" not in answer.text
    shown = Tags((await client.get("/inbox")).text).text
    assert visible(text)[:5] in shown


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_words_in_forms_come_back_as_text(site: Site, client: httpx.AsyncClient, text: str) -> None:
    form = {"query": text, "name": text, "webhook": text, "url": text, "country": ""}
    for path in ("/watches", "/sources", "/sources/preview"):
        answer = await client.post(path, data=form, headers={"accept": "text/html", "origin": ORIGIN})
        assert answer.status_code in (303, 400, 422), path
        assert faults_of(answer.text) == [], path


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_has_the_strict_policy(site: Site, client: httpx.AsyncClient, path: str) -> None:
    await fill(site)
    answer = await client.get(path, headers={"accept": "text/html"})
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert faults_of(answer.text) == []


async def test_an_empty_product_says_what_to_do_next(client: httpx.AsyncClient) -> None:
    front = (await client.get("/")).text
    assert "No articles yet" in front and 'href="/sources"' in front
    assert "Nothing is watched yet" in front
    assert "Paste the address of an outlet" in (await client.get("/sources")).text
    assert "Make one" in (await client.get("/watches")).text
    assert "Nothing has fired yet" in (await client.get("/inbox")).text


async def test_a_search_marks_results_and_keeps_its_state_in_the_address(site: Site, client: httpx.AsyncClient) -> None:
    await fill(site)
    page = (await client.get("/?q=Rostec&lang=en&since=2026-09-01")).text
    assert "<mark>Rostec</mark>" in page
    assert 'value="Rostec"' in page and 'value="2026-09-01"' in page
    assert 'href="/?q=Rostec&amp;since=2026-09-01"' in page, "taking the language away leaves the rest"
    assert "/articles/a1?q=Rostec" in page
    assert '<input type="hidden" name="query" value="Rostec">' in page


async def test_nothing_found_offers_the_way_out(site: Site, client: httpx.AsyncClient) -> None:
    await fill(site)
    page = (await client.get("/?q=Nowhere&lang=fr")).text
    assert "Nothing found" in page
    assert 'href="/?q=Nowhere">Search without filters' in page
    assert "/watches/new?query=Nowhere" in page


async def test_a_wrong_query_is_shown_with_its_place_marked(client: httpx.AsyncClient) -> None:
    answer = await client.get("/?q=Rostec+AND", headers={"accept": "text/html"})
    assert answer.status_code == 400
    assert "Rostec <mark>AND</mark>" in answer.text
    assert "Rostec <mark>AND</mark>" in (await client.get("/check?q=Rostec+AND")).text
    assert (await client.get("/check?q=Rostec")).text.strip() == ""


async def test_an_article_shows_all_matches_of_a_query(site: Site, client: httpx.AsyncClient) -> None:
    body = "Rostec first.\n\nAnd <b>Rostec</b> again; rostecs not."
    await site.index.put([article_enriched("a1", title="On Rostec", body=body, url="javascript:alert(1)")])
    page = (await client.get("/articles/a1?q=Rostec")).text
    assert page.count("<mark>Rostec</mark>") == 3
    assert "&lt;b&gt;<mark>Rostec</mark>&lt;/b&gt;" in page
    assert "javascript:" not in page
    plain = (await client.get("/articles/a1")).text
    assert "<mark>" not in plain


async def test_this_search_becomes_a_watch(site: Site, client: httpx.AsyncClient) -> None:
    answer = await client.post("/watches", data={"query": "Rostec", "name": ""}, headers={"origin": ORIGIN})
    assert answer.status_code == 303
    page = await client.get(answer.headers["location"])
    assert "Saved." in page.text
    (watch,) = await site.store.read(watches.list_watches)
    assert (watch.query, watch.name) == ("Rostec", "Rostec")


async def test_a_watch_is_changed_paused_and_removed_by_its_page(site: Site, client: httpx.AsyncClient) -> None:
    await fill(site)
    refused = await client.post("/watches/wat_1", data={"query": "Rostec AND"})
    assert (refused.status_code, "has nothing to work on" in refused.text) == (400, True)
    assert (await client.post("/watches/wat_1", data={"query": "Caracas", "name": "C"})).status_code == 303
    assert (await client.post("/watches/wat_1/state", data={"state": "paused"})).status_code == 303
    watch = await site.store.read(watches.get_watch, "wat_1")
    assert watch is not None and (watch.query, watch.name, watch.state) == ("Caracas", "C", "paused")
    assert (await client.post("/watches/wat_1/state", data={"state": "mad"})).status_code == 422
    assert (await client.post("/watches/wat_1/state", data={"state": "removed"})).status_code == 303
    assert await site.store.read(watches.get_watch, "wat_1") is None
    assert (await client.post("/watches/wat_1", data={"query": "Caracas"})).status_code == 404


async def test_a_source_is_looked_at_added_paused_and_removed(site: Site, client: httpx.AsyncClient) -> None:
    form = {"url": "https://outlet.example/", "name": "Outlet", "country": "ve"}
    assert "Norddeich-Kurier" in (await client.post("/sources/preview", data=form)).text
    assert (await client.post("/sources", data=form)).status_code == 303
    (source,) = await site.store.read(sources.list_sources)
    assert (source.name, source.country) == ("Outlet", "VE")
    await client.post(f"/sources/{source.id}/state", data={"state": "paused"})
    assert "paused" in (await client.get("/sources")).text
    await client.post(f"/sources/{source.id}/state", data={"state": "removed"})
    assert await site.store.read(sources.list_sources) == []
    refused = await client.post("/sources", data={"url": "nowhere"})
    assert (refused.status_code, 'value="nowhere"' in refused.text) == (422, True)


async def test_the_new_watch_page_shows_what_it_would_have_caught(client: httpx.AsyncClient) -> None:
    page = (await client.get("/watches/new?query=Rostec")).text
    assert "It would have fired <strong>2</strong> times. That is about 2.0 a week." in page
    assert "common: matches 30.0% of the articles" in page


async def test_the_inbox_is_paged(site: Site, client: httpx.AsyncClient) -> None:
    await fire(site.store, *range(45))
    first = (await client.get("/inbox")).text
    assert first.count('<li class="alert"') == 40
    following = next(link["href"] for tag, link in Tags(first).found if tag == "a" and link.get("rel") == "next")
    assert following is not None
    assert (await client.get(following)).text.count('<li class="alert"') == 5
    assert (await client.get("/inbox/latest?limit=3")).text.count('<li class="alert"') == 3


async def test_errors_are_pages_for_browsers_and_problems_for_programs(client: httpx.AsyncClient) -> None:
    page = await client.get("/nowhere", headers={"accept": "text/html,*/*"})
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    for path in ("/nowhere", "/api/v1/nowhere", "/static/nowhere", "/api/v1"):
        problem = await client.get(path, headers={"accept": "*/*"})
        assert (problem.status_code, problem.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/api/v1/watches", {"GET", "POST"}),
        ("PUT", "/api/v1/watches/wat_1", {"GET", "PATCH", "DELETE"}),
        ("POST", "/api/v1/search", {"GET"}),
        ("POST", "/", {"GET", "HEAD"}),
        ("TRACE", "/api/v1/alerts", {"GET"}),
    ],
)
async def test_a_wrong_method_is_told_all_that_would_do(
    client: httpx.AsyncClient, method: str, path: str, allowed: set[str]
) -> None:
    answer = await client.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (405, "application/problem+json")
    assert set(answer.headers["allow"].split(", ")) == allowed


async def test_head_is_answered_where_get_is_a_page(client: httpx.AsyncClient) -> None:
    answer = await client.head("/")
    assert (answer.status_code, answer.content) == (200, b"")


async def test_static_files_may_be_kept(client: httpx.AsyncClient) -> None:
    front = Tags((await client.get("/")).text)
    addresses = [link["href"] for tag, link in front.found if tag == "link"] + [
        link["src"] for tag, link in front.found if tag == "script"
    ]
    assert len(addresses) >= 3
    for address in addresses:
        assert address is not None
        answer = await client.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]


async def test_the_page_of_an_article_says_why_a_query_does_not_match(site: Site, client: httpx.AsyncClient) -> None:
    await fill(site)
    page = (await client.get("/articles/a1", params={"q": "Rostec NEAR/1 kraken"})).text
    text = Tags(page).text
    assert "Why it does not match" in text
    assert "kraken not found" in text and "found at body 0" in text
    assert faults_of(page) == []


async def test_the_page_of_an_article_says_why_a_watch_did_not_fire(site: Site, client: httpx.AsyncClient) -> None:
    await fill(site)
    page = (await client.get("/articles/a1", params={"watch": "wat_1"})).text
    text = Tags(page).text
    assert "did not fire" in text and "matches now and has no alert" in text
    assert ("option", {"value": "wat_1", "selected": None}) in Tags(page).found
    assert faults_of(page) == []
    assert (await client.get("/articles/a1", params={"watch": "nobody"})).status_code == 404


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_text_in_an_explanation_is_shown_as_text(
    site: Site, client: httpx.AsyncClient, text: str
) -> None:
    await fill(site, text)
    quoted = text.replace('"', " ")
    for asked in ({"q": f'="{quoted}"'}, {"watch": "wat_1"}):
        answer = await client.get("/articles/a1", params=asked)
        assert answer.status_code in (200, 400)
        assert faults_of(answer.text) == []


async def test_a_changed_query_is_compared_before_it_is_saved(site: Site, client: httpx.AsyncClient) -> None:
    await fill(site)
    page = (await client.get("/watches/wat_1", params={"query": "Rostec OR jets", "name": "x"})).text
    text = Tags(page).text
    assert "Articles added: 2, removed: 1, in both: 2. Alerts a week: 0.7 → 0.9." in text
    assert "Found by Rostec OR jets" in text
    assert faults_of(page) == []
    kept = await site.store.read(watches.get_watch, "wat_1")
    assert kept is not None and kept.query == "Rostec"
    refused = await client.get("/watches/wat_1", params={"query": "Nicolas Maduro"})
    assert refused.status_code == 400 and "Nicolas AND Maduro" in refused.text


async def test_a_watch_that_failed_says_so_and_what_it_cost(site: Site, client: httpx.AsyncClient) -> None:
    await fill(site)
    row = WatchCosts(watch_id="wat_1", watch_version=1, candidates=12, seconds=0.5, failure="too <b>deep</b>")
    await site.store.run(watch_costs.add_costs, [row], now=site.clock.now())
    page = (await client.get("/watches/wat_1")).text
    assert "until it is changed: too <b>deep</b>" in Tags(page).text
    assert "12 had to be read closely" in Tags(page).text
    assert "failed" in Tags((await client.get("/watches")).text).text
    shown = (await client.get("/api/v1/watches/wat_1")).json()
    assert shown["failure"] == "too <b>deep</b>"
