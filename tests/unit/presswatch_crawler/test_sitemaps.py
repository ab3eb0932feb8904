from __future__ import annotations

import gzip

import pytest

from presswatch_crawler.sitemaps import Sitemap, UnreadableSitemap, parse_sitemap, unpack

URL = "https://kurier.example/sitemap.xml"
NOON = 1_795_521_600_000_000


def parse(body: str | bytes) -> Sitemap:
    return parse_sitemap(body.encode() if isinstance(body, str) else body, "", URL)


def test_a_urlset_gives_addresses_and_dates_whatever_its_namespace() -> None:
    found = parse(
        "<?xml version='1.0' encoding='UTF-8'?><x:urlset xmlns:x='urn:other' xmlns:i='urn:image'>"
        "<x:url><i:image><i:loc>/image.jpg</i:loc></i:image><x:loc> /a?x=1&amp;y=2 </x:loc>"
        "<x:lastmod>2026-11-24T12:00:00Z</x:lastmod></x:url><x:url><x:loc></x:loc></x:url></x:urlset>"
    )
    assert [(item.link, item.updated) for item in found.items] == [("https://kurier.example/a?x=1&y=2", NOON)]
    assert (found.news, found.complete) == (False, True)


def test_a_news_sitemap_gives_titles_and_dates_of_publication() -> None:
    found = parse(
        "<urlset xmlns:news='n'><url><loc>/a</loc><news:news><news:publication><news:name>K</news:name>"
        "</news:publication><news:publication_date>2026-11-24T12:00:00Z</news:publication_date>"
        "<news:title>Cranes &amp; ships</news:title></news:news></url></urlset>"
    )
    assert (found.news, found.items[0].title, found.items[0].published) == (True, "Cranes & ships", NOON)


def test_an_index_gives_further_sitemaps() -> None:
    found = parse(
        "<sitemapindex><sitemap><loc>/1.xml</loc><lastmod>2026-11-24T12:00:00Z</lastmod></sitemap>"
        "<sitemap><loc>https://cdn.example/2.xml.gz</loc></sitemap></sitemapindex>"
    )
    assert [(place.url, place.changed) for place in found.nested] == [
        ("https://kurier.example/1.xml", NOON),
        ("https://cdn.example/2.xml.gz", None),
    ]


def test_a_text_sitemap_is_a_list_of_addresses() -> None:
    found = parse("\ufeffhttps://kurier.example/a\r\nhttps://kurier.example/b\nnonsense\n")
    assert [item.link for item in found.items] == ["https://kurier.example/a", "https://kurier.example/b"]


def test_gzip_is_told_by_its_first_bytes_and_may_be_cut_short() -> None:
    packed = gzip.compress(b"<urlset>" + b"<url><loc>/a</loc></url>" * 1000 + b"</urlset>")
    assert len(parse(unpack(packed)).items) == 1000
    assert not parse(unpack(packed[:-20])).complete
    assert unpack(b"<urlset/>") == b"<urlset/>"


def test_what_came_before_the_break_is_kept() -> None:
    found = parse("<urlset><url><loc>/a</loc></url><url><loc>/b</loc></url><url><lo")
    assert (len(found.items), found.complete) == (2, False)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("<!DOCTYPE urlset [<!ENTITY e 'x'>]><urlset><url><loc>&e;</loc></url></urlset>", id="a DOCTYPE"),
        pytest.param("<?xml version='1.0'?>\n<!doctype urlset><urlset/>", id="a DOCTYPE in small letters"),
        pytest.param("<html><body>Not here</body></html>", id="a page"),
        pytest.param("<rss><channel/></rss>", id="a feed"),
        pytest.param("", id="nothing"),
        pytest.param("just text", id="text without addresses"),
        pytest.param("<", id="a single bracket"),
        pytest.param("<urlset><url><loc>&undeclared;</loc></url></urlset>", id="an undeclared entity"),
        pytest.param("<a>" * 5000, id="deep"),
    ],
)
def test_what_is_no_sitemap_is_said_so(body: str) -> None:
    with pytest.raises(UnreadableSitemap):
        parse(body)


def test_a_bomb_is_refused() -> None:
    with pytest.raises(UnreadableSitemap):
        unpack(gzip.compress(b"\0" * 60_000_000, 1))


def test_no_more_than_fifty_thousand_entries_are_read() -> None:
    body = b"<urlset>" + b"".join(b"<url><loc>/%d</loc></url>" % number for number in range(50_500)) + b"</urlset>"
    assert len(parse(body).items) == 50_000
