from __future__ import annotations

import pytest

from presswatch_cli.commands.bench_duplicates import BenchOptions, bench_duplicates, render_text
from tests.conftest import POSTGRESQL, SQLITE
from tests.servers.addresses import PostgresqlAddress

MOST_BYTES = {"sqlite": 600, "postgresql": 1100}
"""A text, of 800; the keys of PostgreSQL's index are shared by more and more texts: 444 bytes at 140,000."""


@pytest.fixture(params=[SQLITE, POSTGRESQL])
def address(request: pytest.FixtureRequest) -> str:
    if request.param == "sqlite":
        return "sqlite"
    server: PostgresqlAddress = request.getfixturevalue("postgresql")
    return server.url


def test_copies_are_found_at_few_bytes_and_a_replay_changes_no_story(address: str) -> None:
    result = bench_duplicates(BenchOptions(articles=100, seed=7, store=address))
    alike = [row for row in result["kinds"].values() if row["recall"] is not None]
    assert sum(row["alike"] for row in alike) > 300
    assert all(row["recall"] >= 0.99 for row in alike)
    assert sum(row["joined_falsely"] for row in result["kinds"].values()) == 0
    assert result["kinds"]["a third taken over"]["others"] > 90
    assert result["different_texts_joined"] == 0
    assert result["changed_by_replay"] == 0
    assert result["bytes_a_text"] <= MOST_BYTES[result["store"]]
    assert "bytes a text" in render_text(result)
