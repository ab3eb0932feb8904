"""The atoms of one field, and which of them an article has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TypeVar

from presswatch_query.edit_distance import within_one_edit
from presswatch_query.matcher.postings import Group, Slot, Value, add_direct, add_slot, remove_direct, remove_slot
from presswatch_query.matcher.view import FieldAtoms

__all__ = ["AtomIndex"]

Key = TypeVar("Key")
GATE = 3
"""Prefixes are looked up by their first characters; none is shorter."""


class AtomIndex:
    """Atoms of a field by kind: grams of up to three tokens, prefixes, and words with ~1."""

    def __init__(self) -> None:
        self.grams: dict[str, Value] = {}
        self._triple_stems: Counter[str] = Counter()
        self.prefixes: dict[str, Value] = {}
        self._prefix_lengths: dict[str, Counter[int]] = {}
        self.fuzzy: dict[str, Value] = {}
        self._fuzzy_parts: dict[tuple[int, str, str], set[str]] = {}
        self._fuzzy_lengths: Counter[int] = Counter()

    def __bool__(self) -> bool:
        return bool(self.grams or self.prefixes or self.fuzzy)

    def add_direct(self, kind: str, key: str, watch_id: str) -> None:
        """A watch that this atom decides."""
        self._note(kind, key, 1)
        add_direct(self._table(kind), key, watch_id)

    def remove_direct(self, kind: str, key: str, watch_id: str) -> None:
        remove_direct(self._table(kind), key, watch_id)
        self._note(kind, key, -1)

    def add_slot(self, kind: str, key: str, slot: Slot | Group) -> None:
        """Watches that this atom makes candidates."""
        self._note(kind, key, 1)
        add_slot(self._table(kind), key, slot)

    def remove_slot(self, kind: str, key: str, slot: Slot | Group) -> None:
        remove_slot(self._table(kind), key, slot)
        self._note(kind, key, -1)

    def found(self, atoms: FieldAtoms) -> Iterator[Value]:
        """What stands at the atoms that the article has."""
        grams = self.grams
        for gram in grams.keys() & atoms.atoms:
            yield grams[gram]
        if self._triple_stems:
            for triple in set(atoms.third_tokens(self._triple_stems)) & grams.keys():
                yield grams[triple]
        if self.prefixes:
            for prefix in self._prefixes_of(atoms):
                yield self.prefixes[prefix]
        if self.fuzzy:
            for word in self._words_near(atoms):
                yield self.fuzzy[word]

    def _table(self, kind: str) -> dict[str, Value]:
        return self.grams if kind == "gram" else self.prefixes if kind == "prefix" else self.fuzzy

    def _note(self, kind: str, key: str, change: int) -> None:
        """Keeps what leads from an article's tokens to the keys."""
        note = {"gram": self._note_gram, "prefix": self._note_prefix, "fuzzy": self._note_fuzzy}[kind]
        note(key, change)

    def _note_gram(self, gram: str, change: int) -> None:
        if gram.count(" ") == 2:
            _count(self._triple_stems, gram.rpartition(" ")[0], change)

    def _note_prefix(self, prefix: str, change: int) -> None:
        lengths = self._prefix_lengths.setdefault(prefix[:GATE], Counter())
        _count(lengths, len(prefix), change)
        if not lengths:
            del self._prefix_lengths[prefix[:GATE]]

    def _note_fuzzy(self, word: str, change: int) -> None:
        _count(self._fuzzy_lengths, len(word), change)
        for part in _parts(word, len(word)):
            words = self._fuzzy_parts.setdefault(part, set())
            if change > 0:
                words.add(word)
            elif word not in self.fuzzy:
                words.discard(word)
                if not words:
                    del self._fuzzy_parts[part]

    def _prefixes_of(self, atoms: FieldAtoms) -> set[str]:
        gates = self._prefix_lengths
        return {
            token[:length]
            for token in atoms.tokens
            for length in gates.get(token[:GATE], ())
            if token[:length] in self.prefixes
        }

    def _words_near(self, atoms: FieldAtoms) -> set[str]:
        """The ~1 words of which a token is at most one edit away."""
        lengths = self._fuzzy_lengths
        return {
            word
            for token in atoms.tokens
            for length in (len(token) - 1, len(token), len(token) + 1)
            if length in lengths
            for part in _parts(token, length)
            for word in self._fuzzy_parts.get(part, ())
            if within_one_edit(word, token)
        }


def _count(counter: Counter[Key], key: Key, change: int) -> None:
    counter[key] += change
    if not counter[key]:
        del counter[key]


def _parts(token: str, length: int) -> tuple[tuple[int, str, str], tuple[int, str, str]]:
    """Beginning and end as compared with words of a length: one edit leaves one of the two as it is."""
    size = (length - 1) // 2
    return (length, "^", token[:size]), (length, "$", token[-size:])
