from __future__ import annotations

from presswatch_cli.commands.bench_duplicates import BenchOptions, bench_duplicates, render_text


def test_copies_are_found_at_few_bytes_and_a_replay_changes_no_story() -> None:
    result = bench_duplicates(BenchOptions(articles=100, seed=7))
    alike = [row for row in result["kinds"].values() if row["recall"] is not None]
    assert sum(row["alike"] for row in alike) > 300
    assert all(row["recall"] >= 0.99 for row in alike)
    assert sum(row["joined_falsely"] for row in result["kinds"].values()) == 0
    assert result["kinds"]["a third taken over"]["others"] > 90
    assert result["different_texts_joined"] == 0
    assert result["changed_by_replay"] == 0
    assert result["bytes_a_text"] <= 600
    assert "bytes a text" in render_text(result)
