from __future__ import annotations

from collections.abc import Sequence

import pytest

from presswatch_enrichment.similarity import fingerprint
from presswatch_enrichment.stories import Admitted, Newcomer, admit
from presswatch_shared.clock import DAY
from presswatch_shared.store import articles
from presswatch_shared.store.articles import ArticleRow
from presswatch_shared.store.database import Store
from tests.fixtures.copies import story

TEXT = ". ".join(story(1))
OTHER = ". ".join(story(2))


def newcomer(article_id: str, version: int = DAY, text: str = TEXT, lang: str = "en") -> Newcomer:
    row = ArticleRow(
        article_id=article_id,
        version=version,
        url=f"https://{article_id}.example/1",
        url_hash=f"u-{article_id}",
        source=f"{article_id}.example",
        source_id="src",
        title="The river rises",
        lang=lang,
        published_at=None,
        first_seen_at=version,
        story_id="",
        duplicate_of="",
    )
    return Newcomer(row=row, body=text, fetched_at=version, fingerprint=fingerprint("", text, lang))


def ask(store: Store, *newcomers: Newcomer) -> Sequence[Admitted]:
    return store.run_now(admit, newcomers, story_days=3)


@pytest.mark.parametrize("together", [True, False], ids=["in one batch", "in two batches"])
def test_a_copy_joins_the_story_of_the_first(store: Store, together: bool) -> None:
    pair = (newcomer("a"), newcomer("b", DAY + 5))
    first, copy = ask(store, *pair) if together else (*ask(store, pair[0]), *ask(store, pair[1]))
    assert copy.story_id == first.story_id
    assert (first.duplicate_of, copy.duplicate_of) == ("", "a")
    assert store.read_now(articles.outlet_count, first.story_id) == 2


def test_a_copy_of_a_copy_names_the_first_article(store: Store) -> None:
    assert [place.duplicate_of for place in ask(store, newcomer("a"), newcomer("b"), newcomer("c"))] == ["", "a", "a"]


def test_another_text_or_language_is_another_story(store: Store) -> None:
    places = ask(store, newcomer("a"), newcomer("b", text=OTHER), newcomer("c", lang="es"))
    assert len({place.story_id for place in places}) == 3


def test_asking_again_changes_nothing_and_gives_the_same_answer(store: Store) -> None:
    first = ask(store, newcomer("a"), newcomer("b"))
    again = ask(store, newcomer("a"), newcomer("b"))
    assert [(p.story_id, p.duplicate_of, p.first_seen_at) for p in again] == [
        (p.story_id, p.duplicate_of, p.first_seen_at) for p in first
    ]
    assert not any(p.is_new or p.superseded for p in again)


def test_an_article_keeps_its_story_and_first_sight_over_its_versions(store: Store) -> None:
    first, other = ask(store, newcomer("a"), newcomer("b", text=OTHER))
    edited = ask(store, newcomer("a", DAY + 50, text=OTHER))[0]
    assert (edited.story_id, edited.first_seen_at) == (first.story_id, DAY)
    assert edited.story_id != other.story_id
    assert [text.version for text in store.read_now(articles.list_versions, "a")] == [DAY + 50, DAY]


def test_a_copy_of_the_edited_text_joins_too(store: Store) -> None:
    ask(store, newcomer("a"))
    ask(store, newcomer("a", DAY + 50, text=OTHER))
    assert ask(store, newcomer("b", DAY + 60, text=OTHER))[0].duplicate_of == "a"


def test_an_older_version_after_a_newer_one_is_superseded_unless_it_was_taken_before(store: Store) -> None:
    ask(store, newcomer("a", DAY + 50))
    assert ask(store, newcomer("a", DAY))[0].superseded
    ask(store, newcomer("b", DAY), newcomer("b", DAY + 9))
    assert not ask(store, newcomer("b", DAY))[0].superseded


def test_texts_of_days_long_past_are_not_compared(store: Store) -> None:
    first = ask(store, newcomer("a", DAY))[0]
    assert ask(store, newcomer("b", 3 * DAY))[0].story_id == first.story_id
    assert ask(store, newcomer("c", 9 * DAY))[0].story_id != first.story_id


def test_an_article_without_a_fingerprint_is_its_own_story(store: Store) -> None:
    assert [p.duplicate_of for p in ask(store, newcomer("a", text="Short."), newcomer("b", text="Short."))] == ["", ""]
