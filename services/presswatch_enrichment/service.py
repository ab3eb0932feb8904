"""The enrichment stage: `pages.fetched` in, `articles.enriched` out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from presswatch_enrichment.article import enriched, newcomer_of, page_of
from presswatch_enrichment.settings import EnrichmentSettings
from presswatch_enrichment.site_memory import with_memory
from presswatch_enrichment.stories import Admitted, admit
from presswatch_enrichment.transform import Transformed
from presswatch_enrichment.workers import Pool, transform_pages
from presswatch_shared.clock import Clock, Micros
from presswatch_shared.events import Event, PageFetched
from presswatch_shared.ids import article_id
from presswatch_shared.metrics import Metrics, language_label
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.ledger import set_article, set_superseded
from presswatch_shared.stream.port import Out, Record
from presswatch_shared.topics import ARTICLES_ENRICHED, PAGES_FETCHED, Topic

__all__ = ["EnrichmentStage", "place_articles"]

Pair = tuple[PageFetched, Transformed]


class EnrichmentStage:
    """Pages become articles. Workers first, then story and ledger in one transaction, then the outputs."""

    name = "enrichment"
    inputs: Sequence[Topic[Event]] = (PAGES_FETCHED,)

    def __init__(
        self, pool: Pool, store: Store, metrics: Metrics, clock: Clock, settings: EnrichmentSettings | None = None
    ) -> None:
        self._pool = pool
        self._store = store
        self._metrics = metrics
        self._clock = clock
        self._settings = settings or EnrichmentSettings()

    async def handle(self, batch: Sequence[Record]) -> Sequence[Out]:
        fetched = [(record, record.event) for record in batch if isinstance(record.event, PageFetched)]
        if not fetched:
            return ()
        pages = [with_memory(page_of(event), self._settings.site_memory) for _, event in fetched]
        found = await transform_pages(self._pool, pages)
        pairs = [(event, one) for (_, event), one in zip(fetched, found, strict=True)]
        now = self._clock.now()
        places = await self._store.run(place_articles, pairs, story_days=self._settings.story_days, now=now)
        self._count(pairs, places, [record.envelope.trace for record, _ in fetched], now)
        return [
            Out(
                ARTICLES_ENRICHED, enriched(event, one, places[index]), at=event.fetched_at, trace=record.envelope.trace
            )
            for index, ((record, event), one) in enumerate(zip(fetched, found, strict=True))
            if index in places and not places[index].superseded
        ]

    def _count(self, pairs: Sequence[Pair], places: Mapping[int, Admitted], traces: Sequence[str], now: Micros) -> None:
        for index, (event, found) in enumerate(pairs):
            self._metrics.extraction_duration.observe(found.seconds)
            if index not in places:
                self._metrics.pages_not_articles.labels(found.extracted.outcome).inc()
                continue
            self._metrics.articles_enriched.labels(language_label(found.lang)).inc()
            if places[index].is_new and places[index].duplicate_of:
                self._metrics.near_duplicates.inc()
            published = found.extracted.published_at
            if published is not None and not event.reprocessed:
                # Only now the moment of publication is known.
                self._metrics.see_article("fetched", published, event.fetched_at, traces[index])
                self._metrics.see_article("enriched", published, now, traces[index])


def place_articles(tx: Tx, pairs: Sequence[Pair], *, story_days: int, now: Micros) -> Mapping[int, Admitted]:
    """Stories of the articles and ledger entries of all pages; the answer has the index of each that is an article."""
    articles = [index for index, (_, found) in enumerate(pairs) if found.extracted.outcome == "article"]
    placed = admit(tx, [newcomer_of(*pairs[index]) for index in articles], story_days=story_days)
    places = dict(zip(articles, placed, strict=True))
    for event, found in sorted(pairs, key=lambda pair: (pair[0].url_hash, pair[0].visit)):
        _enter(tx, event, found, now)
    late = [pairs[index][0] for index, place in places.items() if place.superseded]
    set_superseded(tx, sorted((event.url_hash, event.visit) for event in late), now=now)
    return places


def _enter(tx: Tx, event: PageFetched, found: Transformed, now: Micros) -> None:
    extracted = found.extracted
    is_article = extracted.outcome == "article"
    set_article(
        tx,
        event.url_hash,
        event.visit,
        outcome=extracted.outcome,
        article_id=article_id(extracted.canonical_url) if is_article else "",
        reason=extracted.reason,
        now=now,
    )
