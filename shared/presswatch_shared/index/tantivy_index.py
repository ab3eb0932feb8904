"""The embedded index on tantivy: one process writes, any number read and see each commit with their next question."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from presswatch_query import Query
from presswatch_shared.clock import Micros
from presswatch_shared.errors import BadInput, Poison, Retry
from presswatch_shared.events import ArticleEnriched
from presswatch_shared.index.newest import decide
from presswatch_shared.index.port import EXACT_LIMIT, Filters, PutOutcome, SearchRequest, SearchResult
from presswatch_shared.index.tantivy_folder import create, has_index, open_existing
from presswatch_shared.index.tantivy_schema import make_document
from presswatch_shared.index.tantivy_search import Snapshot
from presswatch_shared.index.verdicts import Verdicts

if TYPE_CHECKING:
    import tantivy

__all__ = ["TantivyIndex", "open_tantivy"]

T = TypeVar("T")
WRITER_HEAP_BYTES = 64 * 1024 * 1024
READ_THREADS = 4
"""A question whose candidates are verified can take seconds; the others do not wait for it."""


def open_tantivy(folder: Path, *, write: bool, exact_limit: int = EXACT_LIMIT) -> TantivyIndex:
    """The index in `folder`, made if it is to be written and not there. Read only, it may appear at any time.

    `exact_limit` is how many candidates of a query are verified.

    Raises:
        BadInput: made by another version, damaged, not writable, or written by another process.
    """
    if not write:
        return TantivyIndex(folder, open_existing(folder) if has_index(folder) else None, None, exact_limit)
    index = open_existing(folder) if has_index(folder) else create(folder)
    return TantivyIndex(folder, index, _writer(index, folder), exact_limit)


class TantivyIndex:
    """An `ArticleIndex` in a folder. Questions run in threads of their own; each sees the last commit."""

    def __init__(
        self, folder: Path, index: tantivy.Index | None, writer: tantivy.IndexWriter | None, exact_limit: int
    ) -> None:
        self._folder = folder
        self._index = index
        self._writer = writer
        self._writes = writer is not None
        self._verdicts = Verdicts(exact_limit)
        self._write_thread = ThreadPoolExecutor(1, thread_name_prefix="index-write")
        self._read_threads = ThreadPoolExecutor(READ_THREADS, thread_name_prefix="index-read")

    async def put(self, articles: Sequence[ArticleEnriched]) -> tuple[PutOutcome, ...]:
        return await _in(self._write_thread, lambda: self._put(articles))

    async def search(self, request: SearchRequest) -> SearchResult:
        found = await self._ask(lambda snapshot: snapshot.search(request))
        return found or SearchResult(hits=(), total=0, facets=dict.fromkeys(request.facets, ()))

    async def scan(
        self, query: Query | None, *, since: Micros | None = None, until: Micros | None = None
    ) -> AsyncIterator[ArticleEnriched]:
        filters = Filters(since=since, until=until)
        chunks = await self._ask(lambda snapshot: snapshot.scan(query, filters)) or iter(())
        while (chunk := await _in(self._read_threads, lambda: next(chunks, None))) is not None:
            for article in chunk:
                yield article

    async def get(self, article_id: str) -> ArticleEnriched | None:
        found = await self._ask(lambda snapshot: snapshot.get([article_id]))
        return found.get(article_id) if found else None

    async def versions(self, article_ids: Collection[str]) -> Mapping[str, int]:
        found = await self._ask(lambda snapshot: snapshot.get(article_ids)) or {}
        return {key: article.version for key, article in found.items()}

    async def count(self) -> int:
        return await self._ask(lambda snapshot: snapshot.count()) or 0

    async def delete(self, article_ids: Sequence[str]) -> int:
        return await _in(self._write_thread, lambda: self._delete(article_ids))

    async def close(self) -> None:
        """Give the writer's lock back; all that `put` reported is durable already."""
        await _in(self._write_thread, self._drop_writer)
        self._write_thread.shutdown(wait=True)
        self._read_threads.shutdown(wait=True)

    async def _ask(self, question: Callable[[Snapshot], T]) -> T | None:
        """The answer to a question; None while there is no index yet."""

        def answer() -> T | None:
            snapshot = self._snapshot()
            return None if snapshot is None else question(snapshot)

        return await _in(self._read_threads, answer)

    def _snapshot(self) -> Snapshot | None:
        if self._index is None:
            if not has_index(self._folder):
                return None
            self._index = open_existing(self._folder)
        self._index.reload()
        return Snapshot(self._index.schema, self._index.searcher(), self._verdicts)

    def _put(self, articles: Sequence[ArticleEnriched]) -> tuple[PutOutcome, ...]:
        decision = decide(articles, self._stored({article.article_id for article in articles}))
        if decision.write:
            documents = [_document(article) for article in decision.write]
            self._commit([article.article_id for article in decision.write], documents)
        return decision.outcomes

    def _delete(self, article_ids: Sequence[str]) -> int:
        known = self._stored(set(article_ids))
        if known:
            self._commit(list(known), [])
        return len(known)

    def _stored(self, article_ids: set[str]) -> dict[str, ArticleEnriched]:
        snapshot = self._snapshot()
        return snapshot.get(article_ids) if snapshot else {}

    def _commit(self, delete: Sequence[str], add: Sequence[tantivy.Document]) -> None:
        """Both or neither."""
        writer = self._ready_writer()
        try:
            for article_id in delete:
                writer.delete_documents_by_term("id", article_id)
            for document in add:
                writer.add_document(document)
            writer.commit()
        except (OSError, ValueError) as error:
            # A writer that failed stays unusable; the next try gets a new one.
            self._drop_writer()
            raise Retry(f"search index in {self._folder}: {error}") from error

    def _ready_writer(self) -> tantivy.IndexWriter:
        if not self._writes or self._index is None:
            raise BadInput(f"the search index in {self._folder} is open for reading only")
        if self._writer is None:
            self._writer = _writer(self._index, self._folder)
        return self._writer

    def _drop_writer(self) -> None:
        self._writer = None


def _writer(index: tantivy.Index, folder: Path) -> tantivy.IndexWriter:
    try:
        return index.writer(heap_size=WRITER_HEAP_BYTES, num_threads=1)
    except (OSError, ValueError) as error:
        if "LockBusy" in str(error):
            raise BadInput(f"another process writes the search index in {folder}: stop it, or use it") from error
        raise BadInput(f"the search index in {folder} cannot be written: {error}") from error


def _document(article: ArticleEnriched) -> tantivy.Document:
    try:
        return make_document(article)
    except (ValueError, OverflowError) as error:
        raise Poison(f"article {article.article_id} cannot be indexed: {error}", reason="unindexable") from error


async def _in(executor: ThreadPoolExecutor, work: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(executor, work)
