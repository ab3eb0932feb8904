from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from presswatch_enrichment.extract import extract
from presswatch_enrichment.page import OUTCOMES
from presswatch_shared.clock import to_micros
from tests.fixtures.saved_pages import FETCHED_AT, page, saved_page

PARAGRAPH = (
    "The ferry to the outer islands runs again after eleven days of ice, the harbour office said on Monday morning, "
    "and the first boat left at 7 with forty passengers, two tractors and the mail of nearly two weeks on board. "
)


def test_the_whole_article_is_found() -> None:
    found = extract(saved_page("harbour_lantern"))
    assert found.outcome == "article"
    assert found.title == "Port of Eastmere orders two rescue ships"
    assert found.authors == ("Marta Holm",)
    assert found.published_at == to_micros(datetime(2026, 3, 4, 7, 15, tzinfo=UTC))
    assert found.modified_at == to_micros(datetime(2026, 3, 4, 9, 40, tzinfo=UTC))
    assert found.canonical_url == "https://www.harbour-lantern.example/news/eastmere-rescue-ships"
    assert found.image == "https://www.harbour-lantern.example/images/ships.jpg"
    assert found.category == "Coast"
    assert found.keywords == ("rescue", "shipping", "Eastmere")
    assert found.lang_hint == "en"
    assert found.rights == {"robots": "index, max-snippet:50"}
    assert not found.paywalled
    assert found.lead == "The order ends nine years in which the coast relied on a single borrowed vessel."
    assert found.provenance["published_at"] == "jsonld"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("has ordered two rescue ships from the yard at Graulund", id="paragraph"),
        pytest.param("What the ships cost", id="heading"),
        pytest.param("Speed: 24 knots", id="list"),
        pytest.param("Nobody here will forget the night of the Albatross", id="quote"),
        pytest.param("wants to sell it to a diving school", id="last paragraph"),
    ],
)
def test_the_body_has_every_part_of_the_text(text: str) -> None:
    assert text in extract(saved_page("harbour_lantern")).body


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Home", id="navigation and breadcrumbs"),
        pytest.param("Share on every network", id="share line"),
        pytest.param("You may also like", id="related heading"),
        pytest.param("herring came back", id="related link"),
        pytest.param("Never miss a tide", id="newsletter"),
        pytest.param("First comment", id="comment"),
        pytest.param("All rights reserved", id="copyright line"),
        pytest.param("stands in a script", id="script"),
    ],
)
def test_boilerplate_never_reaches_the_body(text: str) -> None:
    assert text not in extract(saved_page("harbour_lantern")).body


def test_paragraphs_are_separated_by_a_blank_line() -> None:
    paragraphs = extract(saved_page("cerro_azul")).body.split("\n\n")
    assert len([p for p in paragraphs if p.endswith(".")]) == 4


def test_a_page_without_structured_data_is_read_by_its_tags() -> None:
    found = extract(saved_page("cerro_azul"))
    assert found.title == "El embalse de Cerro Azul vuelve a llenarse"
    assert found.published_at == to_micros(datetime(2026, 2, 11, tzinfo=UTC))
    assert "Lucía Barreda" in found.authors


def test_an_old_charset_is_read_as_declared() -> None:
    found = extract(saved_page("severny_mayak"))
    assert found.title == "Маяк на мысе Долгом снова зажгли"
    assert "смотритель павел ершов" in found.body.casefold()
    assert found.published_at == to_micros(datetime(2026, 1, 20, 9, tzinfo=UTC))


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("challenge", "bot_challenge"),
        ("consent", "consent_wall"),
        ("login", "login_wall"),
        ("paywall", "paywall_stub"),
        ("soft_404", "soft_404"),
        ("redirect", "redirect_stub"),
        ("index", "index_page"),
    ],
)
def test_pages_that_are_no_articles_are_recognised_and_keep_their_text(name: str, outcome: str) -> None:
    found = extract(saved_page(name))
    assert found.outcome == outcome
    assert found.body


@pytest.mark.parametrize(
    ("title", "text"),
    [
        pytest.param("How a captcha works", "Verify you are human, the page says. " + PARAGRAPH * 12, id="captchas"),
        pytest.param("Why 404 became a word", "Page not found, says the screen. " + PARAGRAPH * 12, id="404"),
        pytest.param("Cookie banners annoy readers", "Accept all cookies, they shout. " + PARAGRAPH * 12, id="cookies"),
        pytest.param(
            "Papers sell subscriptions", "Subscribe now to continue reading. " + PARAGRAPH * 12, id="paywalls"
        ),
    ],
)
def test_an_article_about_such_pages_is_an_article(title: str, text: str) -> None:
    html = (
        f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1><p>{text}</p></article></body></html>"
    )
    assert extract(page(html)).outcome == "article"


@pytest.mark.parametrize(
    ("canonical", "expected"),
    [
        pytest.param("https://fenland-observer.example/news/1?utm_source=x", "", id="the same page is trusted"),
        pytest.param("https://www.fenland-observer.example/", "fetched", id="the front page is not"),
        pytest.param("https://elsewhere.example/news/1", "fetched", id="another host is not"),
        pytest.param("javascript:alert(1)", "fetched", id="no address at all"),
    ],
)
def test_a_canonical_link_is_trusted_only_for_the_same_page(canonical: str, expected: str) -> None:
    html = f'<html><head><link rel="canonical" href="{canonical}"></head><body><p>{PARAGRAPH * 4}</p></body></html>'
    found = extract(page(html))
    assert found.provenance["canonical_url"] == (expected or "link")
    assert "utm_source" not in found.canonical_url


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("2026-06-03T09:00:00Z", id="after the fetch"),
        pytest.param("1970-01-01T00:00:00Z", id="before 1990"),
        pytest.param("soon", id="no date"),
    ],
)
def test_a_date_that_cannot_be_is_not_believed_and_the_feed_is_asked(written: str) -> None:
    html = (
        f'<html><head><meta property="article:published_time" content="{written}"></head>'
        f"<body><article><p>{PARAGRAPH * 4}</p></article></body></html>"
    )
    feed = to_micros(datetime(2026, 5, 30, tzinfo=UTC))
    found = extract(page(html, feed_published_at=feed))
    assert (found.published_at, found.provenance["published_at"]) == (feed, "feed")
    assert extract(page(html)).published_at is None
    assert extract(page(html, feed_published_at=FETCHED_AT + 10**12)).published_at is None


def test_the_feed_gives_title_and_author_where_the_page_has_none() -> None:
    html = f"<html><body><article><p>{PARAGRAPH * 4}</p></article></body></html>"
    found = extract(page(html, feed_title="Ferry runs again", feed_authors=("Pia Lund",)))
    assert (found.title, found.authors) == ("Ferry runs again", ("Pia Lund",))


@pytest.mark.parametrize("name", ["harbour_lantern", "cerro_azul", "severny_mayak", "index", "challenge"])
def test_the_same_page_gives_the_same_bytes(name: str) -> None:
    first = msgspec.json.encode(extract(saved_page(name)))
    assert all(msgspec.json.encode(extract(saved_page(name))) == first for _ in range(3))


def test_every_outcome_is_of_the_closed_set() -> None:
    names = ("harbour_lantern", "challenge", "consent", "login", "paywall", "soft_404", "redirect", "index")
    assert {extract(saved_page(name)).outcome for name in names} <= OUTCOMES
