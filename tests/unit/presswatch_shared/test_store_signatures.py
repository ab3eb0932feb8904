from __future__ import annotations

from presswatch_shared.store import signatures
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.signatures import Signature


def add(tx: Tx, article_id: str, bands: list[int], day: int) -> None:
    signatures.add_signature(tx, Signature(article_id, f"s-{article_id}", article_id.encode()), bands, day=day)


def found(store: Store, bands: list[int], days: list[int]) -> list[str]:
    return [s.article_id for s in store.read_now(signatures.candidates, bands, days=days)]


def test_texts_that_share_a_band_are_candidates_oldest_first(store: Store) -> None:
    store.run_now(add, "a", [1, -2, 3], 7)
    store.run_now(add, "b", [1, -2, 9], 7)
    store.run_now(add, "c", [5, 6], 7)
    assert found(store, [-2, 1, 40], [7]) == ["a", "b"]
    assert found(store, [40], [7]) == []


def test_only_the_days_asked_for_are_looked_at(store: Store) -> None:
    store.run_now(add, "a", [1], 7)
    store.run_now(add, "b", [1], 8)
    assert found(store, [1], [8]) == ["b"]
    assert found(store, [1], [6, 7, 8]) == ["a", "b"]


def test_a_signature_comes_back_as_it_was_stored(store: Store) -> None:
    store.run_now(signatures.add_signature, Signature("a", "s", bytes(range(256))), [-(2**31), 2**31 - 1], day=7)
    assert list(store.read_now(signatures.candidates, [-(2**31)], days=[7])) == [Signature("a", "s", bytes(range(256)))]


def test_locking_languages_is_harmless_where_writers_are_in_a_row_already(store: Store) -> None:
    store.run_now(signatures.serialise, ["en", "es", "en"])
