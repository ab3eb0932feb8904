"""Grams of a field, up to three tokens, and what an article has of them.

A triple stands at its first pair, by its last token.
"""

from __future__ import annotations

from itertools import chain
from sys import intern
from typing import Any, NamedTuple

from presswatch_query.matcher.postings import (
    NOTHING,
    Group,
    Posting,
    Slot,
    Value,
    add_direct,
    add_slot,
    drop_if_empty,
    posting_at,
    remove_direct,
    remove_slot,
)
from presswatch_query.matcher.view import FieldAtoms

__all__ = ["Found", "Grams"]

PAIR = 2
NO_TOKEN = ("",)


class Found(NamedTuple):
    """Watches that atoms decide, and what they make candidates; of candidates some perhaps more than once."""

    direct: list[str]
    slots: list[Slot | Group]

    def take(self, value: Value) -> None:
        """What stands at an atom."""
        if isinstance(value, str):
            self.direct.append(value)
        else:
            self.direct.extend(value.direct)
            self.slots.extend(value.slots)


class Grams:
    """What stands at grams, by their tokens."""

    def __init__(self) -> None:
        self.by_token: dict[str, Value] = {}
        self._by_pair: dict[tuple[str, ...], Value] = {}

    def __bool__(self) -> bool:
        return bool(self.by_token or self._by_pair)

    def add_direct(self, gram: str, watch_id: str) -> None:
        """A watch that the gram decides."""
        table, key = self._place(gram)
        add_direct(table, key, watch_id)

    def remove_direct(self, gram: str, watch_id: str) -> None:
        table, key = self._place(gram)
        remove_direct(table, key, watch_id)
        self._tidy(gram)

    def add_slot(self, gram: str, slot: Slot | Group) -> None:
        """Watches that the gram makes candidates."""
        table, key = self._place(gram)
        add_slot(table, key, slot)

    def remove_slot(self, gram: str, slot: Slot | Group) -> None:
        table, key = self._place(gram)
        remove_slot(table, key, slot)
        self._tidy(gram)

    def _place(self, gram: str) -> tuple[dict[Any, Value], str | tuple[str, ...]]:
        """The table in which a gram stands, and its key there."""
        tokens = tuple(map(intern, gram.split(" ")))
        if len(tokens) == 1:
            return self.by_token, tokens[0]
        if len(tokens) == PAIR:
            return self._by_pair, tokens
        pair = posting_at(self._by_pair, tokens[:PAIR])
        if pair.thirds is NOTHING:
            pair.thirds = {}
        return pair.thirds, tokens[PAIR]

    def _tidy(self, gram: str) -> None:
        """Drops the pair that a triple stood at, if nothing stands there any more."""
        pair = tuple(gram.split(" ")[:PAIR])
        known = self._by_pair.get(pair)
        if isinstance(known, Posting) and not known.thirds:
            known.thirds = NOTHING
            drop_if_empty(self._by_pair, pair)

    def find_longer(self, atoms: FieldAtoms, found: Found) -> None:
        """Adds what stands at pairs and triples of the article."""
        values: set[Value] = set()
        for text in atoms.texts:
            tokens = text.tokens
            # Not pairwise(): zip makes one tuple for all pairs that nobody keeps.
            at_pairs = map(self._by_pair.get, zip(tokens, tokens[1:]))  # noqa: B905, RUF007  the last has no next
            for value, third in zip(at_pairs, chain(tokens[2:], NO_TOKEN)):  # noqa: B905  as there are pairs
                if value is None:
                    continue
                values.add(value)
                if not isinstance(value, str) and third in value.thirds:
                    values.add(value.thirds[third])
        for value in values:
            found.take(value)
