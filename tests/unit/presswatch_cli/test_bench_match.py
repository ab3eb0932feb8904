from __future__ import annotations

import json
from pathlib import Path

from presswatch_cli.commands.bench_match import BenchOptions, bench_match, render_text
from presswatch_query import parse


def test_matching_is_measured_beside_its_peers(tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    options = BenchOptions(sizes=(200,), articles=10, export=tmp_path)
    result = bench_match(options, lambda *step: steps.append(step))
    json.dumps(result)
    figures = result["watches"]["200"]
    assert figures["articles_per_second"] > 0
    assert all(rate > 0 for name, rate in figures["peers"].items() if name.endswith("per_second"))
    assert steps[-1] == (1, 1)
    assert "200 watches" in render_text(result)
    watches = [json.loads(line) for line in (tmp_path / "watches-200.jsonl").read_text().splitlines()]
    assert [parse(watch["query"]) for watch in watches]
