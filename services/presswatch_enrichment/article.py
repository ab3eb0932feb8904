"""The event of an article, from the page it came in, what was found in it, and the place it was given."""

from __future__ import annotations

from presswatch_enrichment.extract import EXTRACTOR
from presswatch_enrichment.page import Page
from presswatch_enrichment.stories import Admitted, Newcomer
from presswatch_enrichment.transform import Transformed
from presswatch_shared.events import ArticleEnriched, PageFetched
from presswatch_shared.ids import article_id, url_hash
from presswatch_shared.store.articles import ArticleRow
from presswatch_shared.urls import source_of

__all__ = ["enriched", "newcomer_of", "page_of"]


def page_of(event: PageFetched) -> Page:
    """What extraction sees of a fetched page."""
    return Page(
        url=event.final_url or event.url,
        body=event.body,
        fetched_at=event.fetched_at,
        content_type=event.content_type,
        content_encoding=event.content_encoding,
        headers=event.headers,
        feed_title=event.feed_title,
        feed_published_at=event.feed_published_at,
        feed_authors=event.feed_authors,
    )


def newcomer_of(event: PageFetched, found: Transformed) -> Newcomer:
    """The article as it asks for its place; first sight is this fetch unless an earlier one is known."""
    canonical = found.extracted.canonical_url
    row = ArticleRow(
        article_id=article_id(canonical),
        version=event.version,
        url=canonical,
        url_hash=event.url_hash or url_hash(event.url),
        source=source_of(canonical),
        source_id=event.source_id,
        title=found.extracted.title,
        lang=found.lang,
        published_at=found.extracted.published_at,
        first_seen_at=event.fetched_at,
        story_id="",
        duplicate_of="",
    )
    return Newcomer(row=row, body=found.extracted.body, fetched_at=event.fetched_at, fingerprint=found.fingerprint)


def enriched(event: PageFetched, found: Transformed, place: Admitted) -> ArticleEnriched:
    """The whole article. Without a believable date the article counts as published when it was first seen."""
    extracted = found.extracted
    undated = extracted.published_at is None
    return ArticleEnriched(
        article_id=article_id(extracted.canonical_url),
        version=event.version,
        url=event.final_url or event.url,
        url_hash=event.url_hash,
        visit=event.visit,
        canonical_url=extracted.canonical_url,
        source_id=event.source_id,
        source=source_of(extracted.canonical_url),
        title=extracted.title,
        body=extracted.body,
        lead=extracted.lead,
        authors=extracted.authors,
        published_at=place.first_seen_at if undated else extracted.published_at,
        modified_at=extracted.modified_at,
        first_seen_at=place.first_seen_at,
        fetched_at=event.fetched_at,
        lang=found.lang,
        country=event.country,
        category=extracted.category,
        collection=event.collection,
        description=extracted.description,
        image=extracted.image,
        keywords=extracted.keywords,
        entities=found.entities,
        story_id=place.story_id,
        duplicate_of=place.duplicate_of,
        word_count=found.word_count,
        summary=found.summary,
        keyphrases=found.keyphrases,
        tone=found.tone,
        paywalled=extracted.paywalled,
        rights=extracted.rights,
        provenance=extracted.provenance | ({"published_at": "first_seen"} if undated else {}),
        extractor=EXTRACTOR,
        reprocessed=event.reprocessed,
    )
