"""Which watches stand at an atom.

Most atoms have one watch, or few: an id alone, then a tuple; only many are a dictionary, which is large but quick to
change.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TypeVar

from presswatch_query.matcher.verify import Program

__all__ = [
    "NOTHING",
    "Group",
    "Members",
    "Posting",
    "Slot",
    "Value",
    "add_direct",
    "add_slot",
    "drop_if_empty",
    "posting_at",
    "remove_direct",
    "remove_slot",
    "with_member",
    "without_member",
]

Member = TypeVar("Member")
Atom = TypeVar("Atom", bound=Hashable)
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
        """Tokens of title and body of which one must be there as well; empty: nothing more is known."""
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
    """What stands at an atom: watches that it decides, those (by themselves or as a group) that it makes candidates.

    At a pair also what stands at the triples that begin with it, by their last token.
    """

    __slots__ = ("direct", "slots", "thirds")

    def __init__(self, direct: Iterable[str] = ()) -> None:
        self.direct: Members[str] = tuple(direct)
        self.slots: Members[Slot | Group] = ()
        self.thirds: dict[str, Value] = NOTHING

    def is_empty(self) -> bool:
        return not (self.direct or self.slots or self.thirds)


Value = str | Posting
"""Mostly one watch that the atom decides: then its id, which takes no memory of its own."""
NOTHING: dict[str, Value] = {}
"""Stands for all that are empty; nothing is ever put in."""


def posting_at(table: dict[Atom, Value], atom: Atom) -> Posting:
    """The posting of an atom, made from whatever stands there."""
    known = table.get(atom)
    if isinstance(known, Posting):
        return known
    posting = table[atom] = Posting(() if known is None else (known,))
    return posting


def add_direct(table: dict[Atom, Value], atom: Atom, watch_id: str, *, alone: bool = True) -> None:
    """Adds a watch that the atom decides; as its mere id if it may stand alone."""
    if alone and watch_id and atom not in table:
        table[atom] = watch_id
        return
    posting = posting_at(table, atom)
    posting.direct = with_member(posting.direct, watch_id)


def remove_direct(table: dict[Atom, Value], atom: Atom, watch_id: str) -> None:
    known = table[atom]
    if isinstance(known, Posting):
        known.direct = without_member(known.direct, watch_id)
        drop_if_empty(table, atom)
    else:
        del table[atom]


def add_slot(table: dict[Atom, Value], atom: Atom, slot: Slot | Group) -> None:
    posting = posting_at(table, atom)
    posting.slots = with_member(posting.slots, slot)


def remove_slot(table: dict[Atom, Value], atom: Atom, slot: Slot | Group) -> None:
    known = table[atom]
    if isinstance(known, Posting):
        known.slots = without_member(known.slots, slot)
        drop_if_empty(table, atom)


def drop_if_empty(table: dict[Atom, Value], atom: Atom) -> None:
    """Removes the posting of an atom, if there is one at which nothing stands."""
    known = table.get(atom)
    if isinstance(known, Posting) and known.is_empty():
        del table[atom]
