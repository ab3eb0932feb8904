"""`presswatch bench extract` and `bench enrich`: CPU time a page in this process, beside trafilatura on the same pages.

Compare ratios of one run, never bare milliseconds: machines differ, and their clocks with them.
"""

from __future__ import annotations

import lzma
import random
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table

from presswatch_cli.commands.bench_two_processes import in_two_processes, two_processes_line
from presswatch_cli.commands.page_lines import read_lines
from presswatch_cli.progress import Progress
from presswatch_enrichment import steps
from presswatch_enrichment.extract import extract
from presswatch_enrichment.page import Page
from presswatch_enrichment.transform import transform
from presswatch_shared.clock import Micros
from presswatch_shared.errors import BadInput

__all__ = ["bench_enrich", "bench_extract", "export_pages", "pages_of_file", "render_text", "sample_pages"]

SYLLABLES = ("ka", "lo", "mi", "ren", "ta", "vor", "sel", "du", "ni", "pas", "go", "rim", "ach", "ten", "bo", "lis")
PARAGRAPHS = (8, 24)
LINKS = 120


def bench_extract(pages: Sequence[Page], progress: Progress = lambda done, total: None) -> dict[str, Any]:
    """Extraction of each page, beside `trafilatura.bare_extraction(with_metadata=True)`, and the share of steps."""
    _load()
    ours, theirs = [], []
    shares: dict[str, float] = {}
    for done, page in enumerate(pages, start=1):
        ours.append(_cpu(partial(extract, page)))
        theirs.append(_cpu(partial(_by_trafilatura, page)))
        _add(shares, steps.extraction_steps(page))
        progress(done, len(pages))
    return {
        "pages": len(pages),
        "presswatch": _times(ours),
        "trafilatura": _times(theirs),
        "cpu_ratio": round(sum(ours) / sum(theirs), 3),
        "share": _shares(shares),
    }


def bench_enrich(pages: Sequence[Page], progress: Progress = lambda done, total: None) -> dict[str, Any]:
    """The whole chain, page bytes to enriched article, on one core and on two; and the share of steps.

    trafilatura is timed in the same run for the ratio: it does the first part of the chain only.
    """
    _load()
    ours, theirs, articles = [], [], 0
    shares: dict[str, float] = {}
    for done, page in enumerate(pages, start=1):
        started = time.process_time()
        found = transform(page)
        ours.append(time.process_time() - started)
        articles += found.extracted.outcome == "article"
        theirs.append(_cpu(partial(_by_trafilatura, page)))
        _add(shares, steps.extraction_steps(page))
        _add(shares, steps.enrichment_steps(found.extracted))
        progress(done, len(pages))
    return {
        "pages": len(pages),
        "articles": articles,
        "presswatch": _times(ours),
        "trafilatura": _times(theirs),
        "cpu_ratio": round(sum(ours) / sum(theirs), 3),
        "articles_per_second_one_core": round(articles / sum(ours), 1),
        "two_processes": in_two_processes(transform, pages),
        "share": _shares(shares),
    }


def _load() -> None:
    """What is loaded once is no page's cost: the worker's module goes through the whole chain when it is imported."""
    import trafilatura

    import presswatch_enrichment.worker

    trafilatura.bare_extraction(presswatch_enrichment.worker.SAMPLE, with_metadata=True)


def _by_trafilatura(page: Page) -> None:
    import trafilatura

    trafilatura.bare_extraction(page.body.decode("utf-8", "replace"), with_metadata=True)


def _add(shares: dict[str, float], spent: Mapping[str, float]) -> None:
    for step, seconds in spent.items():
        shares[step] = shares.get(step, 0.0) + seconds


def _cpu(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _times(seconds: Sequence[float]) -> Mapping[str, float]:
    ordered = sorted(seconds)
    return {
        "median_ms": round(1000 * statistics.median(ordered), 2),
        "mean_ms": round(1000 * statistics.mean(ordered), 2),
        "p99_ms": round(1000 * ordered[int(len(ordered) * 0.99)], 2),
        "pages_per_second": round(len(ordered) / sum(ordered), 1),
    }


def _shares(seconds: Mapping[str, float]) -> Mapping[str, float]:
    total = sum(seconds.values()) or 1.0
    return {step: round(spent / total, 3) for step, spent in sorted(seconds.items(), key=lambda item: -item[1])}


def pages_of_file(path: Path, *, now: Micros) -> Sequence[Page]:
    """Pages as `extract --jsonl` reads them; the file may be compressed (`.xz`).

    Raises:
        BadInput: the file cannot be read, or a line cannot be used.
    """
    try:
        with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as lines:
            return [page for _, page in read_lines(lines, now=now)]
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror or error}") from error
    except (UnicodeDecodeError, lzma.LZMAError) as error:
        raise BadInput(f"{path} cannot be read: {error}") from error


def export_pages(pages: Sequence[Page], folder: Path) -> Path:
    """The pages as a file that `extract --jsonl`, and other extractors, can read."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "pages.jsonl"
    rows = ({"id": i, "url": page.url, "html": page.body.decode("utf-8", "replace")} for i, page in enumerate(pages))
    path.write_bytes(b"\n".join(map(msgspec.json.encode, rows)) + b"\n")
    return path


def sample_pages(count: int, *, now: Micros, seed: int = 1) -> Sequence[Page]:
    """Made-up pages of the size and shape of real ones: navigation, text, related links, scripts, footer."""
    chance = random.Random(seed)
    return [_sample(number, chance, now) for number in range(count)]


def _sample(number: int, chance: random.Random, now: Micros) -> Page:
    title = _sentence(chance, 8)
    paragraphs = (
        f"<p>{' '.join(_sentence(chance, 18) for _ in range(3))}</p>" for _ in range(chance.randint(*PARAGRAPHS))
    )
    links = "".join(f'<li class="c"><a href="/n/{i}">{_sentence(chance, 6)}</a></li>' for i in range(LINKS))
    script = f"<script>var data = [{','.join(str(chance.random()) for _ in range(2000))}];</script>"
    html = (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title} | The Sample</title>'
        f'<meta property="og:title" content="{title}"><meta property="article:published_time" content="2026-01-05">'
        f"{script}</head><body><header><nav><ul>{links}</ul></nav></header>"
        f'<main><article><h1>{title}</h1><div class="byline">By Ada Holm</div>{"".join(paragraphs)}</article>'
        f'<aside class="related"><ul>{links}</ul></aside></main><footer><p>© The Sample</p></footer></body></html>'
    )
    return Page(url=f"https://sample.example/{number}", body=html.encode(), fetched_at=now, content_type="text/html")


def _sentence(chance: random.Random, words: int) -> str:
    made = ("".join(chance.choices(SYLLABLES, k=chance.randint(1, 3))) for _ in range(words))
    return " ".join(made).capitalize() + "."


def render_text(result: Mapping[str, Any], console: Console) -> None:
    """Times and shares as tables."""
    times = Table("", "median ms", "mean ms", "p99 ms", "pages/s", box=None, header_style="bold")
    for name in ("presswatch", "trafilatura"):
        if name in result:
            row = result[name]
            keys = ("median_ms", "mean_ms", "p99_ms", "pages_per_second")
            times.add_row(name, *(str(row[key]) for key in keys))
    console.print(times)
    if both := result.get("two_processes"):
        console.print(two_processes_line(both))
    shares = Table("step", "share of CPU", box=None, header_style="bold")
    for step, share in result["share"].items():
        shares.add_row(step, f"{share:.1%}")
    console.print(shares)
