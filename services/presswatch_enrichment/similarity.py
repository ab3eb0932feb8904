"""Near-duplicates by MinHash: 128 permutations over word triples, 18 bands to find candidates, then a comparison.

A packed signature keeps one byte of each permutation. Two different ones agree in it once in 256 times, which the
estimate takes off again.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from operator import eq
from typing import Any

import msgspec

from presswatch_shared.store.signatures import bands_of

__all__ = ["Fingerprint", "Grouper", "best_match", "fingerprint", "likeness"]

PERMUTATIONS = 128
BY_ACCIDENT = 1 / 256
SEED = 20_251
SHINGLE = 3
TOKENS_MIN = 8
TOKENS_MAX = 20_000
SAME_FROM = 0.45
"""Estimated Jaccard similarity from which two texts are one story: those above .65 are, those below .3 are not."""
SHORT_TOKENS = 30
SHORT_SAME_FROM = 0.75
"""Short texts share boilerplate easily."""
# Scripts without blanks between words are cut into single characters.
TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]|[^\W\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]+")

TYPOGRAPHIC = "’“”‘–—…\xa0"
NO_WORDS = {code: " " for code in range(128) if not (chr(code).isalnum() or chr(code) == "_")}


class Fingerprint(msgspec.Struct, frozen=True):
    """A text's packed signature and its language. `short` texts must be more alike."""

    packed: bytes
    lang: str
    short: bool = False


def fingerprint(title: str, body: str, lang: str) -> Fingerprint | None:
    """None where the text is too short to be compared. Texts of different languages are never compared."""
    tokens = _tokens(body)[:TOKENS_MAX]
    short = len(tokens) < SHORT_TOKENS
    if short:
        tokens = _tokens(title) + tokens
    if len(tokens) < TOKENS_MIN:
        return None
    digest = _digest(list(map(" ".join, zip(*(tokens[i:] for i in range(SHINGLE)), strict=False))))
    return Fingerprint(bytes(value & 0xFF for value in digest), lang, short)


def _tokens(text: str) -> list[str]:
    plain = text
    for sign in TYPOGRAPHIC:
        plain = plain.replace(sign, " ")
    # The same words in a tenth of the time.
    return plain.casefold().translate(NO_WORDS).split() if plain.isascii() else TOKEN.findall(text.casefold())


@cache
def _sketcher() -> Callable[[int, int], Any]:
    # Its allocator would reserve 1 GiB of address space, which a worker's memory limit counts.
    os.environ.setdefault("MIMALLOC_ARENA_RESERVE", str(32 * 1024))
    from rensa import RMinHash

    sketcher: Callable[[int, int], Any] = RMinHash
    return sketcher


def _digest(shingles: list[str]) -> Sequence[int]:
    sketch = _sketcher()(PERMUTATIONS, SEED)
    sketch.update(shingles)
    digest: Sequence[int] = sketch.digest()
    return digest


def likeness(a: bytes, b: bytes) -> float:
    """Estimated Jaccard similarity of two packed signatures; standard error at most .045. 0 for other makes."""
    if len(a) != len(b):
        return 0.0
    equal: float = sum(map(eq, a, b)) / PERMUTATIONS
    return max(0.0, (equal - BY_ACCIDENT) / (1 - BY_ACCIDENT))


def best_match(newcomer: Fingerprint, packed: Iterable[bytes]) -> int | None:
    """Index of the most alike signature that is alike enough; of equally alike ones the first."""
    best, score = None, SHORT_SAME_FROM if newcomer.short else SAME_FROM
    for index, other in enumerate(packed):
        alike = likeness(newcomer.packed, other)
        if alike > score or (best is None and alike == score):
            best, score = index, alike
    return best


class Grouper:
    """Stories among the texts of one run, in memory: each text joins the first one it is alike to."""

    def __init__(self) -> None:
        self._stored: list[tuple[str, bytes]] = []
        self._by_band: dict[tuple[str, int], list[int]] = {}

    def join(self, ident: str, newcomer: Fingerprint | None) -> str:
        """The story of a text: the id of the story's first text, its own where it is the first."""
        if newcomer is None:
            return ident
        keys = [(newcomer.lang, band) for band in bands_of(newcomer.packed)]
        near = sorted({index for key in keys for index in self._by_band.get(key, ())})
        match = best_match(newcomer, (self._stored[index][1] for index in near))
        story = ident if match is None else self._stored[near[match]][0]
        for key in keys:
            self._by_band.setdefault(key, []).append(len(self._stored))
        self._stored.append((story, newcomer.packed))
        return story
