"""The atoms of one field, and what stands at those that an article has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import chain

from presswatch_query.edit_distance import within_one_edit
from presswatch_query.matcher.grams import Found, Grams
from presswatch_query.matcher.halves import Halves
from presswatch_query.matcher.postings import (
    Group,
    Posting,
    Slot,
    Value,
    add_direct,
    add_slot,
    remove_direct,
    remove_slot,
)
from presswatch_query.matcher.view import FieldAtoms

__all__ = ["AtomIndex"]

GATE = 3
"""Prefixes are looked up by their first characters; none is shorter."""
MOST_REMEMBERED = 50_000
AtToken = tuple[str | Slot | Group | Posting, ...]
"""Watches that the token decides, what it makes candidates, and postings that other tokens may lead to as well."""


class _AtTokens(dict[str, AtToken]):
    """What stands at a token: as itself, as the beginning of prefixes, as a neighbour of ~1 words. Worked out once."""

    def __init__(self, look_up: Callable[[str], AtToken]) -> None:
        super().__init__()
        self._look_up = look_up

    def __missing__(self, token: str) -> AtToken:
        found = self[token] = self._look_up(token)
        return found


class AtomIndex:
    """Atoms of a field by kind: grams of up to three tokens, prefixes, and words with ~1."""

    def __init__(self) -> None:
        self._grams = Grams()
        self._prefixes: dict[str, Value] = {}
        self._prefix_lengths: dict[str, Counter[int]] = {}
        self._fuzzy: dict[str, Value] = {}
        self._fuzzy_halves: dict[int, Halves] = {}
        """Of the ~1 words of each length."""
        self._at_tokens = _AtTokens(self._values_at)
        self._forget = False
        """Whether what stands at tokens has changed for more tokens than can be named."""

    def __bool__(self) -> bool:
        return bool(self._grams or self._prefixes or self._fuzzy)

    def add_direct(self, kind: str, key: str, watch_id: str) -> None:
        """A watch that this atom decides."""
        if kind == "gram":
            self._grams.add_direct(key, watch_id)
            self._at_tokens.pop(key, None)
            return
        self._note(kind, key, 1)
        # What several tokens of an article may lead to is told from itself by its posting, so an id alone will not do.
        add_direct(self._table(kind), key, watch_id, alone=False)

    def remove_direct(self, kind: str, key: str, watch_id: str) -> None:
        if kind == "gram":
            self._grams.remove_direct(key, watch_id)
            self._at_tokens.pop(key, None)
            return
        remove_direct(self._table(kind), key, watch_id)
        self._note(kind, key, -1)

    def add_slot(self, kind: str, key: str, slot: Slot | Group) -> None:
        """Watches that this atom makes candidates."""
        if kind == "gram":
            self._grams.add_slot(key, slot)
            self._at_tokens.pop(key, None)
            return
        self._note(kind, key, 1)
        add_slot(self._table(kind), key, slot)

    def remove_slot(self, kind: str, key: str, slot: Slot | Group) -> None:
        if kind == "gram":
            self._grams.remove_slot(key, slot)
            self._at_tokens.pop(key, None)
            return
        remove_slot(self._table(kind), key, slot)
        self._note(kind, key, -1)

    def find(self, atoms: FieldAtoms, found: Found) -> None:
        """Adds what stands at the atoms that the article has."""
        if self._forget or len(self._at_tokens) > MOST_REMEMBERED:
            self._at_tokens, self._forget = _AtTokens(self._values_at), False
        by_grams_alone = not (self._prefixes or self._fuzzy)
        tokens = atoms.tokens & self._grams.by_token.keys() if by_grams_alone else atoms.tokens
        # An article of more words than are remembered would only drive out what others need.
        look_up = self._at_tokens.__getitem__ if len(tokens) <= MOST_REMEMBERED else self._values_at
        at_tokens = list(chain.from_iterable(map(look_up, tokens)))
        found.direct.extend([what for what in at_tokens if isinstance(what, str)])
        several: dict[Posting, None] = {}
        for other in [what for what in at_tokens if not isinstance(what, str)]:
            if isinstance(other, Posting):
                several[other] = None
            else:
                found.slots.append(other)
        for posting in several:
            found.take(posting)
        self._grams.find_longer(atoms, found)

    def _table(self, kind: str) -> dict[str, Value]:
        return self._prefixes if kind == "prefix" else self._fuzzy

    def _values_at(self, token: str) -> AtToken:
        own = self._grams.by_token.get(token)
        found: list[str | Slot | Group | Posting] = []
        if isinstance(own, Posting):
            found += (*own.direct, *own.slots)
        elif own is not None:
            found.append(own)
        for length in self._prefix_lengths.get(token[:GATE], ()):
            if length <= len(token) and (prefix := self._prefixes.get(token[:length])):
                found.append(prefix)
        if self._fuzzy:
            found += [self._fuzzy[word] for word in self._words_near(token)]
        return tuple(found)

    def _note(self, kind: str, key: str, change: int) -> None:
        """Keeps what leads from an article's tokens to the keys."""
        if kind == "prefix":
            self._note_prefix(key, change)
        else:
            self._note_fuzzy(key, change)
        self._forget = True

    def _note_prefix(self, prefix: str, change: int) -> None:
        lengths = self._prefix_lengths.setdefault(prefix[:GATE], Counter())
        lengths[len(prefix)] += change
        if not lengths[len(prefix)]:
            del lengths[len(prefix)]
        if not lengths:
            del self._prefix_lengths[prefix[:GATE]]

    def _note_fuzzy(self, word: str, change: int) -> None:
        halves = self._fuzzy_halves.setdefault(len(word), Halves(len(word)))
        if change > 0:
            halves.add(word)
        elif word not in self._fuzzy:
            halves.remove(word)
            if not halves:
                del self._fuzzy_halves[len(word)]

    def _words_near(self, token: str) -> set[str]:
        """The ~1 words that are at most one edit away."""
        length = len(token)
        near: set[str] = set()
        for halves in map(self._fuzzy_halves.get, (length - 1, length, length + 1)):
            if halves is not None and (words := halves.sharing_one_with(token)):
                near.update(word for word in words if within_one_edit(word, token))
        return near
