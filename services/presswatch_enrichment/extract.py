"""From a fetched page to an article: one pure chain, the same page gives the same answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from presswatch_enrichment.body import article_text, paragraphs
from presswatch_enrichment.charset import decode_text
from presswatch_enrichment.lead import lead_of
from presswatch_enrichment.markup import strip_active, visible_text
from presswatch_enrichment.metadata import dates, description
from presswatch_enrichment.metadata.authors import choose_authors
from presswatch_enrichment.metadata.canonical import choose_canonical, fetched_address
from presswatch_enrichment.metadata.head import Head, read_head
from presswatch_enrichment.metadata.rights import rights_of
from presswatch_enrichment.metadata.structured import Described, describe
from presswatch_enrichment.metadata.titles import choose_title
from presswatch_enrichment.page import Extracted, Page
from presswatch_enrichment.prescan import Caps, too_complex
from presswatch_enrichment.sniff import not_html
from presswatch_enrichment.softfail import Seen, soft_failure
from presswatch_shared import urls
from presswatch_shared.http.decoding import decode_body

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

__all__ = ["EXTRACTOR", "Limits", "extract", "extract_text_only"]

EXTRACTOR = "presswatch-1"
"""Version of the rules; part of an article's identity."""
TEXT_MAX = 200_000
WITNESS_WORDS = 50
DECLARED = ("jsonld", "meta", "itemprop")
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
    markup = strip_active(read.text.replace("\0", ""))
    refusal = _refusal(decoded.complete, decoded.reason, read.damaged, markup, limits)
    if refusal is not None:
        return _refused(page, *refusal, visible_text(markup, TEXT_MAX))
    return _article(page, markup)


def extract_text_only(page: Page, limits: Limits | None = None) -> Extracted:
    """The visible text of a page that no parser should see again; the outcome is for the caller to say."""
    limits = limits or Limits()
    decoded = decode_body(page.body, page.content_encoding, limit=limits.decoded_bytes)
    return _refused(page, "timeout", "", visible_text(decode_text(decoded.body, page.content_type).text, TEXT_MAX))


def _refusal(complete: bool, reason: str, damaged: float, markup: str, limits: Limits) -> tuple[str, str] | None:
    # Some servers name a coding that is none; what is HTML all the same (or it would not be here) is read.
    if not complete and reason != "unknown_coding":
        return ("too_large" if reason in ("too_large", "ratio") else "undecodable"), reason
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
    body, body_from = _body(page, markup, described)
    title, title_from = choose_title(head, described)
    if not title and page.feed_title:
        title, title_from = page.feed_title, "feed"
    published, published_from, modified = _dates(page, markup, head, described)
    authors, authors_from = choose_authors(head, described, page.feed_authors)
    canonical, canonical_from = choose_canonical(head, page.url)
    failure = ""
    if len(body.split()) < SURELY_ARTICLE_WORDS:
        visible = _visible(tree)
        dated = published_from in DECLARED
        failure = soft_failure(
            _seen(
                head,
                described,
                title=title,
                body=body,
                visible=visible,
                markup=markup,
                url=page.url,
                linked=_linked(tree),
                dated=dated,
            )
        )
        body = body if body or not failure else visible[:TEXT_MAX]
    about = description.description_of(head, described)
    origins = {
        "title": title_from,
        "body": body_from,
        "published_at": published_from,
        "authors": authors_from,
        "canonical_url": canonical_from,
    }
    return Extracted(
        outcome=failure or "article",
        canonical_url=canonical,
        title=title,
        body=body,
        lead=lead_of(about, body, markup),
        authors=authors,
        published_at=published,
        modified_at=modified,
        lang_hint=description.language_claim(head, described, page.headers.get("content-language", "")),
        description=about,
        image=_absolute(page.url, description.image_of(head, described)),
        category=description.category_of(head, described),
        keywords=description.keywords_of(head, described),
        paywalled=description.is_paywalled(head, described),
        rights=rights_of(head, page.headers),
        provenance={name: origin for name, origin in origins.items() if origin},
    )


def _body(page: Page, markup: str, described: Described) -> tuple[str, str]:
    """(text, where from): what the page shows; the copy in structured data only where nothing is found."""
    text = article_text(markup, page.url)
    if not text and len(described.body.split()) >= WITNESS_WORDS:
        return paragraphs(described.body), "jsonld"
    return text, "trafilatura" if text else ""


def _dates(page: Page, markup: str, head: Head, described: Described) -> tuple[int | None, str, int | None]:
    published, origin, modified = dates.choose_dates(head, described, now=page.fetched_at)
    if published is None and not dates.declares(head, described):
        published, origin = dates.search_text_date(markup, page.url, now=page.fetched_at), "text"
    if published is None and dates.believable(page.feed_published_at, now=page.fetched_at):
        published, origin = page.feed_published_at, "feed"
    return published, origin if published is not None else "", modified


def _visible(tree: LexborHTMLParser) -> str:
    return " ".join(tree.body.text(separator=" ").split()) if tree.body is not None else ""


def _seen(
    head: Head,
    described: Described,
    *,
    title: str,
    body: str,
    visible: str,
    markup: str,
    url: str,
    linked: int,
    dated: bool,
) -> Seen:
    return Seen(
        title=title,
        body=body,
        visible=visible,
        markup=markup,
        head=head,
        free=described.free,
        link_share=linked / max(1, len(visible)),
        path=urlsplit(url).path,
        has_article_signs=dated or bool(described.headline and not described.weak),
    )


def _linked(tree: LexborHTMLParser) -> int:
    """How many visible characters stand in links."""
    return sum(len(" ".join(node.text().split())) for node in tree.css("a"))


def _absolute(base: str, address: str) -> str:
    if not address:
        return ""
    try:
        return urls.normalise(urls.join(base, address))
    except urls.UnusableUrl:
        return ""
