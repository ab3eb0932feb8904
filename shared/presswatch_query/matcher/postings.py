"""Which watches stand at an atom.

Most atoms have one watch, or few: an id alone, then a tuple; only many are a dictionary, which is large but quick to
change.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from presswatch_query.matcher.verify import Program

__all__ = [
    "Group",
    "Members",
    "Posting",
    "Slot",
    "Value",
    "add_direct",
    "add_slot",
    "count_triple",
    "remove_direct",
    "remove_slot",
    "with_member",
    "without_member",
]

Member = TypeVar("Member")
Members = tuple[Member, ...] | dict[Member, None]
MOST_IN_A_TUPLE = 32


def with_member(members: Members[Member], member: Member) -> Members[Member]:
    """The members and one more."""
    if isinstance(members, dict):
        members[member] = None
        return members
    more = (*members, member)
    return more if len(more) <= MOST_IN_A_TUPLE else dict.fromkeys(more)


def without_member(members: Members[Member], member: Member) -> Members[Member]:
    """The members but one, which is among them."""
    if isinstance(members, dict):
        del members[member]
        return members
    at = members.index(member)
    return (*members[:at], *members[at + 1 :])


class Slot:
    """All watches with one canonical query that needs more than one atom; and what it has cost."""

    __slots__ = (
        "anchors",
        "candidates",
        "digest",
        "failures",
        "matches",
        "program",
        "second",
        "seconds",
        "watch_ids",
    )

    def __init__(
        self, digest: bytes, program: Program | None, anchors: tuple[str, ...], second: tuple[str, ...]
    ) -> None:
        self.digest = digest
        self.program = program
        """What is still to verify where an anchor and a second atom are there; None: nothing."""
        self.anchors = anchors
        self.second = second
        """Tokens and pairs of title and body of which one must be there as well; empty: nothing more is known."""
        self.watch_ids: Members[str] = ()
        self.candidates = 0
        self.matches = 0
        self.failures = 0
        self.seconds = 0.0

    def add(self, watch_id: str) -> None:
        self.watch_ids = with_member(self.watch_ids, watch_id)

    def remove(self, watch_id: str) -> bool:
        """Whether it was the last one."""
        self.watch_ids = without_member(self.watch_ids, watch_id)
        return not self.watch_ids


class Group:
    """Watches that an alias makes candidates: they stand together at the atoms of all its leaves."""

    __slots__ = ("anchors", "slots")

    def __init__(self, anchors: tuple[str, ...]) -> None:
        self.anchors = anchors
        self.slots: dict[Slot, None] = {}


class Posting:
    """Watches at an atom: those it decides, and those (by themselves or as a group) that it makes candidates."""

    __slots__ = ("direct", "slots", "stem", "triples")

    def __init__(self, direct: Iterable[str] = ()) -> None:
        self.direct: Members[str] = tuple(direct)
        self.slots: Members[Slot | Group] = ()
        self.stem = ""
        """The atom itself, if triples begin with it."""
        self.triples = 0

    def is_empty(self) -> bool:
        return not (self.direct or self.slots or self.triples)


Value = str | Posting
"""Mostly one watch that the atom decides: then its id, which takes no memory of its own."""


def _posting_at(table: dict[str, Value], atom: str) -> Posting:
    """The posting of an atom, made from whatever stands there."""
    known = table.get(atom)
    if isinstance(known, Posting):
        return known
    posting = table[atom] = Posting(() if known is None else (known,))
    return posting


def add_direct(table: dict[str, Value], atom: str, watch_id: str, *, alone: bool = True) -> None:
    """Adds a watch that the atom decides; as its mere id if it may stand alone."""
    if alone and watch_id and atom not in table:
        table[atom] = watch_id
        return
    posting = _posting_at(table, atom)
    posting.direct = with_member(posting.direct, watch_id)


def remove_direct(table: dict[str, Value], atom: str, watch_id: str) -> None:
    known = table[atom]
    if isinstance(known, Posting):
        known.direct = without_member(known.direct, watch_id)
        _drop_if_empty(table, atom, known)
    else:
        del table[atom]


def add_slot(table: dict[str, Value], atom: str, slot: Slot | Group) -> None:
    posting = _posting_at(table, atom)
    posting.slots = with_member(posting.slots, slot)


def remove_slot(table: dict[str, Value], atom: str, slot: Slot | Group) -> None:
    known = table[atom]
    if isinstance(known, Posting):
        known.slots = without_member(known.slots, slot)
        _drop_if_empty(table, atom, known)


def _drop_if_empty(table: dict[str, Value], atom: str, posting: Posting) -> None:
    if posting.is_empty():
        del table[atom]


def count_triple(table: dict[str, Value], stem: str, change: int) -> None:
    """Notes at a pair how many triples begin with it."""
    posting = _posting_at(table, stem)
    posting.triples += change
    posting.stem = stem if posting.triples else ""
    _drop_if_empty(table, stem, posting)
