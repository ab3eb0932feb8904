"""The address an article wants to be known by, believed only where it names the same page."""

from __future__ import annotations

from presswatch_enrichment.metadata.head import Head
from presswatch_shared import urls

__all__ = ["choose_canonical"]


def choose_canonical(head: Head, final_url: str) -> tuple[str, str]:
    """(normalised address, where from). The fetched address where no link names the same page."""
    for address, origin in (
        *((link, "link") for link in head.links.get("canonical", ())[:1]),
        (head.first("og:url"), "og"),
    ):
        if address:
            try:
                canonical = urls.normalise(urls.join(final_url, address))
            except urls.UnusableUrl:
                continue
            if urls.same_page(canonical, final_url):
                return canonical, origin
    return urls.normalise(final_url), "fetched"
