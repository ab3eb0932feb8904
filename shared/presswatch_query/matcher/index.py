"""The atoms of one field, and what stands at those that an article has."""

from __future__ import annotations

from collections import Counter

from presswatch_query.edit_distance import within_one_edit
from presswatch_query.matcher.postings import (
    Group,
    Posting,
    Slot,
    Value,
    add_direct,
    add_slot,
    count_triple,
    remove_direct,
    remove_slot,
)
from presswatch_query.matcher.view import FieldAtoms

__all__ = ["AtomIndex"]

GATE = 3
"""Prefixes are looked up by their first characters; none is shorter."""
MOST_REMEMBERED = 50_000


class AtomIndex:
    """Atoms of a field by kind: grams of up to three tokens, prefixes, and words with ~1."""

    def __init__(self) -> None:
        self._grams: dict[str, Value] = {}
        self._prefixes: dict[str, Value] = {}
        self._prefix_lengths: dict[str, Counter[int]] = {}
        self._fuzzy: dict[str, Value] = {}
        self._fuzzy_parts: dict[tuple[int, str, str], set[str]] = {}
        self._fuzzy_lengths: Counter[int] = Counter()
        self._begun_by: dict[str, tuple[str, ...]] = {}
        """Of tokens seen: the prefixes they begin with; forgotten when there are other prefixes."""
        self._forget = False

    def __bool__(self) -> bool:
        return bool(self._grams or self._prefixes or self._fuzzy)

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

    def found(self, atoms: FieldAtoms) -> list[Value]:
        """What stands at the atoms that the article has; only what is there is touched more than once."""
        look_up = self._grams.get
        found: list[Value] = [value for value in map(look_up, atoms.tokens) if value]
        pairs: list[Value] = [value for value in map(look_up, atoms.pairs) if value]
        stems = {value.stem for value in pairs if isinstance(value, Posting) and value.stem}
        found += pairs
        if stems:
            found += [value for value in map(look_up, atoms.triples(stems)) if value]
        if self._prefixes:
            found += [self._prefixes[prefix] for prefix in self._prefixes_of(atoms)]
        if self._fuzzy:
            found += [self._fuzzy[word] for word in self._words_near(atoms)]
        return found

    def _table(self, kind: str) -> dict[str, Value]:
        return self._grams if kind == "gram" else self._prefixes if kind == "prefix" else self._fuzzy

    def _note(self, kind: str, key: str, change: int) -> None:
        """Keeps what leads from an article's tokens to the keys."""
        if kind == "gram":
            if key.count(" ") == 2:
                count_triple(self._grams, key.rpartition(" ")[0], change)
        elif kind == "prefix":
            self._note_prefix(key, change)
        else:
            self._note_fuzzy(key, change)

    def _note_prefix(self, prefix: str, change: int) -> None:
        lengths = self._prefix_lengths.setdefault(prefix[:GATE], Counter())
        lengths[len(prefix)] += change
        if not lengths[len(prefix)]:
            del lengths[len(prefix)]
        if not lengths:
            del self._prefix_lengths[prefix[:GATE]]
        self._forget = True

    def _note_fuzzy(self, word: str, change: int) -> None:
        self._fuzzy_lengths[len(word)] += change
        if not self._fuzzy_lengths[len(word)]:
            del self._fuzzy_lengths[len(word)]
        for part in _parts(word, len(word)):
            words = self._fuzzy_parts.setdefault(part, set())
            if change > 0:
                words.add(word)
            elif word not in self._fuzzy:
                words.discard(word)
                if not words:
                    del self._fuzzy_parts[part]

    def _prefixes_of(self, atoms: FieldAtoms) -> set[str]:
        if self._forget or len(self._begun_by) > MOST_REMEMBERED:
            self._begun_by, self._forget = {}, False
        known = self._begun_by
        found: set[str] = set()
        for token in atoms.tokens:
            prefixes = known.get(token)
            if prefixes is None:
                prefixes = known[token] = self._prefixes_at(token)
            if prefixes:
                found.update(prefixes)
        return found

    def _prefixes_at(self, token: str) -> tuple[str, ...]:
        lengths = self._prefix_lengths.get(token[:GATE], ())
        return tuple(token[:length] for length in lengths if token[:length] in self._prefixes)

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


def _parts(token: str, length: int) -> tuple[tuple[int, str, str], tuple[int, str, str]]:
    """Beginning and end as compared with words of a length: one edit leaves one of the two as it is."""
    size = (length - 1) // 2
    return (length, "^", token[:size]), (length, "$", token[-size:])
