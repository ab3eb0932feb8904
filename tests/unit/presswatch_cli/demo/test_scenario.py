"""What the demo adds: its sources exist in the outlets, its watches match what they are meant to."""

from __future__ import annotations

from urllib.parse import urlsplit

from presswatch_cli.demo.outlets import load_outlets
from presswatch_cli.demo.scenario import demo_sources, demo_watches, resolver_map


def test_each_outlet_is_one_source_that_the_resolver_knows() -> None:
    addresses = resolver_map(4711)
    hosts = [urlsplit(source.url).hostname for source in demo_sources()]
    assert (
        sorted(addresses) == sorted(host for host in hosts if host) == sorted(outlet.host for outlet in load_outlets())
    )
    assert set(addresses.values()) == {("127.0.0.1", 4711)}


def test_sources_are_feeds_sitemaps_and_home_pages() -> None:
    paths = {urlsplit(source.url).path for source in demo_sources()}
    assert paths == {"/feed.xml", "/atom.xml", "/news-sitemap.xml", "/"}


def test_the_watches_of_the_mission_are_there() -> None:
    queries = {watch.query for watch in demo_watches()}
    assert {"Rostec", '"Su-30MK2"', "Rosoboronexport AND (Caracas OR Maracay)"} <= queries
    assert len({watch.name for watch in demo_watches()}) == len(demo_watches())
