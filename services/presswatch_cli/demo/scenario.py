"""What the demo crawls and what it watches for. Pure data: whoever starts the product adds it by the usual doors."""

from __future__ import annotations

from dataclasses import dataclass

from presswatch_cli.demo.outlets import load_outlets

__all__ = ["SampleSource", "SampleWatch", "demo_sources", "demo_watches", "resolver_map"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSource:
    """A source as `presswatch source add` takes it: a feed, a news sitemap or a home page."""

    url: str
    name: str
    country: str
    collection: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleWatch:
    """A watch as `presswatch watch add` takes it."""

    name: str
    query: str


def demo_sources() -> tuple[SampleSource, ...]:
    return tuple(
        SampleSource(url=outlet.source_url, name=outlet.name, country=outlet.country, collection=outlet.collection)
        for outlet in load_outlets()
    )


def demo_watches() -> tuple[SampleWatch, ...]:
    return (
        SampleWatch(name="Rostec", query="Rostec"),
        SampleWatch(name="Su-30MK2", query='"Su-30MK2"'),
        SampleWatch(name="Rosoboronexport and Venezuela", query="Rosoboronexport AND (Caracas OR Maracay)"),
        SampleWatch(name="Ростех", query="Ростех"),
        SampleWatch(name="Hurricanes in the headlines", query="title:(huracán OR hurricane OR ураган OR ouragan)"),
    )


def resolver_map(port: int, address: str = "127.0.0.1") -> dict[str, tuple[str, int]]:
    """Where the guarded client finds each outlet, since their names are in no DNS."""
    return {outlet.host: (address, port) for outlet in load_outlets()}
