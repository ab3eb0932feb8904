from __future__ import annotations

import json
from pathlib import Path

from presswatch_cli.commands.bench_alerting import BenchOptions, bench_alerting, render_text


async def test_the_alerting_stage_is_measured_with_watches_from_the_store(tmp_path: Path) -> None:
    done: list[tuple[int, int]] = []
    options = BenchOptions(watches=300, articles=4, changes=2, export=tmp_path / "used")
    result = await bench_alerting(options, lambda step, steps: done.append((step, steps)))
    assert (result["watches"], result["articles"], result["changes"]["count"]) == (300, 4, 2)
    assert result["with_alerts"]["alerts_an_article"] > 0
    assert result["without_alerts"]["articles_per_second"] > 0
    assert done[-1] == (4, 4)
    assert "300 watches, 4 articles" in render_text(result)
    assert json.loads((tmp_path / "used" / "watches.jsonl").read_text().splitlines()[-1])["id"] == "299"
    assert len((tmp_path / "used" / "articles.jsonl").read_text().splitlines()) == 4
