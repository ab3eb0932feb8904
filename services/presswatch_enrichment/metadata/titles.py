"""The headline, by a vote: structured data, headings, and the titles written for search engines and sharing.

Each of them is wrong on some sites (a teaser, the site's name, a live ticker's last entry); two that agree seldom are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from presswatch_enrichment.metadata.head import Head
from presswatch_enrichment.metadata.structured import Described

__all__ = ["choose_title"]

SEPARATOR = re.compile(r"\s+[|\-–—·•:»›~/]+\s+|\s*[|»]\s*")
EDGES = " |-–—·•:»›~/"
LETTERS = re.compile(r"[\W_]+")
TITLE_MAX = 400
TELLING = 8
"""Letters a title needs before being part of another one counts as agreement."""

# How much each is worth, fitted on pages with known headlines; only the order of their sums matters.
WEIGHTS = {"og": 0.9, "jsonld": 0.8, "itemprop": 0.65, "title": 0.6, "twitter": 0.3}
HEADING_AGREES = 1.55
HEADING_ALONE = 1.25
HEADING_AMONG_MANY = 0.1


def choose_title(head: Head, described: Described) -> tuple[str, str]:
    """(title, where from)."""
    votes: dict[str, float] = {}
    texts: dict[str, tuple[str, str]] = {}
    for text, origin, weight in _candidates(head, described):
        key = _key(text)
        votes[key] = votes.get(key, 0.0) + weight
        texts.setdefault(key, (text[:TITLE_MAX], origin))
    if not votes:
        return "", ""
    return texts[max(votes, key=lambda key: votes[key])]


def _candidates(head: Head, described: Described) -> Iterator[tuple[str, str, float]]:
    announced = {
        "jsonld": _without_site(described.headline, head) if not described.weak else "",
        "og": _without_site(head.first("og:title", "dc.title"), head),
        "itemprop": head.itemprop_headline,
        "title": _without_site(head.title, head),
        "twitter": _without_site(head.first("twitter:title"), head),
    }
    named = {origin: text for origin, text in announced.items() if len(_key(text)) > 1}
    yield from _headings(head, [_key(text) for text in named.values()])
    for origin, text in named.items():
        yield text, origin, WEIGHTS[origin]


def _headings(head: Head, announced: Sequence[str]) -> Iterator[tuple[str, str, float]]:
    """The heading that agrees with what is announced, or else the first one, for what it is worth."""
    shown = [text for text in head.headings if len(_key(text)) > 3 and len(text) <= TITLE_MAX]
    agreeing = [text for text in shown if _key(text) in announced] or [
        t for t in shown if _overlaps(_key(t), announced)
    ]
    if agreeing:
        yield agreeing[0], "h1", HEADING_AGREES
    elif shown:
        yield shown[0], "h1", HEADING_ALONE if len(shown) == 1 else HEADING_AMONG_MANY


def _overlaps(key: str, announced: Sequence[str]) -> bool:
    return any((len(key) > TELLING and key in other) or (len(other) > TELLING and other in key) for other in announced)


def _without_site(title: str, head: Head) -> str:
    """The title without a part that names the site: the shorter end behind or before a separator."""
    site = _key(head.first("og:site_name", "application-name", "twitter:site"))
    parts = [part for part in SEPARATOR.split(title) if part]
    if len(parts) < 2:
        return title
    if site and _is_site(parts[-1], site):
        return _until(title, parts[-1])
    if site and _is_site(parts[0], site):
        return title[len(parts[0]) :].lstrip(EDGES)
    return _until(title, parts[-1]) if len(parts[-1].split()) <= 4 and len(parts[-1]) < len(title) / 2 else title


def _is_site(part: str, site: str) -> bool:
    return bool(_key(part)) and (_key(part) in site or site in _key(part))


def _until(title: str, tail: str) -> str:
    return title[: title.rindex(tail)].rstrip(EDGES)


def _key(text: str) -> str:
    return LETTERS.sub("", unicodedata.normalize("NFKC", text)).casefold()
