"""`presswatch bench web`: how long the server takes for a page, over many made-up articles; how live alerts spread."""

from __future__ import annotations

import gzip
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec

from presswatch_cli.commands.bench_listeners import LiveOptions
from presswatch_cli.commands.bench_live import bench_live, live_lines
from presswatch_cli.commands.bench_search import KINDS, News
from presswatch_cli.composition import Parts
from presswatch_cli.progress import Progress
from presswatch_cli.web_parts import web_dependencies
from presswatch_shared.clock import DAY, Micros
from presswatch_shared.events import ArticleEnriched, Entity, Mention
from presswatch_shared.settings import Settings
from presswatch_shared.store import articles as article_rows
from presswatch_shared.store.articles import ArticleRow
from presswatch_shared.store.database import Tx
from presswatch_web.application import create_app

__all__ = ["BenchOptions", "bench_web", "render_text"]

BATCH = 1_000
# Asks for a spelling, which no index has: each candidate is read again.
VERIFIED = "literal"
INDEXED = tuple(kind for kind in KINDS if kind != VERIFIED)
DAYS = 90
NAMES = 400
NAMED = 4
LANGS = ("en", "en", "en", "es", "ru", "de")
ROW_FIELDS = tuple(ArticleRow.__slots__)
App = Callable[[Any, Any, Any], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchOptions:
    articles: int = 100_000
    rounds: int = 20
    """Requests of each kind."""
    seed: int = 1
    live: LiveOptions = field(default_factory=LiveOptions)
    folder: Path | None = None
    """Where the made-up articles are kept for the next run; else they are made anew and go away."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What one request took, from its beginning to the last byte of its answer."""

    wall: float
    cpu: float
    size: int


class Coverage:
    """Made-up articles of the last 90 days with names, languages and outlets, the newest with the highest number."""

    def __init__(self, count: int, seed: int, now: Micros) -> None:
        self.news = News(seed)
        self.count = count
        self._now = now
        self._names = [self.news.word().title() for _ in range(NAMES)]

    def article(self, number: int) -> ArticleEnriched:
        made = self.news.article(number)
        when = self._now - (self.count - number) * DAYS * DAY // self.count
        names = {self._names[(number * (step + 1) + step) % NAMES] for step in range(NAMED)}
        return msgspec.structs.replace(
            made,
            published_at=when,
            first_seen_at=when,
            fetched_at=when,
            lang=LANGS[number % len(LANGS)],
            country=("GB", "ES", "RU", "DE", "")[number % 5],
            entities=tuple(_entity(name) for name in sorted(names)),
            story_id=f"{number - number % 3:032x}" if number % 10 == 0 else made.story_id,
            word_count=len(made.body.split()),
        )

    def addresses(self, rounds: int) -> dict[str, Sequence[str]]:
        """Pages to ask for, by kind."""
        asked: dict[str, Sequence[str]] = {"front": ["/"] * rounds}
        for kind in KINDS:
            asked[kind] = [_search(q=self.news.query(kind)) for _ in range(rounds)]
        word = [self.news.word(rarest=0.8) for _ in range(rounds)]
        ids = [f"{number * 7919 % self.count:032x}" for number in range(rounds)]
        asked |= {
            "filtered": [_search(q=text, lang="en", since="7d") for text in word],
            "one name": [_search(entity=_entity(name).id) for name in self._names[:rounds]],
            "article": [f"/articles/{each}" for each in ids],
            "article, marked": [
                f"/articles/{each}?{urlencode({'q': text})}" for each, text in zip(ids, word, strict=True)
            ],
            "name": [f"/entities/{_entity(name).id}" for name in self._names[:rounds]],
        }
        return asked


async def bench_web(options: BenchOptions, progress: Progress = lambda done, total: None) -> dict[str, Any]:
    """Milliseconds of the server by kind of page: wall and CPU; then what listeners of live alerts see and cost."""
    with tempfile.TemporaryDirectory(prefix="presswatch-bench-") as made:
        folder = options.folder or Path(made)
        parts = Parts(settings=Settings(data=folder))
        try:
            coverage = Coverage(options.articles, options.seed, parts.clock.now())
            filled = await _fill(parts, coverage, progress)
            dependencies = await web_dependencies(parts)
            pages = await _pages(create_app(dependencies), coverage.addresses(options.rounds))
            live = await bench_live(dependencies, options.live)
        finally:
            await parts.close()
    return {"articles": options.articles, "seed": options.seed, "filled": filled, "pages": pages, "live": live}


async def _fill(parts: Parts, coverage: Coverage, progress: Progress) -> dict[str, Any]:
    """What is in the folder already is taken as it is."""
    index = parts.index(write=True)
    began, cpu = time.perf_counter(), time.process_time()
    for first in range(await index.count(), coverage.count, BATCH):
        batch = [coverage.article(number) for number in range(first, min(first + BATCH, coverage.count))]
        await index.put(batch)
        await parts.store.run(_add_rows, batch)
        progress(first + len(batch), coverage.count)
    return {"seconds": round(time.perf_counter() - began, 1), "cpu_seconds": round(time.process_time() - cpu, 1)}


def _add_rows(tx: Tx, batch: Sequence[ArticleEnriched]) -> None:
    for article in batch:
        article_rows.add_article(tx, ArticleRow(**{name: getattr(article, name) for name in ROW_FIELDS}))


async def _pages(app: App, addresses: dict[str, Sequence[str]]) -> dict[str, Any]:
    measured = {kind: [await _answered(app, address) for address in asked] for kind, asked in addresses.items()}
    for kind, asked in addresses.items():
        # The first answers read files and compile templates, which a service does once.
        measured[kind][0] = await _answered(app, asked[0])
    groups = {
        "search": [one for kind in (*INDEXED, "front", "filtered", "one name") for one in measured[kind]],
        "verified": list(measured[VERIFIED]),
        "article": [*measured["article"], *measured["article, marked"]],
    }
    return {
        "kinds": {kind: _figures(found) for kind, found in measured.items()},
        "all": {name: _figures(found) for name, found in groups.items()},
    }


async def _answered(app: App, address: str) -> Answered:
    path, _, query = address.partition("?")
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(b"host", b"127.0.0.1"), (b"accept", b"text/html"), (b"accept-encoding", b"gzip")],
        "scheme": "http",
        "http_version": "1.1",
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "root_path": "",
    }
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    began, cpu = time.perf_counter(), time.process_time()
    await app(scope, receive, send)
    took = Answered(time.perf_counter() - began, time.process_time() - cpu, sum(len(m.get("body", b"")) for m in sent))
    if sent[0]["status"] >= 400:
        body = b"".join(message.get("body", b"") for message in sent)
        told = gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
        raise AssertionError(f"{address}: {sent[0]['status']} {told[-2000:]!r}")
    return took


def _figures(found: Sequence[Answered]) -> dict[str, float]:
    return {
        **{f"{name}_ms": _of(found, share, lambda one: one.wall) for name, share in (("p50", 0.5), ("p95", 0.95))},
        **{f"cpu_{name}_ms": _of(found, share, lambda one: one.cpu) for name, share in (("p50", 0.5), ("p95", 0.95))},
        "compressed_kb": round(max(one.size for one in found) / 1000, 1),
        "requests": len(found),
    }


def _of(found: Sequence[Answered], share: float, seconds: Callable[[Answered], float]) -> float:
    ordered = sorted(seconds(one) for one in found)
    return round(1000 * ordered[min(len(ordered) - 1, int(len(ordered) * share))], 1)


def _entity(name: str) -> Entity:
    return Entity(id=f"person:{name.casefold()}", name=name, type="person", mentions=(Mention("body", 0, 6),))


def _search(**asked: str) -> str:
    return f"/?{urlencode(asked)}"


def render_text(result: dict[str, Any]) -> str:
    """A few lines for a terminal."""
    pages = result["pages"]
    head = f"{result['articles']} articles; milliseconds of the server a page, wall (CPU):"
    rows = [
        f"  {name:16} p50 {one['p50_ms']:7.1f} ({one['cpu_p50_ms']:6.1f})   p95 {one['p95_ms']:7.1f} "
        f"({one['cpu_p95_ms']:6.1f})   {one['compressed_kb']:5.1f} kB"
        for name, one in {
            **pages["kinds"],
            "ALL BUT LITERAL": pages["all"]["search"],
            "ALL ARTICLES": pages["all"]["article"],
        }.items()
    ]
    return "\n".join([head, *rows, *live_lines(result["live"])])
