from __future__ import annotations

import msgspec
import pytest

from presswatch_enrichment.extract import extract
from presswatch_enrichment.page import Extracted, Page
from presswatch_enrichment.site_memory import (
    NOTHING,
    PAGES_MAX,
    SiteMemory,
    learned,
    read,
    sighting,
    with_memory,
    written,
)
from presswatch_shared.errors import BadInput
from tests.fixtures.saved_pages import page

HOST = "www.fenland-observer.example"
SENTENCES = (
    "The lock keeper closed the gates at dusk because the river had risen by a metre since the morning.",
    "Two barges waited below the bridge, and their crews played cards in the galley until midnight.",
    "By six the water had fallen again, so the keeper let the first of them through the upper lock.",
    "The second followed an hour later, loaded with gravel for the new road to the brickworks.",
    "Nobody was hurt, but the landing stage of the rowing club has to be built anew before the regatta.",
)
LETTERS = tuple(
    f"Reader number {number} remembers the old lock well and thinks that the new gates are far too heavy for it."
    for number in range(3)
)
USUAL = "div.columna"


def of_site(
    text: tuple[str, ...], beside: tuple[str, ...] = (), *, name: str = "columna", beside_name: str = "letters"
) -> Page:
    """A page as the outlet makes them: neither tags nor names say that `columna` holds the text."""
    columns = "".join(
        f'<div class="{kind}">{"".join(f"<p>{sentence}</p>" for sentence in sentences)}</div>'
        for kind, sentences in ((name, text), (beside_name, beside))
    )
    return page(f"<html><body><h1>The lock</h1>{columns}</body></html>")


def memory_of(*pages: Page, memory: SiteMemory = NOTHING) -> SiteMemory:
    for one in pages:
        seen = sighting(one.url, extract(one))
        assert seen is not None
        memory = learned(memory, {seen: 1})
    return memory


MEMORY = memory_of(*[of_site(SENTENCES * 3)] * 3)
ODD = of_site(SENTENCES, LETTERS)


def encoded(given: Page, memory: SiteMemory) -> bytes:
    return msgspec.json.encode(extract(with_memory(given, memory)))


def test_sure_pages_teach_which_element_holds_the_text() -> None:
    assert [(one.signature, one.pages) for one in MEMORY.hosts[HOST]] == [(USUAL, 3)]


def test_a_page_that_alone_is_ambiguous_is_right_with_the_memory_of_its_site() -> None:
    alone, known = extract(ODD), extract(with_memory(ODD, MEMORY))
    assert LETTERS[0] in alone.body
    assert known.body.split("\n\n") == list(SENTENCES)
    assert known.provenance["body"] == "site"


def test_a_page_that_is_sure_is_the_same_with_any_memory() -> None:
    elsewhere = memory_of(*[of_site(SENTENCES * 3, name="letters")] * 3)
    for given in (of_site(SENTENCES * 3), of_site(SENTENCES * 3, LETTERS[:2])):
        assert extract(given).provenance["body"] == "blocks"
        assert encoded(given, elsewhere) == encoded(given, MEMORY) == encoded(given, NOTHING)


@pytest.mark.parametrize(
    "odd",
    [
        pytest.param(of_site(SENTENCES, LETTERS, name="texto"), id="the element is no more"),
        pytest.param(of_site(SENTENCES[:1], SENTENCES[1:] + LETTERS), id="it holds little of the text"),
        pytest.param(of_site(SENTENCES, LETTERS, beside_name="columna"), id="the page has it twice"),
        pytest.param(msgspec.structs.replace(ODD, url="https://fenland-herald.example/news/1"), id="another site"),
    ],
)
def test_a_memory_that_does_not_fit_changes_nothing(odd: Page) -> None:
    assert encoded(odd, MEMORY) == encoded(odd, NOTHING)


@pytest.mark.parametrize("pages", [1, 2])
def test_few_pages_are_not_believed(pages: int) -> None:
    memory = learned(NOTHING, {(HOST, USUAL): pages})
    assert with_memory(ODD, memory) == ODD


def test_a_new_design_outweighs_the_old_one() -> None:
    old = learned(NOTHING, {(HOST, USUAL): 100_000})
    new = learned(old, {(HOST, "main/div.texto"): PAGES_MAX})
    assert with_memory(ODD, new).containers[0] == "main/div.texto"
    assert sum(one.pages for one in new.hosts[HOST]) <= PAGES_MAX


def test_learning_leaves_the_memory_that_it_starts_from_as_it_was() -> None:
    before = written(MEMORY)
    learned(MEMORY, {(HOST, "main/div.texto"): 9})
    assert written(MEMORY) == before


def test_names_of_one_article_are_no_part_of_a_signature() -> None:
    one = of_site(SENTENCES * 3, name="columna post-4711 tag-river css-x1y2z3")
    other = of_site(SENTENCES * 3, name="columna post-4712 tag-bridge css-k7l8m9")
    assert extract(one).container == extract(other).container == USUAL


def test_only_articles_whose_text_is_sure_teach() -> None:
    assert sighting(ODD.url, extract(ODD)) is None
    assert sighting(ODD.url, Extracted(outcome="paywall_stub", container=USUAL)) is None
    assert sighting("no address", Extracted(outcome="article", container=USUAL)) is None


def test_a_file_gives_the_memory_back_and_the_same_page_with_it_the_same_bytes() -> None:
    again = read(written(MEMORY), "sites.json")
    assert written(again) == written(MEMORY)
    assert encoded(ODD, again) == encoded(ODD, MEMORY) != encoded(ODD, NOTHING)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\xff\xfe", id="no text"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b'{"version": 1}', id="without hosts"),
        pytest.param(
            b'{"version": 1, "hosts": {"a.example": [{"signature": "main", "pages": "many"}]}}', id="no number"
        ),
        pytest.param(b'{"version": 2, "hosts": {}}', id="another version"),
    ],
)
def test_a_file_that_is_no_memory_is_named_in_one_sentence(raw: bytes) -> None:
    with pytest.raises(BadInput, match=r"^sites\.json is [^\n]+$"):
        read(raw, "sites.json")
