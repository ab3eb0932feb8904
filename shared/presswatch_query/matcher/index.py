"""The atoms of one field, and what stands at those that an article has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import chain

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


class _AtTokens(dict[str, tuple[Value, ...]]):
    """What stands at a token: as itself, as the beginning of prefixes, as a neighbour of ~1 words. Worked out once."""

    def __init__(self, look_up: Callable[[str], tuple[Value, ...]]) -> None:
        super().__init__()
        self._look_up = look_up

    def __missing__(self, token: str) -> tuple[Value, ...]:
        found = self[token] = self._look_up(token)
        return found


class AtomIndex:
    """Atoms of a field by kind: grams of up to three tokens, prefixes, and words with ~1."""

    def __init__(self) -> None:
        self._grams: dict[str, Value] = {}
        self._prefixes: dict[str, Value] = {}
        self._prefix_lengths: dict[str, Counter[int]] = {}
        self._fuzzy: dict[str, Value] = {}
        self._fuzzy_parts: dict[tuple[int, str, str], set[str]] = {}
        self._fuzzy_lengths: Counter[int] = Counter()
        self._at_tokens = _AtTokens(self._values_at)
        self._forget = False
        """Whether what stands at tokens has changed for more tokens than can be named."""

    def __bool__(self) -> bool:
        return bool(self._grams or self._prefixes or self._fuzzy)

    def add_direct(self, kind: str, key: str, watch_id: str) -> None:
        """A watch that this atom decides."""
        self._note(kind, key, 1)
        # What several tokens of an article may lead to is told from itself by its posting, so an id alone will not do.
        add_direct(self._table(kind), key, watch_id, alone=kind == "gram")

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

    def found(self, atoms: FieldAtoms) -> Iterable[Value]:
        """What stands at the atoms that the article has; of prefixes and ~1 words perhaps more than once."""
        if self._forget or len(self._at_tokens) > MOST_REMEMBERED:
            self._at_tokens, self._forget = _AtTokens(self._values_at), False
        look_up = self._grams.get
        pairs = [value for value in map(look_up, atoms.pairs) if value]
        stems = {value.stem for value in pairs if value.__class__ is Posting and value.stem}
        triples = [value for value in map(look_up, atoms.triples(stems)) if value] if stems else ()
        return chain(chain.from_iterable(map(self._at_tokens.__getitem__, atoms.tokens)), pairs, triples)

    def _table(self, kind: str) -> dict[str, Value]:
        return self._grams if kind == "gram" else self._prefixes if kind == "prefix" else self._fuzzy

    def _values_at(self, token: str) -> tuple[Value, ...]:
        found = [self._grams.get(token)]
        lengths = self._prefix_lengths.get(token[:GATE], ())
        found += [self._prefixes.get(token[:length]) for length in lengths if length <= len(token)]
        found += [self._fuzzy[word] for word in self._words_near(token)]
        return tuple(value for value in found if value)

    def _note(self, kind: str, key: str, change: int) -> None:
        """Keeps what leads from an article's tokens to the keys."""
        if kind == "gram":
            self._note_gram(key, change)
        elif kind == "prefix":
            self._note_prefix(key, change)
        else:
            self._note_fuzzy(key, change)

    def _note_gram(self, gram: str, change: int) -> None:
        self._at_tokens.pop(gram, None)
        if gram.count(" ") == 2:
            count_triple(self._grams, gram.rpartition(" ")[0], change)

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
        self._forget = True

    def _words_near(self, token: str) -> set[str]:
        """The ~1 words that are at most one edit away."""
        return {
            word
            for length in (len(token) - 1, len(token), len(token) + 1)
            if length in self._fuzzy_lengths
            for part in _parts(token, length)
            for word in self._fuzzy_parts.get(part, ())
            if within_one_edit(word, token)
        }


def _parts(token: str, length: int) -> tuple[tuple[int, str, str], tuple[int, str, str]]:
    """Beginning and end as compared with words of a length: one edit leaves one of the two as it is."""
    size = (length - 1) // 2
    return (length, "^", token[:size]), (length, "$", token[-size:])
