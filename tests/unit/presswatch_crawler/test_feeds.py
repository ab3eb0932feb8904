from __future__ import annotations

import tarfile
import time
from collections.abc import AsyncIterator, Iterator

import pytest

from presswatch_crawler.feeds.charset import decode_document
from presswatch_crawler.feeds.dates import parse_date
from presswatch_crawler.feeds.model import Feed, UnreadableFeed
from presswatch_crawler.feeds.parse import parse_any, parse_well_formed
from presswatch_crawler.feeds.strict import NotWellFormed
from presswatch_crawler.foreign_bytes import WORKER_TARGET, ForeignParser
from presswatch_shared.killable import KillablePool
from tests.fixtures.shared_data import shared_data

URL = "https://kurier.example/news/feed.xml"
NOON = 1_795_521_600_000_000
"""2026-11-24 12:00 UTC."""

RSS2 = b"""<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:media="http://search.yahoo.com/mrss/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"
 xmlns:atom="http://www.w3.org/2005/Atom"><channel>
 <title>Kurier &amp; Bote</title><language>de</language><ttl>30</ttl>
 <skipHours><hour>0</hour><hour>23</hour></skipHours>
 <atom:link rel="self" href="https://kurier.example/news/feed.xml"/>
 <item><media:title>not this</media:title><title><![CDATA[<b>Kr\xc3\xa4ne</b> im Hafen]]></title>
  <link> /a?x=1&amp;y=2 </link>
  <guid isPermaLink="false">tag:1</guid><pubDate>Tue, 24 Nov 2026 13:00:00 +0100</pubDate>
  <dc:creator>Ada Brandt</dc:creator><author>desk@kurier.example (Bo Lind)</author></item>
 <item><title>By its guid</title><guid>https://kurier.example/b</guid></item>
 <item><title>No link at all</title></item>
</channel></rss>"""
RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>Bote</title></channel>
 <item rdf:about="https://kurier.example/a"><title>One</title><link>https://kurier.example/a</link>
 <dc:date>2026-11-24T12:00:00Z</dc:date></item>
 <item rdf:about="https://kurier.example/b"><title>Two</title></item></rdf:RDF>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="es" xml:base="https://diario.example/es/"><title>Diario</title>
 <entry xml:base="2026/"><title type="html">&lt;i&gt;Puerto&lt;/i&gt; &amp;amp; mar</title>
  <link rel="edit" href="edit"/><link rel="alternate" type="application/pdf" href="a.pdf"/>
  <link rel="alternate" type="text/html" href="a.html"/><id>urn:1</id>
  <published>2026-11-24T12:00:00Z</published><updated>2026-11-24T13:00:00+01:00</updated>
  <author><name>Luz Rey</name><email>l@diario.example</email></author></entry>
 <entry><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">El <b>barco</b></div></title>
  <id>https://diario.example/b</id><updated>2026-11-24T12:00:00Z</updated></entry></feed>"""
JSON = b"""{"version": "https://jsonfeed.org/version/1.1", "title": "Kurier", "items": [
 {"id": "1", "url": "/a", "title": "Eins", "date_published": "2026-11-24T12:00:00Z", "authors": [{"name": "Ada"}]},
 {"id": "https://kurier.example/b", "author": {"name": "Bo"}}, {"id": "no address"}, "no object"]}"""


def only(feed: Feed, number: int = 0) -> tuple[str, str]:
    return feed.items[number].link, feed.items[number].title


def test_rss_2_gives_title_link_dates_authors_and_its_pace() -> None:
    feed = parse_well_formed(RSS2, "", URL)
    assert (feed.format, feed.title, feed.language, feed.ttl_seconds) == ("rss", "Kurier & Bote", "de", 1800)
    assert feed.skip_hours == (0, 23)
    assert only(feed) == ("https://kurier.example/a?x=1&y=2", "Kräne im Hafen")
    assert (feed.items[0].published, feed.items[0].guid) == (NOON, "tag:1")
    assert feed.items[0].authors == ("Ada Brandt", "Bo Lind")
    assert only(feed, 1) == ("https://kurier.example/b", "By its guid")
    assert len(feed.items) == 2


def test_rdf_gives_items_beside_the_channel() -> None:
    feed = parse_well_formed(RDF, "", URL)
    assert (feed.format, feed.title, feed.items[0].published) == ("rdf", "Bote", NOON)
    assert [item.link for item in feed.items] == ["https://kurier.example/a", "https://kurier.example/b"]


def test_atom_resolves_links_by_xml_base_and_reads_all_kinds_of_titles() -> None:
    feed = parse_well_formed(ATOM, "", URL)
    assert (feed.format, feed.language) == ("atom", "es")
    assert only(feed) == ("https://diario.example/es/2026/a.html", "Puerto & mar")
    assert (feed.items[0].published, feed.items[0].updated) == (NOON, NOON)
    assert feed.items[0].authors == ("Luz Rey",)
    assert only(feed, 1) == ("https://diario.example/b", "El barco")


def test_json_feeds_are_read() -> None:
    feed = parse_well_formed(JSON, "", URL)
    assert [only(feed, 0), only(feed, 1)] == [("https://kurier.example/a", "Eins"), ("https://kurier.example/b", "")]
    assert (feed.items[0].published, feed.items[0].authors, feed.items[1].authors) == (NOON, ("Ada",), ("Bo",))


@pytest.mark.parametrize(
    "version",
    ["<rss version='0.91'>", "<rss version='0.92'>", "<rss version='2.0'>", "<rss>", "<RSS version='2.0'>"],
)
def test_every_version_of_rss_is_read(version: str) -> None:
    end = version[1:4]
    body = f"{version}<channel><title>K</title><item><title>A</title><link>/a</link></item></channel></{end}>"
    assert only(parse_well_formed(body.encode(), "", URL)) == ("https://kurier.example/a", "A")


def feed_of(title: bytes, head: bytes = b"") -> bytes:
    return (
        head
        + b"<rss><channel><item><title>"
        + title
        + b"</title><link>http://k.example/a?b=1</link></item></channel></rss>"
    )


@pytest.mark.parametrize(
    ("body", "title"),
    [
        pytest.param(feed_of(b"Maduro&nbsp;asks Rostec"), "Maduro asks Rostec", id="an undeclared entity"),
        pytest.param(feed_of(b"Fire & water"), "Fire & water", id="a bare ampersand"),
        pytest.param(feed_of(b"Rock <b>and roll"), "Rock and roll", id="an open tag"),
        pytest.param(feed_of(b"Zero\x02 control"), "Zero control", id="a control character"),
        pytest.param(
            b"\n\n" + feed_of(b"Late", b"<?xml version='1.0'?>"), "Late", id="blank lines before the declaration"
        ),
        pytest.param(
            feed_of(b"Old", b"<!DOCTYPE rss PUBLIC '-//Netscape//DTD RSS 0.91//EN' 'http://my.netscape.com/x.dtd'>"),
            "Old",
            id="a DOCTYPE",
        ),
    ],
)
def test_titles_of_broken_feeds_are_not_cut(body: bytes, title: str) -> None:
    feed = parse_any(body, "text/xml", URL)
    assert " ".join(feed.items[0].title.split()) == title
    assert feed.items[0].link == "http://k.example/a?b=1"


def test_entities_of_a_doctype_are_never_expanded() -> None:
    attack = b"<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/hostname'>]>" + feed_of(b"[&x;]")
    with pytest.raises(NotWellFormed):
        parse_well_formed(attack, "", URL)
    assert all(len(item.title) <= len("[&x;]") for item in parse_any(attack, "", URL).items)


@pytest.mark.parametrize(
    ("body", "content_type", "title"),
    [
        pytest.param(feed_of("Öl".encode()), "", "Öl", id="UTF-8 by default"),
        pytest.param(feed_of("Öl".encode("latin-1")), "text/xml; charset=ISO-8859-1", "Öl", id="by the header"),
        pytest.param(
            feed_of("Кран".encode("cp1251"), b"<?xml version='1.0' encoding='windows-1251'?>"),
            "",
            "Кран",
            id="declared",
        ),
        pytest.param(b"\xef\xbb\xbf" + feed_of("Öl".encode()), "text/xml; charset=latin1", "Öl", id="a BOM before all"),
        pytest.param("\ufeff".encode("utf-16-le") + feed_of(b"Ol").decode().encode("utf-16-le"), "", "Ol", id="UTF-16"),
        pytest.param(feed_of("Öl".encode()), "text/xml; charset=nonsense", "Öl", id="a charset that is none"),
        pytest.param(feed_of("“Öl”".encode("cp1252")), "text/xml; charset=ascii", "“Öl”", id="a header that lies"),
        pytest.param(feed_of(b"Ol"), "text/xml; charset=zip", "Ol", id="a codec that is no charset"),
    ],
)
def test_feeds_are_transcoded(body: bytes, content_type: str, title: str) -> None:
    assert parse_any(body, content_type, URL).items[0].title == title


@pytest.mark.parametrize(
    "body",
    [b"", b"\x00", b"<html><body>hello</body></html>", b"{", b'{"a": 1}', b"[1]", b"plain text", b"<rss", b"{" * 9999],
)
def test_what_is_no_feed_is_said_so(body: bytes) -> None:
    try:
        assert parse_any(body, "", URL).items == ()
    except UnreadableFeed as error:
        assert str(error)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        pytest.param("Tue, 24 Nov 2026 12:00:00 GMT", NOON, id="RFC 822"),
        pytest.param("24 Nov 2026 12:00 UT", NOON, id="without day and seconds"),
        pytest.param("Tue, 24 Nov 2026 07:00:00 EST", NOON, id="a zone by name"),
        pytest.param("2026-11-24T12:00:00Z", NOON, id="ISO 8601"),
        pytest.param("2026-11-24T12:00:00.000+00:00", NOON, id="with a fraction"),
        pytest.param("2026-11-24 13:00:00 +0100", NOON, id="with blanks"),
        pytest.param("20261124T120000Z", NOON, id="without separators"),
        pytest.param("2026-11-24", NOON - 43_200_000_000, id="a date"),
        pytest.param("Mon, 01 Jan 0001 00:00:00 +0000", None, id="the year one"),
        pytest.param("2026-13-45", None, id="no such day"),
        pytest.param("1901-01-01", None, id="too early"),
        pytest.param("yesterday", None, id="words"),
        pytest.param("", None, id="nothing"),
        pytest.param("9" * 5000, None, id="endless"),
        pytest.param("Tue, 24 Nov 2026 12:00:00 +9999", None, id="an impossible zone"),
    ],
)
def test_dates_are_read_as_feeds_write_them(text: str, moment: int | None) -> None:
    assert parse_date(text) == moment


@pytest.fixture
async def parser() -> AsyncIterator[ForeignParser]:
    pool = KillablePool(WORKER_TARGET, deadline_seconds=1.0, memory_bytes=1024**3)
    yield ForeignParser(pool)
    await pool.close()


async def test_a_feed_that_holds_its_parser_is_given_up_and_the_next_one_read(parser: ForeignParser) -> None:
    attributes = b" ".join(b"a%d='%d'" % (number, number) for number in range(100_000))
    hostile = b"<!DOCTYPE rss><rss " + attributes + b"><channel>" + b"<b>" * 200_000 + b"</rss>"
    began = time.monotonic()
    with pytest.raises(UnreadableFeed):
        await parser.feed(hostile, "", URL)
    assert time.monotonic() - began < 30
    assert (await parser.feed(feed_of(b"Maduro&nbsp;asks"), "", URL)).items[0].title == "Maduro asks"


def real_feeds() -> Iterator[tuple[str, bytes]]:
    with tarfile.open(shared_data("feeds/feeds.tar.xz")) as archive:
        for member in archive:
            content = archive.extractfile(member)
            if content is not None:
                yield member.name, content.read()


def test_real_feeds_are_read_by_the_strict_parser_in_all_but_a_few_cases() -> None:
    read = broken = 0
    for _, body in real_feeds():
        try:
            feed = parse_well_formed(body, "", URL)
        except NotWellFormed:
            broken += 1
            continue
        read += 1
        assert all(item.link.startswith(("http", "mailto")) for item in feed.items)
        assert feed.items == () or any(item.title for item in feed.items) or any(item.published for item in feed.items)
    assert read >= 193
    assert broken <= 7


def test_decoding_never_raises() -> None:
    for body in (b"\xff\xfe\x00", bytes(range(256)), b"<?xml encoding='utf-16'?>\xff"):
        decode_document(body, "text/xml; charset=utf-8")
