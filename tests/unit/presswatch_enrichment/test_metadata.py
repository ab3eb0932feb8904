from __future__ import annotations

from datetime import UTC, datetime

import pytest
from selectolax.lexbor import LexborHTMLParser

from presswatch_enrichment.charset import decode_text
from presswatch_enrichment.extract import extract
from presswatch_enrichment.metadata.authors import choose_authors, clean_names
from presswatch_enrichment.metadata.dates import parse_moment, zone_of
from presswatch_enrichment.metadata.head import read_head
from presswatch_enrichment.metadata.structured import describe
from presswatch_enrichment.metadata.titles import choose_title
from presswatch_enrichment.metadata.written_dates import read_written_date
from presswatch_shared.clock import from_micros, iso
from tests.fixtures.saved_pages import page, saved_page


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-03-04", "2026-03-04T00:00:00"),
        ("2026-03-04T08:15:00Z", "2026-03-04T08:15:00"),
        ("2026-03-04T08:15:00+01:00", "2026-03-04T07:15:00"),
        ("2026-03-04T08:15:00+0100", "2026-03-04T07:15:00"),
        ("2026-03-04T08:15:00.123456-05:00", "2026-03-04T13:15:00"),
        ("2026-03-04 08:15", "2026-03-04T08:15:00"),
        ("2026-03-04 08:15:00 +0000 UTC", "2026-03-04T08:15:00"),
        ("Wed, 04 Mar 2026 08:15:00 GMT", "2026-03-04T08:15:00"),
        ("1772612100", "2026-03-04T08:15:00"),
        ("1772612100000", "2026-03-04T08:15:00"),
        ("20260304", "2026-03-04T00:00:00"),
        ("2026/03/04 08:15", "2026-03-04T08:15:00"),
        ("04.03.2026, 08:15", "2026-03-04T08:15:00"),
    ],
)
def test_time_stamps_are_read_as_they_are_written(written: str, expected: str) -> None:
    moment = parse_moment(written)
    assert moment is not None
    assert from_micros(moment) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize("written", ["", "soon", "2026-13-45", "99999999999999", "-", "0000-00-00", "2026-02-30T25:61"])
def test_what_is_no_time_stamp_is_none(written: str) -> None:
    assert parse_moment(written) is None


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("Published on 4 March 2026 at noon", "2026-03-04"),
        ("March 4th, 2026", "2026-03-04"),
        ("4. März 2026, 08:15 Uhr", "2026-03-04"),
        ("4 de marzo de 2026", "2026-03-04"),
        ("le 1er août 2026", "2026-08-01"),
        ("4 марта 2026 г.", "2026-03-04"),
        ("4 мая 2026", "2026-05-04"),
        ("4 juin 2026", "2026-06-04"),
        ("4 juillet 2026", "2026-07-04"),
        ("2026年3月4日", "2026-03-04"),
        ("04.03.2026", "2026-03-04"),
        ("25/12/2025", "2025-12-25"),
        ("12/25/2025", "2025-12-25"),
    ],
)
def test_dates_written_for_readers_are_read(written: str, day: str) -> None:
    moment = read_written_date(written)
    assert moment is not None
    assert from_micros(moment).date().isoformat() == day


def test_an_american_page_writes_the_month_first() -> None:
    found = [read_written_date("3/4/2026", month_first=first) for first in (True, False)]
    assert [from_micros(moment or 0).date().isoformat() for moment in found] == ["2026-03-04", "2026-04-03"]


@pytest.mark.parametrize("written", ["", "4 Sharks 2026", "99.99.2026", "page 4 of 2026", "31 February 2026"])
def test_what_is_no_written_date_is_none(written: str) -> None:
    assert read_written_date(written) is None


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (["By James Carter Senior News Editor"], ("James Carter",)),
        (["by Oda Brandt and Ingrid Sollberg"], ("Oda Brandt", "Ingrid Sollberg")),
        (["Von Anna Sleeg, Redakteurin"], ("Anna Sleeg",)),
        (["Por Lucía Barreda"], ("Lucía Barreda",)),
        (["Marta Holm, Senior Maritime Correspondent"], ("Marta Holm",)),
        (["MARTA HOLM"], ("Marta Holm",)),
        (["Marta Holm (Tarnby)"], ("Marta Holm",)),
        (["Marta Holm", "marta holm"], ("Marta Holm",)),
        (["https://lantern.example/people/holm"], ()),
        (["admin"], ()),
        (["by James Carter Senior News Editor"], ("James Carter",)),
        (["View all posts by Pia Lund"], ("Pia Lund",)),
        (["Veröffentlicht von Pia Lund am 4. März 2026"], ("Pia Lund",)),
        (["Hinterlasse einen Kommentar", "Posted on"], ()),
        (["Conan O’Dell, Jean-Luc d'Arc"], ("Conan O’Dell", "Jean-Luc d'Arc")),
        (["Pia Lund Chief Foreign Affairs Commentator"], ("Pia Lund",)),
        (["Pia Lund Local Democracy Reporter"], ("Pia Lund",)),
        (["Pia Lund, Northern Ireland Editor"], ("Pia Lund",)),
        (["By Pia Lund in Tarnby"], ("Pia Lund",)),
        (["By Pia Lund for The Lantern"], ("Pia Lund",)),
        (["By PIA LUND and Ada Holm Associated Press"], ("Pia Lund", "Ada Holm")),
        (["The Associated Press"], ("The Associated Press",)),
        (["Reuters"], ("Reuters",)),
        (["Par Marie Dupont avec AFP"], ("Marie Dupont",)),
        (["Por Lucía Barreda Corresponsal en Maracay"], ("Lucía Barreda",)),
        (["Text: Pia Lund, Fotos: Ada Holm"], ("Pia Lund",)),
        (["Иван Петров, специальный корреспондент"], ("Иван Петров",)),
        (["山田太郎記者"], ("山田太郎",)),
        (["Jan van der Berg", "María de la Cruz"], ("Jan van der Berg", "María de la Cruz")),
    ],
)
def test_authors_are_names_without_roles(written: list[str], expected: tuple[str, ...]) -> None:
    assert clean_names(written) == expected


@pytest.mark.parametrize(
    ("address", "day"),
    [
        pytest.param("https://lantern.example/2026/03/04/ferry", "2026-03-04", id="folders"),
        pytest.param("https://lantern.example/news/ferry-2026-3-4.html", "2026-03-04", id="hyphens"),
        pytest.param(
            "https://lantern.example/article/A2026030418320005196", "2026-03-04", id="a number that begins with it"
        ),
        pytest.param("https://lantern.example/2026/ferry-34", None, id="a year alone"),
        pytest.param(
            "https://archive.example/web/20260304101112/http://lantern.example/x", None, id="an archive's copy"
        ),
        pytest.param("https://lantern.example/2027/03/04/ferry", None, id="not yet"),
    ],
)
def test_a_day_in_the_address_dates_a_page_that_names_none(address: str, day: str | None) -> None:
    found = extract(
        page(f"<html><body><h1>Ferry</h1><p>{'The ferry runs again after the storm. ' * 30}</p>", url=address)
    )
    assert (iso(found.published_at) or "")[:10] == (day or "")


def test_a_person_who_signed_is_preferred_to_the_sites_own_name() -> None:
    site = '<meta property="og:site_name" content="The Lantern"><meta name="author" content="The Lantern">'
    html = f'{site}<a rel="author">Pia Lund</a>'
    head = read_head(LexborHTMLParser(html))
    assert choose_authors(head, describe([]), ()) == (("Pia Lund",), "itemprop")


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param("<title>Ships ordered | The Lantern</title>", "Ships ordered", id="without the site"),
        pytest.param(
            '<meta property="og:site_name" content="The Lantern"><title>The Lantern - Ships ordered by us</title>',
            "Ships ordered by us",
            id="site in front",
        ),
        pytest.param(
            "<title>Ships ordered for the coast</title><h1>The Lantern</h1><h1>Ships ordered for the coast</h1>",
            "Ships ordered for the coast",
            id="the heading that agrees",
        ),
        pytest.param("<h1>Ships ordered</h1>", "Ships ordered", id="heading alone"),
        pytest.param(
            "<title>The Lantern » Ships ordered for the coast</title><h1>The Lantern</h1>",
            "Ships ordered for the coast",
            id="a heading that is the site's name",
        ),
        pytest.param(
            "<title>Ships ordered for the coast - Economy - Lantern</title><h1>Latest</h1><h1>Markets</h1>",
            "Ships ordered for the coast",
            id="site and section behind",
        ),
        pytest.param(
            "<title>Shipyard in doubt - minister resigns</title><h1>Shipyard in doubt - minister resigns</h1>",
            "Shipyard in doubt - minister resigns",
            id="a dash within the headline",
        ),
        pytest.param(
            "<title>해군, 새 함정 발주-정치ㅣ등대일보</title>", "해군, 새 함정 발주", id="Korean, without blanks"
        ),
        pytest.param(
            '<h1><span class="kicker">Navy</span><span>Ships ordered for the coast</span></h1>',
            "Ships ordered for the coast",
            id="kicker in the heading",
        ),
        pytest.param(
            "<h1>Ships ordered for the coast <small>Yards are pleased</small></h1>",
            "Ships ordered for the coast",
            id="subtitle in the heading",
        ),
        pytest.param('<h1><span class="overline">Ships</span></h1>', "Ships", id="nothing but a kicker"),
        pytest.param("<p>no title at all</p>", "", id="none"),
    ],
)
def test_the_title_is_what_most_places_agree_on(html: str, expected: str) -> None:
    head = read_head(LexborHTMLParser(f"<html>{html}</html>"))
    assert choose_title(head, describe([]), "www.lantern.example")[0] == expected


def test_of_a_described_article_the_headline_it_spreads_is_taken() -> None:
    html = (
        '<title>Navy news: ships | The Lantern</title><meta property="og:title" content="Three ships for the coast">'
        "<h1>Navy: ships</h1>"
    )
    block = '{"@type":"NewsArticle","headline":"Three ships for the coast"}'
    assert choose_title(read_head(LexborHTMLParser(html)), describe([block]))[0] == "Three ships for the coast"


@pytest.mark.parametrize(
    "block",
    [
        pytest.param('{"@type":"NewsArticle","headline":"Ships","author":{"name":"Pia Lund"}}', id="plain"),
        pytest.param(
            '[{"@type":"BreadcrumbList"},{"@type":["NewsArticle"],"headline":"Ships","author":"Pia Lund"}]', id="list"
        ),
        pytest.param(
            '{"@graph":[{"@type":"Person","@id":"#p","name":"Pia Lund"},'
            '{"@type":"Article","headline":"Ships","author":{"@id":"#p"}}]}',
            id="author by reference",
        ),
        pytest.param('{"@type":"NewsArticle","headline":"Ships","author":["Pia Lund"],}', id="trailing comma"),
        pytest.param('<!-- {"@type":"NewsArticle","headline":"Ships","author":"Pia Lund"} -->', id="in a comment"),
        pytest.param(
            '{"@type":"http://schema.org/NewsArticle","headline":"Ships\n","author":"Pia Lund"}', id="line break"
        ),
    ],
)
def test_structured_data_is_read_in_all_its_forms(block: str) -> None:
    found = describe([block])
    assert (found.headline, found.authors) == ("Ships", ("Pia Lund",))


@pytest.mark.parametrize("block", ["", "{", "null", "[]", '{"@type":5}', '{"@graph":{}}', "[" * 5000, '{"author":1}'])
def test_broken_structured_data_says_nothing(block: str) -> None:
    assert describe([block]).headline == ""


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        pytest.param("Ärger".encode(), "", "Ärger", id="UTF-8 undeclared"),
        pytest.param(b"\xef\xbb\xbf\xc3\x84", "text/html; charset=iso-8859-1", "Ä", id="the mark wins"),
        pytest.param("Ärger".encode("cp1252"), "text/html; charset=ISO-8859-1", "Ärger", id="header"),
        pytest.param(
            b'<meta charset="windows-1251">' + "Порт".encode("cp1251"),
            "",
            '<meta charset="windows-1251">Порт',
            id="meta",
        ),
        pytest.param("Ärger".encode(), "text/html; charset=iso-8859-1", "Ärger", id="UTF-8 that claims to be another"),
        pytest.param("港口".encode("shift_jis"), "text/html; charset=Shift_JIS", "港口", id="Japanese"),
        pytest.param("港".encode("iso2022_jp"), "text/html; charset=iso-2022-jp", "港", id="seven bits"),
        pytest.param("“Port”".encode("cp1252"), "text/html; charset=latin1", "“Port”", id="Windows quotes as Latin 1"),
    ],
)
def test_bytes_become_text_by_the_best_evidence(body: bytes, content_type: str, expected: str) -> None:
    assert decode_text(body, content_type).text == expected


def test_an_undeclared_old_charset_is_guessed() -> None:
    text = "Смотритель маяка поднялся на башню и включил новую лампу, которую привезли из областного центра. " * 5
    assert decode_text(text.encode("cp1251"), "").text == text


def test_a_single_name_is_believed_where_the_page_marks_it_as_the_author() -> None:
    head = read_head(LexborHTMLParser('<a rel="author">gizzmo</a><span class="author-box">Name *</span>'))
    assert choose_authors(head, describe([]), ()) == (("gizzmo",), "itemprop")


def test_a_date_and_a_byline_that_no_markup_tells_of_are_found_beside_the_title() -> None:
    html = "<html><body><h1>Ferry runs again</h1><p>4 March 2026</p><p>By Pia Lund</p><p>The ferry.</p></body></html>"
    found = extract(page(html))
    assert (found.authors, iso(found.published_at)) == (("Pia Lund",), "2026-03-04T00:00:00Z")


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("2026-03-04T08:15:00+02:00", 120),
        ("2026-03-04T08:15:00-0430", -270),
        ("Wed, 04 Mar 2026 08:15:00 +0100", 60),
        ("2026-03-04T08:15:00Z", 0),
        ("2026-03-04", 0),
        ("2026-03-04T08:15:00+99:00", 0),
    ],
)
def test_the_zone_of_a_time_stamp_is_kept(written: str, minutes: int) -> None:
    assert zone_of(written) == minutes


def test_each_field_says_where_it_is_from_and_how_sure_that_is() -> None:
    found = extract(saved_page("harbour_lantern"))
    assert found.outlet
    assert found.provenance.keys() == found.confidence.keys() >= {"title", "body", "published_at", "authors"}
    assert all(0.5 < sureness <= 1.0 for sureness in found.confidence.values())


def test_of_several_dates_on_a_page_the_labelled_one_is_its_own() -> None:
    teasers = '<span class="date">24.04.2026</span><span class="date">26.04.2026</span>'
    html = f"<html lang=de><body><h1>Die Fähre fährt</h1>{teasers}<p>Datum 28.04.2026</p></body></html>"
    assert iso(extract(page(html)).published_at) == "2026-04-28T00:00:00Z"
