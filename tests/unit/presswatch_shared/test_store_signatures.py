from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from presswatch_shared.store import signatures
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.signatures import BANDS, ROWS, Signature, bands_of

BYTES = 128


def packed(seed: int, *shared: int) -> bytes:
    """Bytes of chance; the bands `shared` are those of all other seeds, too."""
    made, common = bytearray(random.Random(seed).randbytes(BYTES)), random.Random("common").randbytes(BYTES)
    for band in shared:
        made[band * ROWS : (band + 1) * ROWS] = common[band * ROWS : (band + 1) * ROWS]
    return bytes(made)


def add(tx: Tx, name: str, what: bytes, day: int, lang: str = "en") -> None:
    signatures.add_signature(tx, Signature(name, f"s-{name}", what), lang, day=day)


def found(store: Store, what: bytes, days: Sequence[int], lang: str = "en") -> list[str]:
    return [one.article_id for one in store.read_now(signatures.candidates, what, lang, days=days)]


def test_texts_that_share_a_band_are_candidates_oldest_first(store: Store) -> None:
    store.run_now(add, "a", packed(1, 0, 4), 7)
    store.run_now(add, "b", packed(2, 4, 17), 7)
    store.run_now(add, "c", packed(3), 7)
    assert found(store, packed(4, 4), [7]) == ["a", "b"]
    assert found(store, packed(5, 17), [7]) == ["b"]
    assert found(store, packed(6), [7]) == []


@pytest.mark.parametrize("band", range(BANDS))
def test_each_band_alone_is_enough(store: Store, band: int) -> None:
    store.run_now(add, "a", packed(1, band), 7)
    assert found(store, packed(2, band), [7]) == ["a"]


def test_the_same_bytes_in_another_band_are_none(store: Store) -> None:
    moved = packed(1)[ROWS:] + packed(1)[:ROWS]
    store.run_now(add, "a", packed(1), 7)
    assert found(store, moved, [7]) == []


def test_among_many_texts_only_those_are_found_that_share_a_band(store: Store) -> None:
    def fill(tx: Tx) -> None:
        for number in range(2_000):
            add(tx, f"a{number}", packed(number, *([3] if number % 500 == 0 else [])), 7)

    store.run_now(fill)
    assert found(store, packed(9_999, 3), [7]) == ["a0", "a500", "a1000", "a1500"]


def test_only_the_days_and_the_language_asked_for_are_looked_at(store: Store) -> None:
    store.run_now(add, "a", packed(1), 7)
    store.run_now(add, "b", packed(1), 8)
    store.run_now(add, "c", packed(1), 8, "es")
    assert found(store, packed(1), [8]) == ["b"]
    assert found(store, packed(1), [6, 7, 8]) == ["a", "b"]
    assert found(store, packed(1), [7, 8], "es") == ["c"]


def test_a_signature_comes_back_as_it_was_stored(store: Store) -> None:
    store.run_now(add, "a", packed(1), 7)
    assert list(store.read_now(signatures.candidates, packed(1), "en", days=[7])) == [Signature("a", "s-a", packed(1))]


def test_a_signature_of_another_make_is_kept_and_not_found(store: Store) -> None:
    store.run_now(add, "a", b"short", 7)
    assert found(store, b"short", [7]) == []


def test_bands_are_numbers_that_both_databases_hold_in_four_bytes() -> None:
    assert all(0 <= band < 2**31 for seed in range(100) for band in bands_of(packed(seed)))
    assert bands_of(b"\x00\x00\x01" + bytes(BYTES - 3))[:2] == (1, 1 << 24)


def test_locking_languages_is_harmless_where_writers_are_in_a_row_already(store: Store) -> None:
    store.run_now(signatures.serialise, ["en", "es", "en"])
