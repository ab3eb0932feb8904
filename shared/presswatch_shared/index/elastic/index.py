"""The articles in Elasticsearch or OpenSearch: an index a month of first sight, read through one alias."""

from __future__ import annotations

import random
import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from presswatch_query import Query
from presswatch_shared.clock import Micros
from presswatch_shared.errors import Retry
from presswatch_shared.events import ArticleEnriched
from presswatch_shared.index.elastic.bulk import BulkItem, BulkOutcome, bulk_writer, raise_refused
from presswatch_shared.index.elastic.connecting import Server, connect
from presswatch_shared.index.elastic.daemon_thread import in_daemon_thread
from presswatch_shared.index.elastic.documents import article_document, digest_of, month_of
from presswatch_shared.index.elastic.failures import asking
from presswatch_shared.index.elastic.searching import Searcher, count_articles
from presswatch_shared.index.elastic.setting_up import MEND, create_index, set_up_if_needed
from presswatch_shared.index.elastic.settings import ElasticSettings
from presswatch_shared.index.newest import decide
from presswatch_shared.index.port import EXACT_LIMIT, Filters, PutOutcome, SearchRequest, SearchResult
from presswatch_shared.index.verdicts import Verdicts
from presswatch_shared.metrics import Metrics

__all__ = ["ElasticIndex", "open_elastic"]

T = TypeVar("T")
TOMBSTONE_TRIES = 8
TOMBSTONE_SECONDS = 0.25
"""A deletion is remembered for about so long; until then it refuses older versions."""


@dataclass(frozen=True, slots=True)
class _Stamp:
    """What is stored of an article."""

    version: int
    digest: str


def open_elastic(
    settings: ElasticSettings,
    *,
    write: bool,
    now: Micros,
    metrics: Metrics | None = None,
    exact_limit: int = EXACT_LIMIT,
) -> ElasticIndex:
    """The index on the server of the settings, its templates put if it is to be written and they are not there.

    `exact_limit` is how many candidates of a query are verified.

    Raises:
        ServerUnreachable: nobody answers.
        BadInput: the server's version does not fit, or it does not let us do what is needed.
    """
    server = connect(settings)
    if write:
        set_up_if_needed(server, settings, now=now)
    return ElasticIndex(server, settings, metrics, exact_limit)


class ElasticIndex:
    """An `ArticleIndex` on a search server. What was put is found after the refresh interval of the settings."""

    def __init__(self, server: Server, settings: ElasticSettings, metrics: Metrics | None, exact_limit: int) -> None:
        self.server = server
        self._settings = settings
        self._searcher = Searcher(server.client, settings.articles, Verdicts(exact_limit))
        self._writer = bulk_writer(server, settings, metrics)
        self._months: set[str] = set()

    async def put(self, articles: Sequence[ArticleEnriched]) -> tuple[PutOutcome, ...]:
        return await in_daemon_thread(lambda: self._put(articles)) if articles else ()

    async def search(self, request: SearchRequest) -> SearchResult:
        return await self._ask("searching", lambda: self._searcher.search(request))

    async def scan(
        self, query: Query | None, *, since: Micros | None = None, until: Micros | None = None
    ) -> AsyncIterator[ArticleEnriched]:
        chunks = self._searcher.scan(query, Filters(since=since, until=until))
        try:
            while (chunk := await self._ask("reading articles", lambda: next(chunks, None))) is not None:
                for article in chunk:
                    yield article
        finally:
            await self._ask("reading articles", chunks.close)

    async def get(self, article_id: str) -> ArticleEnriched | None:
        found = await self._ask("reading an article", lambda: self._searcher.get([article_id]))
        return found.get(article_id)

    async def versions(self, article_ids: Collection[str]) -> Mapping[str, int]:
        found = await self._ask("reading versions", lambda: self._searcher.places(article_ids))
        return {key: max(version for _, version in places) for key, places in found.items()}

    async def count(self) -> int:
        return await self._ask("counting articles", lambda: count_articles(self.server.client, self._settings.articles))

    async def delete(self, article_ids: Sequence[str]) -> int:
        return await self._ask("deleting articles", lambda: self._delete(article_ids))

    async def close(self) -> None:
        await in_daemon_thread(self.server.client.close)

    async def _ask(self, what: str, question: Callable[[], T]) -> T:
        def answer() -> T:
            with asking(self._settings.where, what):
                return question()

        return await in_daemon_thread(answer)

    def _put(self, articles: Sequence[ArticleEnriched]) -> tuple[PutOutcome, ...]:
        places = {article.article_id: self._place(article) for article in articles}
        digests: dict[int, str] = {id(article): digest_of(article) for article in articles}
        stored = self._stored(places)
        decision = decide(articles, stored, lambda article, known: digests[id(article)] == known.digest)
        self._make_indices({places[article.article_id] for article in decision.write})
        items = [
            BulkItem(
                index=places[article.article_id],
                id=article.article_id,
                version=article.version,
                body=article_document(article, digests[id(article)]),
            )
            for article in decision.write
        ]
        outdated = self._write(items, stored)
        return tuple(
            PutOutcome.SUPERSEDED if article.article_id in outdated else outcome
            for article, outcome in zip(articles, decision.outcomes, strict=True)
        )

    def _place(self, article: ArticleEnriched) -> str:
        return f"{self._settings.articles}-{month_of(article.first_seen_at)}"

    def _stored(self, places: Mapping[str, str]) -> dict[str, _Stamp]:
        """What is stored of the articles, refreshed or not, by id."""
        if not places:
            return {}
        docs = [{"_index": index, "_id": key, "_source": ["search.digest"]} for key, index in places.items()]
        with asking(self._settings.where, "reading versions"):
            answer = self.server.client.mget(docs=docs)
        return {
            doc["_id"]: _Stamp(doc["_version"], doc["_source"]["search"]["digest"])
            for doc in answer["docs"]
            if doc.get("found")
        }

    def _make_indices(self, names: set[str]) -> None:
        for name in sorted(names - self._months):
            month = name.removeprefix(f"{self._settings.articles}-")
            if not create_index(self.server.client, self._settings, self._settings.articles, month):
                raise Retry(f"the index {name} has no alias {self._settings.articles}, templates are missing: {MEND}")
            self._months.add(name)

    def _write(self, items: Sequence[BulkItem], stored: Mapping[str, _Stamp]) -> set[str]:
        """Write; the ids of which a newer version came meanwhile.

        Raises:
            Poison: the server refuses a document; the others are written.
            Retry: busy or away.
        """
        pending, outdated = list(items), set[str]()
        for attempt in range(TOMBSTONE_TRIES):
            if attempt:
                time.sleep(TOMBSTONE_SECONDS * (0.5 + random.random()))
            results = self._writer.write(pending) if pending else []
            raise_refused("article", pending, results)
            late = [
                item for item, result in zip(pending, results, strict=True) if result.outcome is BulkOutcome.OUTDATED
            ]
            known = self._stored({item.id: item.index for item in late})
            outdated |= known.keys()
            pending = [item for item in late if item.id not in known]
            if not pending:
                return outdated
        raise Retry(
            f"{len(pending)} articles were deleted a moment ago; their older versions are refused until it passed"
        )

    def _delete(self, article_ids: Sequence[str]) -> int:
        if not article_ids:
            return 0
        client, alias = self.server.client, self._settings.articles
        client.indices.refresh(index=alias, ignore_unavailable=True, allow_no_indices=True)
        places = self._searcher.places(list(dict.fromkeys(article_ids)))
        items = [BulkItem(index=index, id=key) for key, found in places.items() for index, _ in found]
        if items:
            self._writer.write(items)
        return len(places)
