"""Answers kept for `Idempotency-Key`."""

from __future__ import annotations

import pytest

from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.idempotency import KEPT, OtherRequest, once


class Effect:
    def __init__(self) -> None:
        self.times = 0

    def __call__(self, _: Tx) -> str:
        self.times += 1
        return f"answer {self.times}"


def test_the_same_request_takes_effect_once(store: Store) -> None:
    effect = Effect()
    answers = [store.run_now(once, key="k", request="r", effect=effect, now=now) for now in (1, 2, 3)]
    assert (answers, effect.times) == (["answer 1"] * 3, 1)


def test_another_request_under_the_same_key_is_told_apart(store: Store) -> None:
    effect = Effect()
    store.run_now(once, key="k", request="r", effect=effect, now=1)
    assert store.run_now(once, key="k", request="other", effect=effect, now=1) == OtherRequest()
    assert effect.times == 1


def test_an_effect_that_fails_leaves_the_key_free(store: Store) -> None:
    def failing(_: Tx) -> str:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        store.run_now(once, key="k", request="r", effect=failing, now=1)
    assert store.run_now(once, key="k", request="r", effect=Effect(), now=1) == "answer 1"


def test_an_answer_is_forgotten_after_a_day(store: Store) -> None:
    effect = Effect()
    store.run_now(once, key="k", request="r", effect=effect, now=1)
    store.run_now(once, key="k", request="r", effect=effect, now=KEPT + 2)
    assert effect.times == 2
