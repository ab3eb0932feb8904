"""`presswatch bench search`: how fast articles become searchable and are found, beside SQLite's full-text index."""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from presswatch_cli.commands.bench_article import numbered_article
from presswatch_cli.progress import Progress
from presswatch_query import parse
from presswatch_shared.clock import DAY
from presswatch_shared.errors import Retry
from presswatch_shared.events import ArticleEnriched
from presswatch_shared.index.open_index import clients_installed, elastic_of, is_embedded, open_index
from presswatch_shared.index.port import ArticleIndex, SearchRequest
from presswatch_shared.settings import Settings

__all__ = ["BenchOptions", "bench_search", "render_text"]

SYLLABLES = ("ka", "ro", "mi", "ste", "lan", "dor", "ve", "pa", "tu", "ni", "sha", "gri", "bel", "zo", "em", "ur")
VOCABULARY = 40_000
WORDS = 400
BATCH = 200
SHOWN_WITHIN = 60
"""Seconds."""
KINDS = ("word", "phrase", "prefix", "fuzzy", "and not", "near", "literal")


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchOptions:
    articles: int = 5_000
    seed: int = 1
    rounds: int = 10
    """Queries of each kind."""
    export: Path | None = None
    """Folder for the articles and queries used."""


class News:
    """Articles of invented words, skewed as in real texts."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        spellings = (
            "".join(self._chance.choices(SYLLABLES, k=self._chance.randrange(2, 5))) for _ in range(VOCABULARY)
        )
        self._words = list(dict.fromkeys(spellings))

    def word(self, *, rarest: float = 1.0) -> str:
        """A word; the common ones come often."""
        return self._words[int(len(self._words) ** (self._chance.random() * rarest)) - 1]

    def article(self, number: int) -> ArticleEnriched:
        body = " ".join(self.word() for _ in range(WORDS))
        return numbered_article(number, title=body[:60].title(), body=body, at=number * DAY // 100)

    def query(self, kind: str) -> str:
        one, two = self.word(rarest=0.95), self.word(rarest=0.8)
        return {
            "word": one,
            "phrase": f'"{two} {self.word(rarest=0.6)}"',
            "prefix": f"{one}*",
            "fuzzy": f"{one}x~1",
            "and not": f"{one} AND NOT {two}",
            "near": f"{one} NEAR/5 {two}",
            "literal": f"={one}",
        }[kind]


async def bench_search(
    options: BenchOptions, progress: Progress = lambda done, total: None, server: Settings | None = None
) -> dict[str, Any]:
    """Rates and milliseconds, ours and SQLite FTS5's, over the same articles; on the search server of `server`, too.

    There the articles lie in indices of their own, which are gone afterwards.
    """
    news = News(options.seed)
    articles = [news.article(number) for number in range(options.articles)]
    queries = {kind: [news.query(kind) for _ in range(options.rounds)] for kind in KINDS}
    if options.export:
        _export(options.export, articles, queries)
    with tempfile.TemporaryDirectory(prefix="presswatch-bench-") as folder:
        index = open_index(Settings(), Path(folder), write=True)
        ours = await _measured(index, articles, queries, progress)
        await index.close()
        ours["megabytes"] = round(_bytes_in(Path(folder)) / 1e6, 1)
        peer = _fts5(Path(folder) / "fts5.db", articles, queries)
    result = {
        "articles": options.articles,
        "words": WORDS,
        "seed": options.seed,
        "presswatch": ours,
        "sqlite_fts5": peer,
    }
    if server is not None and not is_embedded(server):
        result["search_server"] = await _on_server(server, articles, queries, progress)
    return result


async def _on_server(
    settings: Settings, articles: Sequence[ArticleEnriched], queries: dict[str, list[str]], progress: Progress
) -> dict[str, Any]:
    with clients_installed():
        from presswatch_shared.index.elastic.setting_up import remove_all

        own = settings.model_copy(update={"index_prefix": f"{settings.index_prefix}-bench-{secrets.token_hex(4)}"})
        index = open_index(own, own.data, write=True)
        try:
            return await _measured(index, articles, queries, progress)
        finally:
            await index.close()
            await asyncio.to_thread(remove_all, elastic_of(own))


async def _measured(
    index: ArticleIndex,
    articles: Sequence[ArticleEnriched],
    queries: dict[str, list[str]],
    progress: Progress,
) -> dict[str, Any]:
    begun = time.perf_counter()
    commits = []
    for first in range(0, len(articles), BATCH):
        moment = time.perf_counter()
        await index.put(articles[first : first + BATCH])
        commits.append(time.perf_counter() - moment)
        progress(min(first + BATCH, len(articles)), len(articles))
    rate = len(articles) / (time.perf_counter() - begun)
    await _until_shown(index, len(articles))
    searches = {}
    for kind, texts in queries.items():
        times = []
        for text in texts:
            moment = time.perf_counter()
            await index.search(SearchRequest(query=parse(text), facets=("source",), days=True))
            times.append(time.perf_counter() - moment)
        searches[kind] = _milliseconds(times)
    return {"articles_per_second": round(rate), "put_of_200_ms": _milliseconds(commits), "search_ms": searches}


async def _until_shown(index: ArticleIndex, count: int) -> None:
    """A search server shows articles a little later than it takes them."""
    for _ in range(SHOWN_WITHIN * 10):
        if await index.count() >= count:
            return
        await asyncio.sleep(0.1)
    raise Retry(f"the search server does not show {count} articles within {SHOWN_WITHIN} s")


def _bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _fts5(path: Path, articles: Sequence[ArticleEnriched], queries: dict[str, list[str]]) -> dict[str, Any]:
    """The same words and phrases in SQLite, which has no verification, no facets and no days to count."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE VIRTUAL TABLE articles USING fts5(title, body)")
        begun = time.perf_counter()
        for first in range(0, len(articles), BATCH):
            rows = [(article.title, article.body) for article in articles[first : first + BATCH]]
            with database:
                database.executemany("INSERT INTO articles VALUES (?, ?)", rows)
        rate = len(articles) / (time.perf_counter() - begun)
        searches = {
            kind: _milliseconds(list(_fts5_times(database, queries[kind], prefix="*" if kind == "prefix" else "")))
            for kind in ("word", "phrase", "prefix")
        }
    return {"articles_per_second": round(rate), "search_ms": searches}


def _fts5_times(database: sqlite3.Connection, texts: Sequence[str], *, prefix: str) -> Iterator[float]:
    for text in texts:
        asked = text if text.startswith('"') else f'"{text.rstrip("*")}"{prefix}'
        begun = time.perf_counter()
        database.execute("SELECT count(*) FROM articles WHERE articles MATCH ?", (asked,)).fetchone()
        database.execute(
            "SELECT rowid, snippet(articles, 1, '[', ']', '…', 40) FROM articles WHERE articles MATCH ? LIMIT 20",
            (asked,),
        ).fetchall()
        yield time.perf_counter() - begun


def _milliseconds(times: Sequence[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {
        "p50": round(1000 * ordered[len(ordered) // 2], 2),
        "p99": round(1000 * ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))], 2),
    }


def _export(folder: Path, articles: Sequence[ArticleEnriched], queries: dict[str, list[str]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "articles.jsonl").open("w", encoding="utf-8") as lines:
        for article in articles:
            seen = {"id": article.article_id, "title": article.title, "body": article.body, "source": article.source}
            lines.write(json.dumps(seen, ensure_ascii=False) + "\n")
    with (folder / "queries.jsonl").open("w", encoding="utf-8") as lines:
        for kind, texts in queries.items():
            lines.writelines(json.dumps({"kind": kind, "query": text}) + "\n" for text in texts)


def render_text(result: dict[str, Any]) -> str:
    """A few lines for a terminal."""
    ours, peer = result["presswatch"], result["sqlite_fts5"]
    head = (
        f"{result['articles']} articles of {result['words']} words: {ours['articles_per_second']} a second "
        f"(SQLite FTS5 {peer['articles_per_second']}), {ours['megabytes']} MB, a put of 200 in "
        f"{ours['put_of_200_ms']['p50']} ms (p99 {ours['put_of_200_ms']['p99']})"
    )
    rows = [
        f"  {kind:8} p50 {times['p50']:8.2f} ms   p99 {times['p99']:8.2f} ms"
        + (f"   SQLite FTS5 p50 {peer['search_ms'][kind]['p50']:.2f} ms" if kind in peer["search_ms"] else "")
        for kind, times in ours["search_ms"].items()
    ]
    return "\n".join([head, *rows, *_server_lines(result.get("search_server"))])


def _server_lines(found: dict[str, Any] | None) -> list[str]:
    if found is None:
        return []
    rows = [
        f"  {kind:8} p50 {times['p50']:8.2f} ms   p99 {times['p99']:8.2f} ms"
        for kind, times in found["search_ms"].items()
    ]
    put = found["put_of_200_ms"]
    return [
        f"search server: {found['articles_per_second']} a second, a put of 200 in {put['p50']} ms (p99 {put['p99']})",
        *rows,
    ]
