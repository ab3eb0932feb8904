"""All metadata of a page, each field with where it came from."""

from __future__ import annotations

from presswatch_enrichment.metadata import dates, description
from presswatch_enrichment.metadata.authors import choose_authors, signed_by
from presswatch_enrichment.metadata.canonical import choose_canonical, source_or_nothing
from presswatch_enrichment.metadata.dates import Dated
from presswatch_enrichment.metadata.head import Head
from presswatch_enrichment.metadata.near_title import lines_near_title
from presswatch_enrichment.metadata.rights import rights_of
from presswatch_enrichment.metadata.structured import Described
from presswatch_enrichment.metadata.titles import choose_title
from presswatch_enrichment.page import Extracted, Page
from presswatch_shared import urls

__all__ = ["gather_metadata"]


def gather_metadata(page: Page, markup: str, head: Head, described: Described) -> Extracted:
    """An article without its body. `provenance` names the source of title, authors, dates and address."""
    title, title_from = choose_title(head, described, source_or_nothing(page.url))
    if not title and page.feed_title:
        title, title_from = page.feed_title, "feed"
    published, modified = _dates(page, markup, head, described)
    authors, authors_from = choose_authors(head, described, page.feed_authors)
    if not authors and (signed := signed_by(lines_near_title(markup))):
        authors, authors_from = signed, "text"
    canonical, canonical_from = choose_canonical(head, page.url)
    origins = {
        "title": title_from,
        "published_at": published.origin,
        "modified_at": modified.origin,
        "authors": authors_from,
        "canonical_url": canonical_from,
    }
    return Extracted(
        outcome="article",
        canonical_url=canonical,
        title=title,
        authors=authors,
        published_at=published.moment,
        published_zone=published.zone,
        modified_at=modified.moment,
        modified_zone=modified.zone,
        outlet=described.publisher or head.first("og:site_name", "application-name"),
        lang_hint=description.language_claim(head, described, page.headers.get("content-language", "")),
        description=description.description_of(head, described),
        image=_absolute(page.url, description.image_of(head, described)),
        category=description.category_of(head, described),
        keywords=description.keywords_of(head, described),
        paywalled=description.is_paywalled(head, described),
        rights=rights_of(head, page.headers),
        provenance={name: origin for name, origin in origins.items() if origin},
    )


def _dates(page: Page, markup: str, head: Head, described: Described) -> tuple[Dated, Dated]:
    """(published, modified): declared, else found in the text, else the feed's."""
    published, modified = dates.choose_dates(head, described, now=page.fetched_at)
    if published.moment is None and not dates.declares(head, described):
        found = dates.search_text_date(head, markup, page.url, now=page.fetched_at)
        published = Dated(found, "text") if found is not None else published
    if published.moment is None and dates.believable(page.feed_published_at, now=page.fetched_at):
        published = Dated(page.feed_published_at, "feed")
    return published, modified


def _absolute(base: str, address: str) -> str:
    if not address:
        return ""
    try:
        return urls.normalise(urls.join(base, address))
    except urls.UnusableUrl:
        return ""
