"""`presswatch bench duplicates`: which copies of texts join the story of their original, and what a text costs to keep.

Texts and copies come from a seeded generator and go through the store as in the enrichment stage; on PostgreSQL, where
the settings name it, in a database of the bench's own. A copy should be found where its word triples overlap with the
original's above a Jaccard similarity of .65; below .3 it is none.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from presswatch_cli.commands.bench_copies import KINDS, jaccard, story
from presswatch_cli.progress import Progress
from presswatch_enrichment.similarity import fingerprint
from presswatch_enrichment.stories import Newcomer, admit
from presswatch_shared.clock import DAY
from presswatch_shared.ids import derived_id
from presswatch_shared.store.articles import ArticleRow
from presswatch_shared.store.database import Store, open_store
from presswatch_shared.store.migrate import migrate
from presswatch_shared.store.scratch import scratch_database
from presswatch_shared.store.sizes import bytes_of_tables

__all__ = ["BenchOptions", "bench_duplicates", "render_text"]

ALIKE, OTHER = 0.65, 0.3
BATCH = 50
TABLES = ("signatures", "signature_bands")


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchOptions:
    articles: int = 300
    seed: int = 1
    store: str = "sqlite"
    """A server where a database may be made for the measurement."""
    password: str = ""


def bench_duplicates(options: BenchOptions, progress: Progress = lambda done, total: None) -> dict[str, Any]:
    """Originals first, then copies of each kind; all of them asked for once more at the end, as a replay does."""
    with tempfile.TemporaryDirectory(prefix="presswatch-bench-") as folder, ExitStack() as stack:
        address = options.store
        if address != "sqlite":
            address = stack.enter_context(scratch_database(address, options.password))
        store = stack.enter_context(closing(open_store(address, Path(folder), password=options.password)))
        migrate(store)
        return _Trial(store, options).run(progress)


class _Trial:
    def __init__(self, store: Store, options: BenchOptions) -> None:
        self._store = store
        self._count = options.articles
        self._first = options.seed * 1_000_000
        self._chance = random.Random(options.seed)
        self._answers: dict[str, str] = {}
        self._asked: list[Newcomer] = []
        self._seconds = {"fingerprint": 0.0, "story": 0.0}

    def run(self, progress: Progress) -> dict[str, Any]:
        originals = [story(self._first + number) for number in range(self._count)]
        stories = self._admit("original", originals)
        joined_wrongly = self._count - len(set(stories))
        kinds = {}
        for done, (kind, copy) in enumerate(KINDS.items(), start=1):
            copies = [copy(original, self._chance) for original in originals]
            kinds[kind] = _row(originals, copies, stories, self._admit(kind, copies))
            progress(done, len(KINDS) + 1)
        texts = len(self._asked)
        result = {
            "articles": self._count,
            "store": "sqlite" if self._store.is_sqlite else "postgresql",
            "kinds": kinds,
            "different_texts_joined": joined_wrongly,
            "bytes_a_text": round(self._store.run_now(bytes_of_tables, TABLES) / texts),
            "ms_a_text": {step: round(1000 * spent / texts, 2) for step, spent in self._seconds.items()},
            "changed_by_replay": self._replayed(),
        }
        progress(len(KINDS) + 1, len(KINDS) + 1)
        return result

    def _admit(self, kind: str, texts: Sequence[list[str]]) -> list[str]:
        """The stories of texts, in order."""
        started = time.process_time()
        newcomers = [_newcomer(f"{kind} {number}", ". ".join(one)) for number, one in enumerate(texts)]
        self._seconds["fingerprint"] += time.process_time() - started
        started = time.process_time()
        found = list(self._ask(newcomers))
        self._seconds["story"] += time.process_time() - started
        self._asked += newcomers
        self._answers |= {one.row.article_id: story_id for one, story_id in zip(newcomers, found, strict=True)}
        return found

    def _ask(self, newcomers: Sequence[Newcomer]) -> Iterator[str]:
        for first in range(0, len(newcomers), BATCH):
            batch = newcomers[first : first + BATCH]
            yield from (place.story_id for place in self._store.run_now(admit, batch, story_days=2))

    def _replayed(self) -> int:
        """How many texts have another story when they are asked for again, the last first."""
        again = self._asked[::-1]
        stories = zip(again, self._ask(again), strict=True)
        return sum(self._answers[one.row.article_id] != story_id for one, story_id in stories)


def _newcomer(name: str, body: str) -> Newcomer:
    ident = derived_id("bench", name)
    row = ArticleRow(
        article_id=ident,
        version=DAY,
        url=f"https://bench.example/{ident}",
        url_hash=ident,
        source="bench.example",
        source_id="bench",
        title=name,
        lang="en",
        published_at=None,
        first_seen_at=DAY,
        story_id="",
        duplicate_of="",
    )
    return Newcomer(row=row, body=body, fetched_at=DAY, fingerprint=fingerprint("", body, "en"))


def _row(
    originals: Sequence[list[str]], copies: Sequence[list[str]], stories: Sequence[str], found: Sequence[str]
) -> Mapping[str, Any]:
    likeness = [jaccard(original, copy) for original, copy in zip(originals, copies, strict=True)]
    joined = [story_id == own for story_id, own in zip(found, stories, strict=True)]
    alike = [is_joined for is_joined, value in zip(joined, likeness, strict=True) if value >= ALIKE]
    other = [is_joined for is_joined, value in zip(joined, likeness, strict=True) if value < OTHER]
    return {
        "mean_jaccard": round(sum(likeness) / len(likeness), 3),
        "alike": len(alike),
        "recall": round(sum(alike) / len(alike), 4) if alike else None,
        "others": len(other),
        "joined_falsely": sum(other),
        "joined": round(sum(joined) / len(joined), 4),
    }


def render_text(result: Mapping[str, Any]) -> str:
    """A table for a terminal."""
    lines = [f"{'copies':34}{'Jaccard':>9}{'joined':>9}{'recall ≥ .65':>14}{'false < .3':>12}"]
    for kind, row in result["kinds"].items():
        recall = "–" if row["recall"] is None else f"{row['recall']:.3f}"
        false = f"{row['joined_falsely']}/{row['others']}"
        lines.append(f"{kind:34}{row['mean_jaccard']:>9.3f}{row['joined']:>9.3f}{recall:>14}{false:>12}")
    times = result["ms_a_text"]
    lines.append(f"{result['different_texts_joined']} of {result['articles']} different texts joined another")
    lines.append(f"{result['bytes_a_text']} bytes a text; {times['fingerprint']} + {times['story']} ms CPU a text")
    lines.append(f"{result['changed_by_replay']} texts have another story when asked for again")
    return "\n".join(lines)
