from __future__ import annotations

import io
import json
from pathlib import Path

from rich.console import Console

from presswatch_cli.commands.bench_stream import BenchOptions, bench_stream, render_text
from presswatch_shared.envelope import decode


async def test_the_stream_is_measured_on_disk_and_in_memory(tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    options = BenchOptions(events=300, singles=5, export=tmp_path / "used")
    result = await bench_stream(options, lambda *step: steps.append(step))
    json.dumps(result)
    assert result["events"] == 300
    assert 4_000 < result["event_bytes"] < 5_600
    for host in ("sqlite", "memory"):
        assert result[host]["append"]["events_a_second"] > 0
        assert result[host]["stage"]["events_a_second"] > 0
        assert 0 < result[host]["through_a_stage"]["p50_ms"] <= result[host]["through_a_stage"]["p99_ms"]
    assert steps[-1] == (600, 600)
    lines = (tmp_path / "used" / "events.jsonl").read_bytes().splitlines()
    assert len({decode(line).id for line in lines}) == 300
    console = Console(file=io.StringIO(), width=100)
    render_text(result, console)
