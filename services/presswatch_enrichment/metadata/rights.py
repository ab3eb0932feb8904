"""What the publisher allows: robots directives, data-mining reservation, content signals. Recorded, not judged."""

from __future__ import annotations

from collections.abc import Mapping

from presswatch_enrichment.metadata.head import Head

__all__ = ["rights_of"]

VALUE_MAX = 300
FROM_META = {
    "robots": ("robots", "googlebot-news"),
    "tdm-reservation": ("tdm-reservation",),
    "tdm-policy": ("tdm-policy",),
    "content-signal": ("content-signal",),
    "copyright": ("copyright", "dc.rights", "dcterms.rights"),
}
FROM_HEADERS = {
    "robots": "x-robots-tag",
    "tdm-reservation": "tdm-reservation",
    "tdm-policy": "tdm-policy",
    "content-signal": "content-signal",
}


def rights_of(head: Head, headers: Mapping[str, str]) -> dict[str, str]:
    """Signals by name; the response's header stands before the page's own words."""
    found = {name: head.first(*metas) for name, metas in FROM_META.items()}
    found |= {name: headers[header] for name, header in FROM_HEADERS.items() if headers.get(header)}
    licences = head.links.get("license", [])
    if licences:
        found["license"] = licences[0]
    return {name: value[:VALUE_MAX] for name, value in found.items() if value}
