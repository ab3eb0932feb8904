"""The headline, by a vote: structured data, headings, and the titles written for search engines and sharing.

Each of them is wrong on some sites (a teaser, the site's name, a live ticker's last entry); two that agree seldom are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from presswatch_enrichment.letters import key_of
from presswatch_enrichment.metadata.head import Head
from presswatch_enrichment.metadata.sites import Site
from presswatch_enrichment.metadata.structured import Described

__all__ = ["choose_title"]

# Chinese and Korean sites set their name behind a bar or hyphen without blanks.
SEPARATOR = re.compile(
    r"\s+[|\-–—·•:»«›~/_]+\s+|\s*[|»ㅣ｜]\s*|(?<=[\u3000-\u9fff\uac00-\ud7af\uff00-\uffef\"'?!.])[-_](?=[\u3000-\u9fff\uac00-\ud7af])"
)
EDGES = " |-–—·•:»«›~/_ㅣ｜"
BARS = "|»ㅣ｜"
WORDLESS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
TITLE_MAX = 400
TELLING = 8
"""Letters a title needs before being part of another one counts as agreement."""
DATE = re.compile(r"\d{1,2}[./]\d{1,2}[./]\d{4}")
TAIL_WORDS = 4
SECTION_WORDS = 2
SECTION_MAX = 24
SECTION_WORDLESS = 5
"""Characters of a section in a script whose words are no letters' strings."""
HEADLINE_WORDS = 4

# How much each is worth, fitted on pages with known headlines; only the order of their sums matters.
WEIGHTS = {"og": 0.65, "jsonld": 0.8, "itemprop": 0.65, "title": 0.5, "twitter": 0.3}
HEADING_AGREES = 1.55
HEADING_ALONE = 1.25
HEADING_AMONG_MANY = 0.1
# A newsroom that describes its articles gives the headline it spreads there. What it shows carries kickers and tickers,
# and the page's title is written for search engines: what agrees with that alone is not the headline.
NEWS_WEIGHTS = {"og": 2.1, "jsonld": 1.6, "itemprop": 0.3, "title": -1.2, "twitter": 0.1}


def choose_title(head: Head, described: Described, host: str = "") -> tuple[str, str]:
    """(title, where from). `host` is the page's: a heading or a part of a title that says no more is none."""
    votes: dict[str, float] = {}
    texts: dict[str, tuple[str, str]] = {}
    site = Site(host, (described.publisher, head.first("og:site_name"), head.first("application-name")))
    for text, origin, weight in _candidates(head, described, site):
        key = key_of(text)
        votes[key] = votes.get(key, 0.0) + weight
        texts.setdefault(key, (text[:TITLE_MAX], origin))
    if not votes:
        return "", ""
    return texts[max(votes, key=lambda key: votes[key])]


def _candidates(head: Head, described: Described, site: Site) -> Iterator[tuple[str, str, float]]:
    whole = {
        "jsonld": described.headline if not described.weak else "",
        "og": head.first("og:title", "dc.title"),
        "itemprop": head.itemprop_headline,
        "title": head.title,
        "twitter": head.first("twitter:title"),
    }
    said = [key_of(text) for text in (whole["jsonld"], whole["itemprop"], *head.headings)]
    announced = {origin: _without_site(text, site, said) for origin, text in whole.items()}
    named = {origin: text for origin, text in announced.items() if len(key_of(text)) > 1}
    headings = [text for text in head.headings if not site.is_named(text)] if named else head.headings
    yield from _headings(headings, [key_of(text) for text in named.values()])
    weights = NEWS_WEIGHTS if whole["jsonld"] else WEIGHTS
    for origin, text in named.items():
        yield text, origin, weights[origin]


def _headings(headings: Sequence[str], announced: Sequence[str]) -> Iterator[tuple[str, str, float]]:
    """The heading that agrees with what is announced, or else the first one, for what it is worth."""
    shown = [text for text in headings if len(key_of(text)) > 3 and len(text) <= TITLE_MAX]
    agreeing = [text for text in shown if key_of(text) in announced] or [
        t for t in shown if _overlaps(key_of(t), announced)
    ]
    if agreeing:
        yield agreeing[0], "h1", HEADING_AGREES
    elif shown:
        yield shown[0], "h1", HEADING_ALONE if len(shown) == 1 else HEADING_AMONG_MANY


def _overlaps(key: str, announced: Sequence[str]) -> bool:
    return any((len(key) > TELLING and key in other) or (len(other) > TELLING and other in key) for other in announced)


def _without_site(title: str, site: Site, said: Sequence[str]) -> str:
    """The title without parts at its ends that name the site, and the sections that stand before that name.

    `said` are the keys of what the page itself shows or describes as its headline: no other part of that is cut.
    """
    parts = [part for part in SEPARATOR.split(title) if part.strip(EDGES)]
    if len(parts) > 2 and DATE.fullmatch(parts[-1].strip()):
        title = _until(title, parts.pop())
    if len(parts) < 2:
        return title
    if site.is_named(parts[0]):
        return title[len(parts[0]) :].lstrip(EDGES)
    rest = _until(title, parts.pop())
    tail = title[len(rest) :].strip(EDGES)
    if site.is_named(tail):
        return _without_sections(rest, parts, said)
    if key_of(rest) in said:
        return rest
    if key_of(title) in said or len(tail.split()) > TAIL_WORDS or len(tail) >= len(title) / 2:
        return title
    return _without_sections(rest, parts, said) if title[len(rest) :].strip()[0] in BARS else rest


def _without_sections(title: str, parts: list[str], said: Sequence[str]) -> str:
    """ "Markets fall - Economy - News": a short last part is a section, not the end of the headline."""
    while len(parts) > 1 and key_of(title) not in said and _may_be_section(parts[-1]):
        shorter = _until(title, parts.pop())
        if key_of(shorter) not in said and len(shorter.split()) < HEADLINE_WORDS:
            break
        title = shorter
    return title


def _may_be_section(part: str) -> bool:
    longest = SECTION_WORDLESS if WORDLESS.search(part) else SECTION_MAX
    return len(part.split()) <= SECTION_WORDS and len(part.strip()) <= longest


def _until(title: str, tail: str) -> str:
    return title[: title.rindex(tail)].rstrip(EDGES)
