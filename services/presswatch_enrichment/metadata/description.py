"""The smaller facts: description, picture, section, keywords, language claim, paywall flag."""

from __future__ import annotations

from collections.abc import Iterable

from presswatch_enrichment.metadata.head import Head
from presswatch_enrichment.metadata.structured import Described

__all__ = [
    "category_of",
    "description_of",
    "descriptions_of",
    "image_of",
    "is_paywalled",
    "keywords_of",
    "language_claim",
]

KEYWORDS_MAX = 30
TEXT_MAX = 1000
LOCKED = frozenset(("locked", "metered", "premium", "paid", "subscriber", "subscription"))


def description_of(head: Head, described: Described) -> str:
    found = (
        head.first("og:description", "description", "twitter:description", "dc.description") or described.description
    )
    return found[:TEXT_MAX]


def descriptions_of(head: Head, described: Described) -> tuple[str, ...]:
    """All that the page says of its article: sites shorten one and not the other."""
    names = ("og:description", "description", "twitter:description", "dc.description")
    found = (*(value for name in names for value in head.meta.get(name, ())), described.description)
    return tuple(dict.fromkeys(value for value in found if value))


def image_of(head: Head, described: Described) -> str:
    """As written; the caller makes it absolute."""
    return (head.first("og:image:secure_url", "og:image", "twitter:image", "twitter:image:src") or described.image)[
        :2000
    ]


def category_of(head: Head, described: Described) -> str:
    names = ("article:section", "og:article:section", "section", "category", "cxenseparse:section", "parsely-section")
    return (described.section or head.first(*names))[:100]


def keywords_of(head: Head, described: Described) -> tuple[str, ...]:
    """Each once, in the page's order."""
    seen: dict[str, str] = {}
    for word in (*described.keywords, *_listed(head)):
        if 1 < len(word) <= 80:
            seen.setdefault(word.casefold(), word)
    return tuple(seen.values())[:KEYWORDS_MAX]


def _listed(head: Head) -> Iterable[str]:
    for name in ("news_keywords", "keywords", "article:tag", "parsely-tags"):
        for value in head.meta.get(name, ()):
            yield from (word.strip() for word in value.replace(";", ",").split(","))


def language_claim(head: Head, described: Described, content_language: str) -> str:
    """Two or three letters, or nothing. A claim only: many pages are mistaken."""
    claims = (
        head.language,
        described.language,
        head.first("og:locale"),
        head.first("content-language"),
        content_language,
    )
    codes = (claim.replace("_", "-").split("-")[0].strip().lower() for claim in claims)
    return next((code for code in codes if code.isalpha() and 2 <= len(code) <= 3), "")


def is_paywalled(head: Head, described: Described) -> bool:
    tier = head.first("article:content_tier", "og:article:content_tier").lower()
    claimed = head.first("isaccessibleforfree").lower()
    return described.free is False or tier in LOCKED or claimed == "false"
