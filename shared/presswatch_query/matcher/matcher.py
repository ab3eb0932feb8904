"""Which of many watches match an article: exact, and every change is seen by the next article.

A watch that one atom decides (a word, a phrase of up to three, a prefix …) stands at that atom. Any other stands at its
rarest necessary clause; where the article has that and a second one, its tree is verified. Watches with the same
canonical query are kept and verified once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from heapq import nlargest
from time import perf_counter

from presswatch_query.article import AnalysedArticle
from presswatch_query.canonical import canonical_form
from presswatch_query.matcher.anchors import ALWAYS, LOOSE, SEPARATOR, Clause, direct_atom, necessary_clauses
from presswatch_query.matcher.index import AtomIndex
from presswatch_query.matcher.postings import Slot, Value, add_direct, add_slot, remove_direct, remove_slot
from presswatch_query.matcher.shares import TokenShares
from presswatch_query.matcher.verify import holds
from presswatch_query.matcher.view import ArticleView
from presswatch_query.parsing import Query

__all__ = ["Matcher", "WatchCost"]

MOST_SECOND_ATOMS = 8


@dataclass(frozen=True, slots=True)
class WatchCost:
    """What verifying a watch has cost since it was added. A watch that one atom decides costs nothing."""

    candidates: int = 0
    matches: int = 0
    failures: int = 0
    seconds: float = 0.0


class Matcher:
    """Holds watches by id. Not for several threads at once."""

    def __init__(self) -> None:
        self._watches: dict[str, str | Slot] = {}
        self._slots: dict[bytes, Slot] = {}
        self._indexes: dict[str, AtomIndex] = {"": AtomIndex()}
        self._exact: dict[str, Value] = {}
        self._always: dict[Slot, None] = {}
        self._loose: dict[Slot, None] = {}
        self._shares = TokenShares()
        self._failed: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._watches)

    def __contains__(self, watch_id: object) -> bool:
        return watch_id in self._watches

    def add(self, watch_id: str, query: Query) -> None:
        """Adds a watch, or changes the one with this id."""
        if watch_id in self._watches:
            self.remove(watch_id)
        atom = direct_atom(query.tree)
        if atom is not None:
            self._watches[watch_id] = atom
            self._add_direct(atom, watch_id)
            return
        digest = blake2b(canonical_form(query.tree).encode("utf-8", "surrogatepass"), digest_size=16).digest()
        slot = self._slots.get(digest)
        if slot is None:
            slot = self._slots[digest] = self._make_slot(digest, query)
        slot.watch_ids[watch_id] = None
        self._watches[watch_id] = slot

    def remove(self, watch_id: str) -> None:
        """Removes a watch; one that is not there is no error."""
        place = self._watches.pop(watch_id, None)
        self._failed.pop(watch_id, None)
        if isinstance(place, str):
            self._remove_direct(place, watch_id)
        elif place is not None:
            del place.watch_ids[watch_id]
            if not place.watch_ids:
                del self._slots[place.digest]
                for anchor in place.anchors:
                    self._remove_slot(anchor, place)

    def match(self, article: AnalysedArticle) -> list[str]:
        """The ids of the watches that match, sorted. A watch that fails does not match; see `failures`."""
        view = ArticleView(article)
        found: list[str] = []
        slots: dict[Slot, None] = dict(self._always)
        for value in self._at_atoms(view):
            if isinstance(value, str):
                found.append(value)
            else:
                found.extend(value.direct)
                slots.update(value.slots)
        if self._loose and view.is_loose:
            slots.update(self._loose)
        found.extend(self._verified(slots, view))
        found.sort()
        self._shares.offer(view.field("").tokens)
        return found

    def cost(self, watch_id: str) -> WatchCost:
        """What a watch has cost."""
        place = self._watches.get(watch_id)
        if not isinstance(place, Slot):
            return WatchCost()
        return WatchCost(place.candidates, place.matches, place.failures, place.seconds)

    def slowest(self, count: int = 10) -> list[tuple[str, WatchCost]]:
        """The watches that have cost the most CPU seconds; of watches with one query, one."""
        slots = nlargest(count, self._slots.values(), key=lambda slot: slot.seconds)
        ids = (next(iter(slot.watch_ids)) for slot in slots if slot.candidates)
        return [(watch_id, self.cost(watch_id)) for watch_id in ids]

    def failures(self) -> dict[str, str]:
        """Watches that failed at run time, by id, with the last error."""
        return dict(self._failed)

    def _make_slot(self, digest: bytes, query: Query) -> Slot:
        clauses = necessary_clauses(query.tree, self._shares)
        anchors = clauses[0].atoms if clauses else (ALWAYS,)
        slot = Slot(digest, query.tree, anchors, _second(clauses[1:]))
        for anchor in anchors:
            self._add_slot(anchor, slot)
        return slot

    def _at_atoms(self, view: ArticleView) -> Iterator[Value]:
        for name, index in self._indexes.items():
            if index:
                yield from index.found(view.field(name))
        if self._exact:
            for key in _exact_keys(view.article):
                value = self._exact.get(key)
                if value is not None:
                    yield value

    def _verified(self, slots: Iterable[Slot], view: ArticleView) -> Iterator[str]:
        """The watches of the slots whose tree holds. The time is shared out as it passes."""
        atoms = view.field("").atoms
        before = perf_counter()
        for slot in slots:
            slot.candidates += 1
            if slot.second and atoms.isdisjoint(slot.second):
                continue
            try:
                matched = holds(slot.tree, view)
            except Exception as error:  # noqa: BLE001  one watch must not take the others with it
                self._fail(slot, error)
                matched = False
            after = perf_counter()
            slot.seconds += after - before
            before = after
            if matched:
                slot.matches += 1
                yield from slot.watch_ids

    def _fail(self, slot: Slot, error: Exception) -> None:
        slot.failures += 1
        for watch_id in slot.watch_ids:
            self._failed[watch_id] = f"{type(error).__name__}: {error}"

    def _add_direct(self, atom: str, watch_id: str) -> None:
        if not atom.startswith(SEPARATOR):
            self._indexes[""].add_direct("gram", atom, watch_id)
            return
        _, field, kind, key = atom.split(SEPARATOR)
        if kind == "exact":
            add_direct(self._exact, f"{field}:{key}", watch_id)
        else:
            self._index(field).add_direct(kind, key, watch_id)

    def _remove_direct(self, atom: str, watch_id: str) -> None:
        if not atom.startswith(SEPARATOR):
            self._indexes[""].remove_direct("gram", atom, watch_id)
            return
        _, field, kind, key = atom.split(SEPARATOR)
        if kind == "exact":
            remove_direct(self._exact, f"{field}:{key}", watch_id)
        else:
            self._index(field).remove_direct(kind, key, watch_id)

    def _add_slot(self, atom: str, slot: Slot) -> None:
        if not atom.startswith(SEPARATOR):
            self._indexes[""].add_slot("gram", atom, slot)
        elif atom in (ALWAYS, LOOSE):
            (self._always if atom == ALWAYS else self._loose)[slot] = None
        else:
            _, field, kind, key = atom.split(SEPARATOR)
            if kind == "exact":
                add_slot(self._exact, f"{field}:{key}", slot)
            else:
                self._index(field).add_slot(kind, key, slot)

    def _remove_slot(self, atom: str, slot: Slot) -> None:
        if not atom.startswith(SEPARATOR):
            self._indexes[""].remove_slot("gram", atom, slot)
        elif atom in (ALWAYS, LOOSE):
            del (self._always if atom == ALWAYS else self._loose)[slot]
        else:
            _, field, kind, key = atom.split(SEPARATOR)
            if kind == "exact":
                remove_slot(self._exact, f"{field}:{key}", slot)
            else:
                self._index(field).remove_slot(kind, key, slot)

    def _index(self, field: str) -> AtomIndex:
        return self._indexes.setdefault(field, AtomIndex())


def _second(clauses: Sequence[Clause]) -> tuple[str, ...]:
    """The rarest clause made of few tokens and pairs of title and body; a triple is replaced by its first pair."""
    for clause in clauses:
        if len(clause.atoms) <= MOST_SECOND_ATOMS and not any(atom.startswith(SEPARATOR) for atom in clause.atoms):
            return tuple(" ".join(atom.split(" ")[:2]) for atom in clause.atoms)
    return ()


def _exact_keys(article: AnalysedArticle) -> Iterator[str]:
    """The keys of the exact fields of an article; a host stands under all that it is a sub-domain of."""
    for field, value in article.exact.items():
        if value:
            yield f"{field}:{value}"
    host = article.exact["source"]
    while "." in host:
        host = host.partition(".")[2]
        yield f"source:{host}"
