"""The visible lines around a page's title: where a date and a byline stand that no markup tells of."""

from __future__ import annotations

import re
from collections.abc import Sequence

from presswatch_enrichment.markup import text_of_stripped

__all__ = ["labelled_dates", "lines_near_title"]

HEADING = re.compile(r"<h1[\s>]", re.IGNORECASE)
BODY = re.compile(r"<body[\s>]", re.IGNORECASE)
MARKUP_BEHIND = 12_000
MARKUP_BEFORE = 3_000
CHARACTERS = 2_500
LINE_MAX = 160
LABEL = re.compile(
    r"\b(?:datum|date|fecha|data|published(?: on| at)?|publication date|erschienen(?: am)?|veröffentlicht(?: am)?"
    r"|publié(?:e)? le"
    r"|publicado(?: el| em)?|pubblicato(?: il)?|gepubliceerd(?: op)?|дата"
    r"|опубликовано)\s*:?\s+(?=[^\n]{0,24}\d)([^\n]{6,40})",
    re.IGNORECASE,
)
LABELLED_WITHIN = 60_000


def lines_near_title(markup: str) -> Sequence[str]:
    """Short lines behind the first heading, then those before it; without one those at the page's beginning."""
    body = BODY.search(markup)
    top = body.start() if body else 0
    heading = HEADING.search(markup, top)
    start = heading.start() if heading else top
    behind = text_of_stripped(_whole(markup, start, start + MARKUP_BEHIND), CHARACTERS)
    before = text_of_stripped(_whole(markup, max(top, start - MARKUP_BEFORE), start), CHARACTERS) if heading else ""
    lines = (*behind.split("\n\n"), *reversed(before.split("\n\n")))
    return [line for line in lines if 0 < len(line) <= LINE_MAX]


def labelled_dates(markup: str) -> Sequence[str]:
    """What stands behind "Date:" and its like, anywhere in the page."""
    return [match[1] for match in LABEL.finditer(text_of_stripped(markup, LABELLED_WITHIN))]


def _whole(markup: str, start: int, end: int) -> str:
    """From the first tag on that is whole."""
    return markup[max(start, markup.find("<", start, end)) : end]
