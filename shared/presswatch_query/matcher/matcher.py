"""Which of many watches match an article: exact, and every change is seen by the next article.

A watch that one atom decides (a word, a phrase of up to three, a prefix …) stands at that atom. Any other stands at its
rarest necessary clause; where the article has that and a second one, its tree is verified. Watches with the same
canonical query are kept and verified once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from heapq import nlargest
from time import perf_counter

from presswatch_query.article import AnalysedArticle
from presswatch_query.canonical import canonical_form
from presswatch_query.matcher.anchors import ALWAYS, direct_atom, necessary_clauses, second_tokens
from presswatch_query.matcher.places import Places
from presswatch_query.matcher.postings import Slot
from presswatch_query.matcher.shares import TokenShares
from presswatch_query.matcher.verify import Program, remaining, run
from presswatch_query.matcher.view import ArticleView
from presswatch_query.parsing import Query

__all__ = ["Matcher", "WatchCost"]


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
        """The atom that decides a watch, or its slot."""
        self._slots: dict[bytes, Slot] = {}
        self._shares = TokenShares()
        self._places = Places(self._shares)
        self._failed: dict[str, str] = {}
        self._candidates = 0
        self._seconds = 0.0

    def __len__(self) -> int:
        return len(self._watches)

    def __contains__(self, watch_id: object) -> bool:
        return watch_id in self._watches

    def add(self, watch_id: str, query: Query) -> None:
        """Adds a watch, or changes the one with this id."""
        if watch_id in self._watches:
            self.remove(watch_id)
        atom = direct_atom(query.tree)
        if atom is None:
            slot = self._slot(query)
            slot.add(watch_id)
            self._watches[watch_id] = slot
        else:
            self._watches[watch_id] = atom
            self._places.add_direct(atom, watch_id)

    def remove(self, watch_id: str) -> None:
        """Removes a watch; one that is not there is no error."""
        place = self._watches.pop(watch_id, None)
        self._failed.pop(watch_id, None)
        if isinstance(place, str):
            self._places.remove_direct(place, watch_id)
        elif place is not None and place.remove(watch_id):
            del self._slots[place.digest]
            self._places.remove_slot(place)

    def match(self, article: AnalysedArticle) -> list[str]:
        """The ids of the watches that match, in no order. A watch that fails does not match; see `failures`."""
        view = ArticleView(article)
        found, candidates = self._places.found(view)
        if candidates:
            found.extend(self._verified(candidates, view))
        self._shares.offer(view.words.tokens)
        return found

    def find_candidates(self, article: AnalysedArticle) -> int:
        """How many queries an article's atoms make candidates: the part of `match` that is not verifying."""
        return len(self._places.found(ArticleView(article))[1])

    def cost(self, watch_id: str) -> WatchCost:
        """What a watch has cost; all watches with the same query together."""
        place = self._watches.get(watch_id)
        if not isinstance(place, Slot):
            return WatchCost()
        return WatchCost(place.candidates, place.matches, place.failures, place.seconds)

    def total_cost(self) -> WatchCost:
        """What all watches together have cost."""
        slots = self._slots.values()
        return WatchCost(
            sum(slot.candidates for slot in slots),
            sum(slot.matches for slot in slots),
            sum(slot.failures for slot in slots),
            sum(slot.seconds for slot in slots),
        )

    def slowest(self, count: int = 10) -> list[tuple[str, WatchCost]]:
        """The watches that have cost the most seconds; of watches with one query, one."""
        slots = nlargest(count, self._slots.values(), key=lambda slot: slot.seconds)
        ids = (next(iter(slot.watch_ids)) for slot in slots if slot.candidates)
        return [(watch_id, self.cost(watch_id)) for watch_id in ids]

    def take_costs(self, most: int) -> list[tuple[list[str], WatchCost]]:
        """The queries that have cost most since they were taken last, with their watches; they count from zero again.

        Whatever costs less than `most` others is there the next time.
        """
        spent = (slot for slot in self._slots.values() if slot.candidates)
        taken = []
        for slot in nlargest(most, spent, key=lambda slot: slot.seconds):
            cost = WatchCost(slot.candidates, slot.matches, slot.failures, slot.seconds)
            taken.append((list(slot.watch_ids), cost))
            slot.candidates = slot.matches = slot.failures = 0
            slot.seconds = 0.0
        return taken

    def spent(self) -> tuple[int, float]:
        """Candidates and seconds of all articles so far, whatever became of the watches."""
        return self._candidates, self._seconds

    def failures(self) -> dict[str, str]:
        """Watches that failed at run time, by id, with the last error."""
        return dict(self._failed)

    def _slot(self, query: Query) -> Slot:
        """The slot of all watches with this query."""
        canonical = canonical_form(query.tree)
        digest = blake2b(canonical.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        slot = self._slots.get(digest)
        if slot is None:
            clauses = necessary_clauses(query.tree, self._shares)
            anchors = clauses[0].atoms if clauses else (ALWAYS,)
            second = second_tokens(clauses[1:], self._shares)
            known = [atoms[0] for atoms in (anchors, second) if len(atoms) == 1]
            slot = self._slots[digest] = Slot(digest, remaining(query.tree, known), anchors, second)
            self._places.add_slot(slot, query.tree)
        return slot

    def _verified(self, slots: Collection[Slot], view: ArticleView) -> Iterator[str]:
        """The watches of the slots whose tree holds. The time is shared out as it passes."""
        lacks = view.words.tokens.isdisjoint
        begin = before = perf_counter()
        for slot in slots:
            slot.candidates += 1
            if slot.second and lacks(slot.second):
                continue
            if slot.program is not None:
                matched = self._holds(slot, slot.program, view)
                after = perf_counter()
                slot.seconds += after - before
                before = after
                if not matched:
                    continue
            slot.matches += 1
            yield from slot.watch_ids
        self._candidates += len(slots)
        self._seconds += perf_counter() - begin

    def _holds(self, slot: Slot, program: Program, view: ArticleView) -> bool:
        try:
            return run(program, view)
        except Exception as error:  # noqa: BLE001  one watch must not take the others with it
            self._fail(slot, error)
            return False

    def _fail(self, slot: Slot, error: Exception) -> None:
        slot.failures += 1
        for watch_id in slot.watch_ids:
            self._failed[watch_id] = f"{type(error).__name__}: {error}"
