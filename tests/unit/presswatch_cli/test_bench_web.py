from __future__ import annotations

from pathlib import Path

from presswatch_cli.commands.bench_listeners import LiveOptions
from presswatch_cli.commands.bench_web import BenchOptions, bench_web, render_text


async def test_pages_are_timed_and_every_listener_hears_every_alert(tmp_path: Path) -> None:
    live = LiveOptions(listeners=12, deaf=2, alerts=5, pause=0.05)
    options = BenchOptions(articles=120, rounds=2, live=live, folder=tmp_path)
    result = await bench_web(options)
    assert set(result["pages"]["all"]) == {"search", "verified", "article"}
    for figures in result["pages"]["kinds"].values():
        assert 0 < figures["p50_ms"] <= figures["p95_ms"]
    assert (result["live"]["heard_all"], result["live"]["missed"]) == (12, 0)
    assert "12 of 12 listeners heard all 5 alerts" in render_text(result)


async def test_a_second_run_on_a_kept_folder_hears_its_own_alerts(tmp_path: Path) -> None:
    live = LiveOptions(listeners=2, deaf=1, alerts=2, pause=0.05)
    options = BenchOptions(articles=100, rounds=2, live=live, folder=tmp_path)
    runs = [await bench_web(options) for _ in range(2)]
    assert [run["live"]["missed"] for run in runs] == [0, 0]
