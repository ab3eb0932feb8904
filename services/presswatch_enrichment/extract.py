"""From a fetched page to an article: one pure chain, the same page gives the same answer."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from presswatch_enrichment.boilerplate import without_boilerplate
from presswatch_enrichment.charset import decode_text
from presswatch_enrichment.content.body import article_body
from presswatch_enrichment.lead import lead_of
from presswatch_enrichment.markup import strip_active, text_of_stripped, visible_text
from presswatch_enrichment.metadata.canonical import fetched_address
from presswatch_enrichment.metadata.confidence import confidence_of
from presswatch_enrichment.metadata.description import descriptions_of
from presswatch_enrichment.metadata.gather import gather_metadata
from presswatch_enrichment.metadata.head import read_head
from presswatch_enrichment.metadata.structured import describe
from presswatch_enrichment.page import Extracted, Page
from presswatch_enrichment.prescan import Caps, too_complex
from presswatch_enrichment.sniff import not_html
from presswatch_enrichment.softfail import look_at, soft_failure
from presswatch_enrichment.text_size import words_in
from presswatch_shared.http.decoding import decode_body

__all__ = ["EXTRACTOR", "Limits", "extract", "extract_text_only"]

EXTRACTOR = "presswatch-1"
"""Version of the rules; part of an article's identity."""
TEXT_MAX = 200_000
TOO_LARGE = ("too_large", "ratio")
# Going through all of a bomb would cost more CPU time than a page is given.
SEEN_OF_TOO_LARGE = 4_000_000
# From this length on no soft failure is possible, so nothing of it is computed.
SURELY_ARTICLE_WORDS = 250
DAMAGED_MAX = 0.1


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes after decompression, characters of markup after scripts are gone, and the caps of the pre-scan."""

    decoded_bytes: int = 32 * 1024 * 1024
    markup_characters: int = 6_000_000
    caps: Caps = field(default_factory=Caps)


def extract(page: Page, limits: Limits | None = None) -> Extracted:
    """The article, or why there is none. Never raises for anything in the page."""
    limits = limits or Limits()
    decoded = decode_body(page.body, page.content_encoding, limit=limits.decoded_bytes)
    if not decoded.complete and not decoded.body:
        return _refused(page, "undecodable", decoded.reason, "")
    other = not_html(decoded.body, page.content_type)
    if other:
        text = decode_text(decoded.body, page.content_type).text if other in ("text", "feed") else ""
        return _refused(page, "not_html", other, visible_text(text, TEXT_MAX))
    read = decode_text(decoded.body, page.content_type)
    if decoded.reason in TOO_LARGE:
        return _refused(page, "too_large", decoded.reason, visible_text(read.text[:SEEN_OF_TOO_LARGE], TEXT_MAX))
    markup = strip_active(read.text.replace("\0", ""))
    refusal = _refusal(decoded.complete, decoded.reason, read.damaged, markup, limits)
    if refusal is not None:
        return _refused(page, *refusal, text_of_stripped(markup, TEXT_MAX))
    return _article(page, markup)


def extract_text_only(page: Page, limits: Limits | None = None) -> Extracted:
    """The visible text of a page that no parser should see again; the outcome is for the caller to say."""
    limits = limits or Limits()
    decoded = decode_body(page.body, page.content_encoding, limit=limits.decoded_bytes)
    text = decode_text(decoded.body, page.content_type).text[:SEEN_OF_TOO_LARGE]
    return _refused(page, "timeout", "", visible_text(text, TEXT_MAX))


def _refusal(complete: bool, reason: str, damaged: float, markup: str, limits: Limits) -> tuple[str, str] | None:
    # Some servers name a coding that is none; what is HTML all the same (or it would not be here) is read.
    if not complete and reason != "unknown_coding":
        return "undecodable", reason
    if damaged > DAMAGED_MAX:
        return "undecodable", "charset"
    if len(markup) > limits.markup_characters:
        return "too_large", "markup"
    cap = too_complex(markup, limits.caps)
    return ("too_complex", cap) if cap else None


def _refused(page: Page, outcome: str, reason: str, text: str) -> Extracted:
    return Extracted(
        outcome=outcome, reason=reason, canonical_url=fetched_address(page.url), title=page.feed_title, body=text
    )


def _article(page: Page, markup: str) -> Extracted:
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(markup)
    head = read_head(tree)
    described = describe(head.structured)
    about = gather_metadata(page, markup, head, described)
    found = article_body(
        tree,
        markup,
        page.url,
        standfirsts=descriptions_of(head, described),
        witness=described.body,
        containers=page.containers,
    )
    body = without_boilerplate(found.text, about.title, about.authors)
    outcome = "article"
    if words_in(body) < SURELY_ARTICLE_WORDS:
        seen = look_at(tree, head, described, about, body=found.text, markup=markup, url=page.url)
        outcome = soft_failure(seen) or ("article" if body else "empty")
        body = body or seen.visible[:TEXT_MAX]
    provenance = about.provenance | ({"body": found.source} if found.source else {})
    return msgspec.structs.replace(
        about,
        outcome=outcome,
        body=body,
        container=found.container,
        lead=lead_of(about.description, body, markup),
        provenance=provenance,
        confidence=confidence_of(provenance),
    )
