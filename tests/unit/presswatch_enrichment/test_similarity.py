from __future__ import annotations

import random

import pytest

from presswatch_enrichment.similarity import Fingerprint, Grouper, best_match, fingerprint, likeness
from tests.fixtures.copies import KINDS, jaccard, story

STORIES = 150


def printed(sentences: list[str], lang: str = "en") -> Fingerprint:
    found = fingerprint("", ". ".join(sentences), lang)
    assert found is not None
    return found


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("cut to three fifths", "a third taken over")])
def test_copies_join_the_story_of_their_original(kind: str) -> None:
    chance, grouper = random.Random(3), Grouper()
    for seed in range(STORIES):
        grouper.join(f"s{seed}", printed(story(seed)))
    alike = joined = 0
    for seed in range(STORIES):
        copy = KINDS[kind](story(seed), chance)
        if jaccard(story(seed), copy) >= 0.6:
            alike += 1
            joined += grouper.join(f"c{seed}", printed(copy)) == f"s{seed}"
    assert alike > STORIES / 2
    assert joined >= 0.99 * alike


def test_different_texts_are_different_stories() -> None:
    grouper = Grouper()
    assert all(grouper.join(f"s{seed}", printed(story(seed))) == f"s{seed}" for seed in range(400))


def test_texts_that_share_less_than_three_tenths_are_not_joined() -> None:
    for seed in range(STORIES):
        original, other = story(seed), story(seed + 10_000)
        mixed = [*original[:8], *other[:12]]
        if jaccard(original, mixed) < 0.3:
            assert best_match(printed(mixed), [printed(original).packed]) is None


def test_likeness_estimates_the_jaccard_similarity() -> None:
    chance = random.Random(9)
    errors = []
    for seed in range(STORIES):
        original = story(seed)
        copy = KINDS["a fifth of the sentences edited"](original, chance)
        errors.append(likeness(printed(original).packed, printed(copy).packed) - jaccard(original, copy))
    assert abs(sum(errors) / len(errors)) < 0.02
    assert max(map(abs, errors)) < 0.2


def test_the_same_text_in_another_language_is_not_looked_at() -> None:
    grouper = Grouper()
    texts = {"a": "en", "b": "es", "c": "en"}
    stories = [grouper.join(name, printed(story(1), lang)) for name, lang in texts.items()]
    assert stories == ["a", "b", "a"]


def test_a_text_too_short_to_compare_has_no_fingerprint_and_its_own_story() -> None:
    assert fingerprint("Short", "Too short.", "en") is None
    assert Grouper().join("a", None) == "a"


def test_short_texts_must_be_more_alike() -> None:
    weather = "Sunny with light winds from the {} and highs of {} degrees in the whole county until the weekend"
    one, other = (fingerprint("", weather.format(*values), "en") for values in (("west", 12), ("far north east", 25)))
    assert one is not None and other is not None and one.short
    assert best_match(other, [one.packed]) is None
    assert best_match(one, [one.packed]) == 0


def test_a_text_without_blanks_between_words_is_compared_by_its_characters() -> None:
    text = "港口管理局周三宣布订购两艘新的救援船第一艘将于明年春天交付第二艘将在八个月后交付船员共十一人"
    one, copy = fingerprint("", text, "zh"), fingerprint("", text + "记者报道", "zh")
    assert one is not None and copy is not None
    assert best_match(copy, [one.packed]) == 0


def test_a_fingerprint_is_small_and_the_same_everywhere() -> None:
    found = printed(story(1))
    assert len(found.packed) == 128
    assert found == printed(story(1))
