from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presswatch_web.word_diff import Block, changed_words, diff_line, diff_text, diff_words, folded


def shown(old: str, new: str) -> str:
    """Removed in brackets, added in braces."""
    marks = {"same": "{}", "removed": "[{}]", "added": "<{}>"}
    return "".join(marks[piece.kind].format(piece.text) for piece in diff_words(old, new))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param("The ferry sank.", "The ferry sank.", "The ferry sank.", id="nothing"),
        pytest.param("Six people died.", "Nine people died.", "[Six]<Nine> people died.", id="a word"),
        pytest.param("He left.", "He left at once.", "He left< at once>.", id="added"),
        pytest.param("He left at once.", "He left.", "He left[ at once].", id="removed"),
        pytest.param("a b c d", "a x y d", "a [b c]<x y> d", id="neighbours are one change"),
        pytest.param("", "New.", "<New.>", id="from nothing"),
        pytest.param("苏30战斗机", "苏35战斗机", "苏[30]<35>战斗机", id="Han by character"),
        pytest.param("Паром утонул", "Паром спасли", "Паром [утонул]<спасли>", id="Cyrillic"),
    ],
)
def test_words_that_changed_are_told(old: str, new: str, expected: str) -> None:
    assert shown(old, new) == expected


def test_a_new_paragraph_leaves_the_others_as_they_are() -> None:
    blocks = diff_text("One.\n\nTwo.", "One.\n\nIn between.\n\nTwo.")
    assert [(block.kind, block.pieces[0].text) for block in blocks] == [
        ("same", "One."),
        ("added", "In between."),
        ("same", "Two."),
    ]


def test_a_paragraph_with_little_in_common_is_shown_as_gone_and_new() -> None:
    blocks = diff_text("The harbour opened on Monday.", "Prices of copper fell by a third.")
    assert [block.kind for block in blocks] == ["removed", "added"]
    assert changed_words(blocks) == (7, 5)


def test_long_runs_without_a_change_are_folded() -> None:
    old = [f"Paragraph {number}." for number in range(9)]
    new = [*old[:4], "Paragraph four.", *old[5:]]
    stretches = folded(diff_text("\n\n".join(old), "\n\n".join(new)))
    assert [(stretch.hidden, len(stretch.blocks)) for stretch in stretches] == [(True, 3), (False, 3), (True, 3)]
    assert [stretch.hidden for stretch in folded(diff_text("a", "a"))] == [True]


def test_a_headline_that_is_another_one_is_not_mixed_with_the_old() -> None:
    kinds = [
        piece.kind for piece in diff_line("Air fair opens with a queue", "Empty stand at the air fair is Rostec's")
    ]
    assert kinds == ["removed", "added"]
    assert [piece.kind for piece in diff_line("Six cranes come", "Nine cranes come")] == ["removed", "added", "same"]


texts = st.text(alphabet=st.sampled_from("ab \n.ж苏\u0301"), max_size=60)


def side(blocks: list[Block], kind: str) -> str:
    parts = ["".join(p.text for p in block.pieces if p.kind in ("same", kind)) for block in blocks]
    return "".join("".join(parts).split())


@given(texts, texts)
def test_both_texts_can_be_read_from_it(old: str, new: str) -> None:
    blocks = list(diff_text(old, new))
    assert side(blocks, "removed") == "".join(old.split())
    assert side(blocks, "added") == "".join(new.split())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("word " * 100_000, "word " * 90_000 + "other", id="one word over and over"),
        pytest.param("x\n\n" * 50_000, "y\n\n" + "x\n\n" * 40_000 + "z", id="one paragraph over and over"),
        pytest.param("a" * 5_000_000, "b" * 5_000_000, id="megabytes without a blank"),
        pytest.param(" ".join(map(str, range(60_000))), " ".join(map(str, range(60_000, 0, -1))), id="turned round"),
    ],
)
def test_any_text_is_compared_in_bounded_time(old: str, new: str) -> None:
    began = time.process_time()
    blocks = diff_text(old, new)
    assert time.process_time() - began < 4.0
    assert blocks
