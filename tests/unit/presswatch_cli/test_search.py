from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from presswatch_cli.commands.search import SearchOptions, hints, render_count, render_json, render_text, run_search
from presswatch_query import parse
from presswatch_shared.clock import DAY
from presswatch_shared.errors import BadInput, ServerUnreachable
from presswatch_shared.index.in_memory import InMemoryIndex
from presswatch_shared.index.open_index import index_folder, open_index
from presswatch_shared.index.port import SearchResult
from presswatch_shared.settings import Settings
from tests.fixtures.enriched import NOON, enriched


async def searched(query: str, options: SearchOptions) -> SearchResult:
    index = InMemoryIndex()
    await index.put(
        [
            enriched("a", title="Harbour opens", body="The harbour is open. \x1b[31mRed."),
            enriched("b", lang="es", country="ES", source="norte.example", published_at=NOON - 3 * DAY),
        ]
    )
    return await run_search(index, parse(query), options, now=NOON)


def shown(result: SearchResult, *, color: bool = False) -> str:
    console = Console(file=io.StringIO(), force_terminal=color, color_system="standard" if color else None, width=200)
    render_text(result, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        pytest.param(SearchOptions(), ["a", "b"], id="all"),
        pytest.param(SearchOptions(since="2d"), ["a"], id="since two days"),
        pytest.param(SearchOptions(until="2025-12-30"), ["b"], id="until the end of a day"),
        pytest.param(SearchOptions(until="2025-12-28"), [], id="until the day before"),
        pytest.param(SearchOptions(sources=("norte.example",)), ["b"], id="source"),
        pytest.param(SearchOptions(langs=("es", "en")), ["a", "b"], id="languages"),
        pytest.param(SearchOptions(countries=("gb",)), ["a"], id="country"),
        pytest.param(SearchOptions(limit=1), ["a"], id="limit"),
        pytest.param(SearchOptions(count=True), [], id="only the number"),
    ],
)
async def test_options_narrow(options: SearchOptions, ids: list[str]) -> None:
    result = await searched("harbour", options)
    assert [hit.article.article_id for hit in result.hits] == ids


async def test_a_date_that_is_none_is_named() -> None:
    with pytest.raises(BadInput, match="'yesterday'"):
        await searched("harbour", SearchOptions(since="yesterday"))


async def test_json_has_what_was_found_with_its_places() -> None:
    answer = json.loads(render_json(await searched("harbour", SearchOptions(limit=1))))
    assert (answer["total"], answer["approximate"]) == (2, False)
    hit = answer["hits"][0]
    assert (hit["id"], hit["source"], hit["published_at"]) == ("a", "herald.example", "2026-01-01T12:00:00Z")
    assert hit["title_matches"] == [{"start": 0, "end": 7}]
    assert [hit["snippet"][place["start"] : place["end"]] for place in hit["matches"]] == ["harbour"]


async def test_text_shows_title_place_and_snippet_without_control_characters() -> None:
    text = shown(await searched("harbour", SearchOptions(limit=1)))
    assert text.splitlines()[0] == "Harbour opens"
    assert "herald.example · 2026-01-01 12:00 · en https://herald.example/a" in text
    assert "The harbour is open. " in text
    assert "\x1b" not in text
    assert text.splitlines()[-1] == "2 articles found, 1 shown"


async def test_matches_are_marked_on_a_terminal() -> None:
    assert "\x1b[1;33mharbour\x1b[0m" in shown(await searched("harbour", SearchOptions(limit=1)), color=True)


async def test_counts_say_when_they_are_a_least() -> None:
    assert render_count(await searched("harbour", SearchOptions(count=True)), as_json=False) == "2"
    many = SearchResult(hits=(), total=10_000, approximate=True)
    assert render_count(many, as_json=False) == "about 10000"
    assert json.loads(render_count(many, as_json=True)) == {"count": 10_000, "approximate": True}
    assert shown(many) == "about 10000 articles found, 0 shown\n"


async def test_the_setting_chooses_the_index(tmp_path: Path) -> None:
    index = open_index(Settings(data=tmp_path), tmp_path, write=True)
    await index.put([enriched()])
    await index.close()
    assert index_folder(tmp_path).is_dir()
    elsewhere = Settings(data=tmp_path, index="http://user:wrong@127.0.0.1:1")
    with pytest.raises(ServerUnreachable, match=r"http://127\.0\.0\.1:1 does not answer") as refused:
        open_index(elsewhere, tmp_path, write=False)
    assert "wrong" not in str(refused.value)


async def test_filters_that_no_article_has_are_told() -> None:
    index = InMemoryIndex()
    await index.put([enriched("a", lang="en", country="GB")])
    asked = SearchOptions(langs=("EN", "xx"), sources=("herald.example", "herold.example"), countries=("gb", "ve"))
    assert await hints(index, asked, now=NOON) == [
        "no article is from the outlet herold.example",
        "no article has the language xx",
        "no article is from the country VE",
    ]
