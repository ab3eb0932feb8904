"""The address an article wants to be known by, believed only where it names the same page."""

from __future__ import annotations

from presswatch_enrichment.metadata.head import Head
from presswatch_shared import urls

__all__ = ["choose_canonical", "fetched_address", "source_or_nothing"]


def choose_canonical(head: Head, final_url: str) -> tuple[str, str]:
    """(normalised address, where from). The fetched address where no link names the same page."""
    fetched = fetched_address(final_url)
    for address, origin in (
        *((link, "link") for link in head.links.get("canonical", ())[:1]),
        (head.first("og:url"), "og"),
    ):
        if address:
            try:
                canonical = urls.normalise(urls.join(final_url, address))
            except urls.UnusableUrl:
                continue
            if canonical == fetched or urls.same_page(canonical, final_url):
                return canonical, origin
    return fetched, "fetched"


def fetched_address(url: str) -> str:
    """The normalised address; one that is none (a file at the command line) stays as it is."""
    try:
        return urls.normalise(url)
    except urls.UnusableUrl:
        return url


def source_or_nothing(url: str) -> str:
    """The host an article came from, where its address has one."""
    try:
        return urls.source_of(url)
    except urls.UnusableUrl:
        return ""
