from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from presswatch_cli.commands.enrich import enrich_lines
from presswatch_cli.commands.extract import extract_lines, extract_page
from presswatch_cli.site_memory_file import SitesOfRun, read_site_memory
from presswatch_enrichment.site_memory import NOTHING
from presswatch_enrichment.workers import InProcess
from presswatch_shared.errors import BadInput
from tests.fixtures.copies import story
from tests.fixtures.saved_pages import FETCHED_AT, saved_page

EXTRACT_KEYS = [
    "id",
    "url",
    "canonical_url",
    "title",
    "body",
    "lead",
    "authors",
    "published_at",
    "modified_at",
    "lang",
    "description",
    "image",
    "category",
    "outlet",
    "provenance",
    "confidence",
    "outcome",
]


def page_line(ident: Any, name: str, **fields: Any) -> str:
    page = saved_page(name)
    html = {"html_base64": base64.b64encode(page.body).decode()}
    return json.dumps({"id": ident, "url": page.url, "content_type": "text/html"} | html | fields)


def text_line(ident: Any, seed: int, **fields: Any) -> str:
    return json.dumps({"id": ident, "title": f"Story {seed}", "body": ". ".join(story(seed))} | fields)


async def rows(answers: AsyncIterator[str]) -> Sequence[dict[str, Any]]:
    return [json.loads(answer) async for answer in answers]


async def extracted(*lines: str) -> Sequence[dict[str, Any]]:
    return await rows(extract_lines(lines, InProcess(), workers=1, now=FETCHED_AT))


async def enriched(*lines: str, workers: int = 1) -> Sequence[dict[str, Any]]:
    return await rows(enrich_lines(lines, InProcess(), workers=workers, now=FETCHED_AT))


async def test_extract_prints_the_fields_of_the_contract_in_input_order() -> None:
    found = await extracted(page_line("x", "harbour_lantern"), page_line(2, "challenge"), page_line("z", "cerro_azul"))
    assert [row["id"] for row in found] == ["x", 2, "z"]
    assert [row["outcome"] for row in found] == ["article", "bot_challenge", "article"]
    assert list(found[0])[: len(EXTRACT_KEYS)] == EXTRACT_KEYS
    assert found[0]["published_at"] == "2026-03-04T08:15:00+01:00"
    assert (found[0]["lang"], found[2]["lang"]) == ("en", "es")


async def test_html_as_text_is_taken_as_it_is_whatever_its_meta_tag_says() -> None:
    html = saved_page("severny_mayak").body.decode("cp1251")
    found = await extracted(json.dumps({"id": 1, "url": "https://severny.example/1", "html": html}))
    assert found[0]["title"] == "Маяк на мысе Долгом снова зажгли"


async def test_a_page_without_a_usable_address_is_extracted_all_the_same() -> None:
    found = await extracted(page_line(1, "harbour_lantern", url="saved/page.html"))
    assert (found[0]["outcome"], found[0]["canonical_url"]) == ("article", "saved/page.html")


async def test_one_page_gives_one_object() -> None:
    assert (await extract_page(InProcess(), saved_page("harbour_lantern")))["outcome"] == "article"


async def test_enrich_adds_entities_story_and_summary() -> None:
    row = (await enriched(page_line("x", "harbour_lantern")))[0]
    assert list(row)[: len(EXTRACT_KEYS)] == EXTRACT_KEYS
    assert (row["story"], row["duplicate_of"], row["source"]) == ("x", None, "harbour-lantern.example")
    assert row["summary"]
    person = next(entity for entity in row["entities"] if entity["name"] == "Ingrid Sollberg")
    mention = person["mentions"][0]
    assert person["type"] == "person"
    assert row[mention["field"]][mention["start"] : mention["end"]] == "Ingrid Sollberg"


async def test_lines_with_title_and_body_skip_the_extraction() -> None:
    row = (await enriched(json.dumps({"id": 1, "title": "Arms for the coast", "body": "Rostec sells the Su-30MK2."})))[
        0
    ]
    assert (row["title"], row["body"], row["outcome"]) == (
        "Arms for the coast",
        "Rostec sells the Su-30MK2.",
        "article",
    )
    assert {(entity["name"], entity["type"]) for entity in row["entities"]} == {
        ("Rostec", "organisation"),
        ("Su-30MK2", "weapon"),
    }


@pytest.mark.parametrize("workers", [1, 2, 5])
async def test_stories_are_ids_of_lines_above_whatever_the_number_of_workers(workers: int) -> None:
    lines = [text_line(f"l{i}", i % 7, url=f"https://o{i}.example/") for i in range(21)]
    found = await enriched(*lines, workers=workers)
    assert [row["story"] for row in found] == [f"l{i % 7}" for i in range(21)]
    assert [row["duplicate_of"] for row in found] == [None] * 7 + [f"l{i % 7}" for i in range(7, 21)]


async def test_a_page_that_is_no_article_has_no_story() -> None:
    row = (await enriched(page_line(1, "challenge")))[0]
    assert (row["story"], row["duplicate_of"], row["entities"]) == (None, None, [])


@pytest.mark.parametrize(
    ("line", "told"),
    [
        pytest.param("{", "line 2 is no JSON", id="no JSON"),
        pytest.param("[1]", 'line 2 is no object with an "id"', id="no object"),
        pytest.param('{"url": "u", "html": ""}', 'line 2 is no object with an "id"', id="no id"),
        pytest.param('{"id": 1}', "line 2 needs", id="no page"),
        pytest.param('{"id": 1, "html_base64": "%"}', "line 2 needs", id="no base64"),
        pytest.param('{"id": 1, "html": "", "url": 5}', 'line 2: "url" is no text', id="a number for an address"),
    ],
)
async def test_a_line_that_cannot_be_used_is_named_and_the_answers_before_it_are_given(line: str, told: str) -> None:
    answers = extract_lines([page_line(1, "challenge"), line], InProcess(), workers=1, now=FETCHED_AT)
    assert json.loads(await anext(answers))["id"] == 1
    with pytest.raises(BadInput, match=told):
        await anext(answers)


async def test_blank_lines_are_skipped() -> None:
    assert [row["id"] for row in await extracted("", page_line(1, "challenge"), "  \n")] == [1]


def column(ident: int, sentences: Sequence[str], letters: Sequence[str] = ()) -> str:
    """A line with a page whose outlet keeps its text in a `div.columna`, beside letters of readers."""
    text, beside = ("".join(f"<p>{sentence}.</p>" for sentence in part) for part in (sentences, letters))
    html = f'<div class="columna">{text}</div><div class="cartas">{beside}</div>'
    return json.dumps({"id": ident, "url": f"https://www.cerro-azul.example/nota/{ident}", "html": html})


async def test_what_one_run_learns_of_a_site_decides_an_ambiguous_page_of_the_next(tmp_path: Path) -> None:
    file = tmp_path / "sites.json"
    first, odd = SitesOfRun(), column(4, story(7)[:9], story(8)[:7])
    lines = [*(column(number, story(number)) for number in (1, 2, 3)), odd]
    before = await rows(extract_lines(lines, InProcess(), workers=1, now=FETCHED_AT, sites=first))
    first.save(file)
    with_memory = [
        await rows(
            extract_lines([odd], InProcess(), workers=1, now=FETCHED_AT, sites=SitesOfRun(read_site_memory(file)))
        )
        for _ in range(2)
    ]
    assert story(8)[0] in before[3]["body"]
    assert with_memory[0][0]["body"].split("\n\n") == [f"{sentence}." for sentence in story(7)[:9]]
    assert with_memory[0] == with_memory[1]


def test_a_site_memory_that_cannot_be_used_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"none\.json cannot be read"):
        read_site_memory(tmp_path / "none.json")
    with pytest.raises(BadInput, match="cannot be written"):
        SitesOfRun().save(tmp_path)
    assert read_site_memory(None) == NOTHING
