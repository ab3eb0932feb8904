"""Which watches stand at an atom."""

from __future__ import annotations

from presswatch_query.matcher.verify import Program

__all__ = [
    "Group",
    "Posting",
    "Slot",
    "Value",
    "add_direct",
    "add_slot",
    "count_triple",
    "remove_direct",
    "remove_slot",
]


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

    def __init__(self, digest: bytes, program: Program, anchors: tuple[str, ...], second: tuple[str, ...]) -> None:
        self.digest = digest
        self.program = program
        self.anchors = anchors
        self.second = second
        """Tokens and pairs of title and body of which one must be there as well; empty: nothing more is known."""
        self.watch_ids: str | dict[str, None] = {}
        """Mostly one: then its id."""
        self.candidates = 0
        self.matches = 0
        self.failures = 0
        self.seconds = 0.0

    def add(self, watch_id: str) -> None:
        if isinstance(self.watch_ids, str):
            self.watch_ids = {self.watch_ids: None, watch_id: None}
        elif self.watch_ids:
            self.watch_ids[watch_id] = None
        else:
            self.watch_ids = watch_id

    def remove(self, watch_id: str) -> bool:
        """Whether it was the last one."""
        if isinstance(self.watch_ids, str):
            return True
        del self.watch_ids[watch_id]
        return not self.watch_ids

    def ids(self) -> tuple[str, ...]:
        return (self.watch_ids,) if isinstance(self.watch_ids, str) else tuple(self.watch_ids)


class Group:
    """Watches that an alias makes candidates: they stand together at the atoms of all its leaves."""

    __slots__ = ("anchors", "slots")

    def __init__(self, anchors: tuple[str, ...]) -> None:
        self.anchors = anchors
        self.slots: dict[Slot, None] = {}


class Posting:
    """Watches at an atom: those it decides, and those (by themselves or as a group) that it makes candidates."""

    __slots__ = ("direct", "slots", "stem", "triples")

    def __init__(self) -> None:
        self.direct: dict[str, None] | None = None
        self.slots: dict[Slot | Group, None] | None = None
        self.stem = ""
        """The atom itself, if triples begin with it."""
        self.triples = 0

    def is_empty(self) -> bool:
        return not (self.direct or self.slots or self.triples)


Value = str | Posting
"""Mostly one watch that the atom decides: then its id, which takes no memory of its own."""


def posting_at(table: dict[str, Value], atom: str) -> Posting:
    """The posting of an atom, made from whatever stands there."""
    known = table.get(atom)
    if isinstance(known, Posting):
        return known
    posting = table[atom] = Posting()
    if known is not None:
        posting.direct = {known: None}
    return posting


def add_direct(table: dict[str, Value], atom: str, watch_id: str) -> None:
    if watch_id and atom not in table:
        table[atom] = watch_id
        return
    posting = posting_at(table, atom)
    if posting.direct is None:
        posting.direct = {}
    posting.direct[watch_id] = None


def remove_direct(table: dict[str, Value], atom: str, watch_id: str) -> None:
    known = table[atom]
    if isinstance(known, Posting):
        if known.direct is not None:
            known.direct.pop(watch_id)
        _drop_if_empty(table, atom, known)
    else:
        del table[atom]


def add_slot(table: dict[str, Value], atom: str, slot: Slot | Group) -> None:
    posting = posting_at(table, atom)
    if posting.slots is None:
        posting.slots = {}
    posting.slots[slot] = None


def remove_slot(table: dict[str, Value], atom: str, slot: Slot | Group) -> None:
    known = table[atom]
    if isinstance(known, Posting) and known.slots is not None:
        known.slots.pop(slot)
        _drop_if_empty(table, atom, known)


def _drop_if_empty(table: dict[str, Value], atom: str, posting: Posting) -> None:
    if posting.is_empty():
        del table[atom]


def count_triple(table: dict[str, Value], stem: str, change: int) -> None:
    """Notes at a pair how many triples begin with it."""
    posting = posting_at(table, stem)
    posting.triples += change
    posting.stem = stem if posting.triples else ""
    _drop_if_empty(table, stem, posting)
