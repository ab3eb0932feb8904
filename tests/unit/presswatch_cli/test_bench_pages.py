from __future__ import annotations

from pathlib import Path

from rich.console import Console

from presswatch_cli.commands.bench_pages import (
    bench_enrich,
    bench_extract,
    export_pages,
    pages_of_file,
    render_text,
    sample_pages,
)
from presswatch_enrichment.extract import extract
from tests.fixtures.saved_pages import FETCHED_AT


def test_the_same_seed_makes_the_same_pages_and_all_are_articles() -> None:
    pages = sample_pages(4, now=FETCHED_AT, seed=7)
    assert pages == sample_pages(4, now=FETCHED_AT, seed=7)
    assert {extract(page).outcome for page in pages} == {"article"}


def test_extraction_is_timed_beside_trafilatura_in_the_same_run() -> None:
    result = bench_extract(sample_pages(3, now=FETCHED_AT))
    assert result["pages"] == 3
    assert result["cpu_ratio"] > 0
    assert sum(result["share"].values()) > 0.98
    render_text(result, Console(quiet=True))


def test_the_whole_chain_is_timed() -> None:
    result = bench_enrich(sample_pages(3, now=FETCHED_AT))
    assert result["articles"] == 3
    assert {"parse", "metadata", "body", "language", "entities", "tone", "summary", "fingerprint"} <= set(
        result["share"]
    )
    assert result["cpu_ratio"] > 0
    assert result["two_processes"]["two"] > 0
    render_text(result, Console(quiet=True))


def test_exported_pages_can_be_read_again(tmp_path: Path) -> None:
    pages = sample_pages(3, now=FETCHED_AT)
    read = pages_of_file(export_pages(pages, tmp_path), now=FETCHED_AT)
    assert [(page.url, page.body) for page in read] == [(page.url, page.body) for page in pages]
