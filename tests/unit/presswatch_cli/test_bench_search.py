from __future__ import annotations

import json
from pathlib import Path

from presswatch_cli.commands.bench_search import KINDS, BenchOptions, bench_search, render_text
from presswatch_query import parse


async def test_bench_search_measures_both_and_writes_what_it_used(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    options = BenchOptions(articles=30, rounds=2, export=tmp_path / "used")
    result = await bench_search(options, lambda done, total: told.append((done, total)))
    assert told == [(30, 30)]
    assert set(result["presswatch"]["search_ms"]) == set(KINDS)
    assert result["sqlite_fts5"]["articles_per_second"] > 0
    assert json.loads(json.dumps(result)) == result
    assert "SQLite FTS5" in render_text(result)
    queries = [json.loads(line)["query"] for line in (tmp_path / "used/queries.jsonl").read_text().splitlines()]
    assert len([parse(query) for query in queries]) == 2 * len(KINDS)
    assert len((tmp_path / "used/articles.jsonl").read_text().splitlines()) == 30
