"""`presswatch bench match`: how fast articles are matched against many watches, beside what one would write oneself."""

from __future__ import annotations

import gc
import json
import multiprocessing
import platform
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from presswatch_cli.commands.bench_match_peers import aho_corasick_rate, regex_loop_rate
from presswatch_cli.commands.bench_match_set import (
    SHARE_OF_NAMES,
    WORDS_AN_ARTICLE,
    WatchMaker,
    articles_from,
    invented_articles,
)
from presswatch_cli.commands.bench_two_processes import in_two_processes, two_processes_line
from presswatch_query import Article, Matcher, Query, analyse_article, parse
from presswatch_query.analyser import token_texts

__all__ = ["BenchOptions", "bench_match", "render_text"]

SIZES = (10_000, 100_000, 1_000_000)
WARM_UP = 100
CHANGES = 5_000
TURNS = 3
PEER_ARTICLES = 3
PEER_WORDS = 200
"""Articles for the quick peer."""
MOST_PEER_WATCHES = 100_000
"""The peers take minutes for more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchOptions:
    sizes: Sequence[int] = SIZES
    articles: int = 500
    seed: int = 1
    names: float = SHARE_OF_NAMES
    """Share of the words of watches that no article has: more of them, fewer matches an article."""
    texts: Path | None = None
    """Lines of JSON with a `body`; invented articles where there is none."""
    peers: bool = True
    export: Path | None = None
    """Folder for the articles and watches used."""


def bench_match(
    options: BenchOptions, progress: Callable[[int, int], None] = lambda done, total: None
) -> dict[str, Any]:
    """The figures; each size in a process of its own, so that memory is its own.

    Raises:
        BadInput: the texts cannot be used.
    """
    texts = _texts(options)
    if options.export:
        _export(options.export, options, texts)
    sizes = {}
    for done, size in enumerate(options.sizes):
        progress(done, len(options.sizes))
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            sizes[str(size)] = pool.submit(_measure, texts, size, options).result()
    progress(len(options.sizes), len(options.sizes))
    return {
        "machine": f"{platform.machine()} Python {platform.python_version()}",
        "articles": len(texts),
        "words": WORDS_AN_ARTICLE,
        "texts": options.texts.name if options.texts else "invented",
        "seed": options.seed,
        "share_of_names": options.names,
        "watches": sizes,
    }


def _texts(options: BenchOptions) -> list[str]:
    if options.texts:
        return articles_from(options.texts, options.articles)
    return invented_articles(options.articles, options.seed)


def _measure(texts: Sequence[str], size: int, options: BenchOptions) -> dict[str, Any]:
    """One size, in a fresh process."""
    queries = list(WatchMaker(texts, options.seed, options.names).queries(size))
    before = _resident_megabytes()
    matcher, load = _loaded(queries)
    memory = _resident_megabytes() - before
    result = {
        "load_seconds": round(load, 2),
        "megabytes": round(memory),
        **_matching(matcher, texts, size),
        "two_processes": in_two_processes(partial(_match, matcher), texts, turns=TURNS, warm_up=len(texts)),
        "microseconds_by_step": _steps(matcher, texts[:WARM_UP]),
        **_changing(matcher, queries[:CHANGES]),
    }
    if options.peers:
        result["peers"] = _peers([parse(query).tree for query in queries[:MOST_PEER_WATCHES]], texts, size)
    return result


def _loaded(queries: Sequence[str]) -> tuple[Matcher, float]:
    """The matcher with all watches, and the seconds it took to parse and add them."""
    gc.disable()  # Nothing of it is garbage; the collector would go through all of it again and again.
    begun = time.process_time()
    matcher = Matcher()
    for number, query in enumerate(queries):
        matcher.add(f"w{number}", parse(query))
    load = time.process_time() - begun
    gc.freeze()
    gc.enable()
    return matcher, load


def _match(matcher: Matcher, text: str) -> None:
    matcher.match(analyse_article(Article(body=text)))


def _matching(matcher: Matcher, texts: Sequence[str], size: int) -> dict[str, Any]:
    """Articles a second of CPU, from raw text to ids."""
    for text in texts[:WARM_UP]:
        matcher.match(analyse_article(Article(body=text)))
    seconds, matches = [], 0
    begun = time.process_time()
    for text in texts:
        moment = time.process_time()
        matches += len(matcher.match(analyse_article(Article(body=text))))
        seconds.append(time.process_time() - moment)
    spent = time.process_time() - begun
    cost = matcher.total_cost()
    return {
        "articles_per_second": round(len(texts) / spent, 1),
        "match_ms": _percentiles(seconds, 1e3),
        "matches_per_article": round(matches / len(texts), 1),
        "percent_of_watches_matching": round(100 * matches / len(texts) / size, 3),
        "candidates_per_article": round(cost.candidates / (len(texts) + min(WARM_UP, len(texts))), 1),
    }


def _steps(matcher: Matcher, texts: Sequence[str]) -> dict[str, float]:
    """Where the time of an article goes, from its text on."""
    clock = time.process_time
    cutting = finding = matching = 0.0
    for text in texts:
        moments = [clock()]
        token_texts(text)
        moments.append(clock())
        article = analyse_article(Article(body=text))
        matcher.match(article)
        moments.append(clock())
        matcher.find_candidates(article)
        moments.append(clock())
        cut, whole, found = (later - earlier for earlier, later in pairwise(moments))
        cutting, matching, finding = cutting + cut, matching + whole, finding + found
    scale = 1e6 / len(texts)
    return {
        "cut_into_words": round(cutting * scale),
        "look_up_words_and_phrases": round(finding * scale),
        "verify_and_the_rest": round((matching - cutting - finding) * scale),
    }


def _changing(matcher: Matcher, texts: Sequence[str]) -> dict[str, Any]:
    """Microseconds of CPU to add and remove a parsed watch while all others are loaded."""
    parsed: list[Query] = [parse(text) for text in texts]
    added, removed = [], []
    for number, query in enumerate(parsed):
        moment = time.process_time()
        matcher.add(f"new{number}", query)
        added.append(time.process_time() - moment)
    for number in range(len(parsed)):
        moment = time.process_time()
        matcher.remove(f"new{number}")
        removed.append(time.process_time() - moment)
    return {"add_us": _percentiles(added, 1e6), "remove_us": _percentiles(removed, 1e6)}


def _peers(trees: Sequence[Any], texts: Sequence[str], size: int) -> dict[str, Any]:
    sample = texts[:PEER_ARTICLES]
    words = [token_texts(text) for text in texts[:PEER_WORDS]]
    counts = Counter(word for text in words for word in text)
    result: dict[str, Any] = {
        "regex_loop_articles_per_second": round(regex_loop_rate(trees, sample) * len(trees) / size, 4)
    }
    if size <= MOST_PEER_WATCHES and (found := aho_corasick_rate(trees, words, counts)):
        result["aho_corasick_articles_per_second"] = round(found[0], 2)
        result["aho_corasick_build_seconds"] = round(found[1], 2)
    return result


def _percentiles(values: Sequence[float], scale: float) -> dict[str, float]:
    ordered = sorted(values)
    last = len(ordered) - 1
    return {f"p{share}": round(ordered[min(last, len(ordered) * share // 100)] * scale, 2) for share in (50, 99)}


def _resident_megabytes() -> float:
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def _export(folder: Path, options: BenchOptions, texts: Sequence[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "articles.jsonl").open("w", encoding="utf-8") as lines:
        for number, text in enumerate(texts):
            lines.write(json.dumps({"id": f"a{number}", "title": "", "body": text}, ensure_ascii=False) + "\n")
    for size in options.sizes:
        with (folder / f"watches-{size}.jsonl").open("w", encoding="utf-8") as lines:
            for number, query in enumerate(WatchMaker(texts, options.seed, options.names).queries(size)):
                lines.write(json.dumps({"id": f"w{number}", "query": query}, ensure_ascii=False) + "\n")


def render_text(result: dict[str, Any]) -> str:
    """A few lines for a terminal."""
    rows = [f"{result['articles']} articles of {result['words']} words ({result['texts']}), one core"]
    for size, figures in result["watches"].items():
        rows.append(
            f"{int(size):>9,} watches: {figures['articles_per_second']:,.0f} articles/s "
            f"(p50 {figures['match_ms']['p50']} ms, p99 {figures['match_ms']['p99']} ms), "
            f"{figures['matches_per_article']:,.0f} matches an article; load {figures['load_seconds']} s, "
            f"{figures['megabytes']} MB; p99 of adding {figures['add_us']['p99']} µs, "
            f"of removing {figures['remove_us']['p99']} µs"
        )
        if figures["two_processes"]:
            rows.append(f"            {two_processes_line(figures['two_processes'])}")
        steps = figures["microseconds_by_step"].items()
        rows.append("            µs an article: " + ", ".join(f"{name.replace('_', ' ')} {us}" for name, us in steps))
        rows += [f"            {name}: {value}" for name, value in figures.get("peers", {}).items()]
    return "\n".join(rows)
