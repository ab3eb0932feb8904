"""The steps of the chain one by one, timed: where a page's CPU time goes."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

from presswatch_enrichment.boilerplate import without_boilerplate
from presswatch_enrichment.charset import decode_text
from presswatch_enrichment.content.body import article_body
from presswatch_enrichment.entities.recognise import recognise
from presswatch_enrichment.language import detect_language
from presswatch_enrichment.markup import strip_active
from presswatch_enrichment.metadata.description import descriptions_of
from presswatch_enrichment.metadata.gather import gather_metadata
from presswatch_enrichment.metadata.head import read_head
from presswatch_enrichment.metadata.structured import describe
from presswatch_enrichment.page import Extracted, Page
from presswatch_enrichment.prescan import Caps, too_complex
from presswatch_enrichment.similarity import fingerprint
from presswatch_enrichment.summary import keyphrases, summarise
from presswatch_enrichment.tone import with_tones

__all__ = ["enrichment_steps", "extraction_steps"]

T = TypeVar("T")


class Stopwatch:
    """CPU seconds by step."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def __call__(self, step: str, work: Callable[[], T]) -> T:
        started = time.process_time()
        result = work()
        self.seconds[step] = self.seconds.get(step, 0.0) + time.process_time() - started
        return result


def extraction_steps(page: Page) -> Mapping[str, float]:
    """CPU seconds a step of extraction takes on an uncompressed page."""
    from selectolax.lexbor import LexborHTMLParser

    timed = Stopwatch()
    text = timed("decode", lambda: decode_text(page.body, page.content_type).text)
    markup = timed("cut scripts", lambda: strip_active(text))
    timed("pre-scan", lambda: too_complex(markup, Caps()))
    tree = timed("parse", lambda: LexborHTMLParser(markup))
    head = timed("metadata", lambda: read_head(tree))
    described = timed("metadata", lambda: describe(head.structured))
    about = timed("metadata", lambda: gather_metadata(page, markup, head, described))
    body = partial(
        article_body, tree, markup, page.url, standfirsts=descriptions_of(head, described), witness=described.body
    )
    text = timed("body", body).text
    timed("boilerplate", lambda: without_boilerplate(text, about.title, about.authors))
    return timed.seconds


def enrichment_steps(found: Extracted) -> Mapping[str, float]:
    """CPU seconds a step behind extraction takes."""
    timed = Stopwatch()
    lang = timed("language", lambda: detect_language(found.title, found.body, found.lang_hint))
    entities = timed("entities", lambda: recognise(found.title, found.body, lang))
    timed("tone", lambda: with_tones(found.title, found.body, lang, entities))
    timed("summary", lambda: (summarise(found.title, found.body, lang), keyphrases(found.title, found.body, lang)))
    timed("fingerprint", lambda: fingerprint(found.title, found.body, lang))
    return timed.seconds
