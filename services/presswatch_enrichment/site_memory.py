"""Per site, the elements that held the text of its articles: evidence for pages of it that alone are ambiguous.

A memory is a value: extraction reads it through `Page.containers`, and `learned` makes a new one. The same page with
the same memory gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from presswatch_enrichment.page import Extracted, Page
from presswatch_shared.errors import BadInput
from presswatch_shared.urls import UnusableUrl, host_of

__all__ = [
    "NOTHING",
    "VERSION",
    "Container",
    "Sighting",
    "SiteMemory",
    "learned",
    "read",
    "sighting",
    "with_memory",
    "written",
]

VERSION = 1
"""Of the file and of how signatures are made."""
PAGES_MIN = 3
SHARE_MIN = 0.25
"""Of a site's pages that an element must have held, to be believed."""
KEPT = 6
PAGES_MAX = 200
"""Of a site: beyond that all counts are halved, so that a new design soon outweighs the old one."""

Sighting = tuple[str, str]
"""Host, and the signature of the element that surely held the text."""


class Container(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Signature of an element (`content.containers`), and on how many pages it held the text."""

    signature: str
    pages: int


class SiteMemory(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By host, most frequent first."""

    version: int
    hosts: Mapping[str, tuple[Container, ...]]


NOTHING = SiteMemory(VERSION, {})


def with_memory(page: Page, memory: SiteMemory) -> Page:
    """The page with the elements of its site that can be believed."""
    known = memory.hosts.get(_host(page.url), ())
    least = max(PAGES_MIN, SHARE_MIN * sum(one.pages for one in known))
    believed = tuple(one.signature for one in known if one.pages >= least)
    return msgspec.structs.replace(page, containers=believed) if believed else page


def sighting(url: str, found: Extracted) -> Sighting | None:
    """What a page teaches: nothing unless it is an article whose text was surely found."""
    host = _host(url)
    return (host, found.container) if host and found.container and found.outcome == "article" else None


def learned(memory: SiteMemory, sightings: Mapping[Sighting, int]) -> SiteMemory:
    """The memory after these sightings, each with the number of its pages."""
    counts = {host: {one.signature: one.pages for one in known} for host, known in memory.hosts.items()}
    for (host, signature), pages in sightings.items():
        of_host = counts.setdefault(host, {})
        of_host[signature] = of_host.get(signature, 0) + pages
    return SiteMemory(VERSION, {host: _kept(of_host) for host, of_host in sorted(counts.items())})


def _kept(counts: Mapping[str, int]) -> tuple[Container, ...]:
    while sum(counts.values()) > PAGES_MAX:
        counts = {signature: pages // 2 for signature, pages in counts.items()}
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(Container(signature, pages) for signature, pages in ordered[:KEPT] if pages > 0)


def read(raw: bytes, name: str) -> SiteMemory:
    """A memory out of its file.

    Raises:
        BadInput: it is none, or of another version; `name` says of what.
    """
    try:
        memory = msgspec.json.decode(raw, type=SiteMemory)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadInput(f"{name} is no memory of sites as extract --learn-sites writes it: {error}") from error
    if memory.version != VERSION:
        raise BadInput(f"{name} is of version {memory.version}, this is {VERSION}: learn it anew")
    return memory


def written(memory: SiteMemory) -> bytes:
    """The file of a memory; equal memories give equal bytes."""
    return msgspec.json.format(msgspec.json.encode(memory, order="sorted"), indent=1) + b"\n"


def _host(url: str) -> str:
    try:
        return host_of(url)
    except UnusableUrl:
        return ""
