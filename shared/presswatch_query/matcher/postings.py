"""Which watches stand at an atom."""

from __future__ import annotations

from typing import Any

from presswatch_query.ast import Node

__all__ = ["Group", "Posting", "Slot", "Value", "add_direct", "add_slot", "remove_direct", "remove_slot"]


class Slot:
    """All watches with one canonical query that needs more than one atom; and what it has cost."""

    __slots__ = ("anchors", "candidates", "digest", "failures", "matches", "second", "seconds", "tree", "watch_ids")

    def __init__(self, digest: bytes, tree: Node, anchors: tuple[str, ...], second: tuple[str, ...]) -> None:
        self.digest = digest
        self.tree = tree
        self.anchors = anchors
        self.second = second
        """Atoms of title and body of which one must be there as well; empty: nothing more is known."""
        self.watch_ids: dict[str, None] = {}
        self.candidates = 0
        self.matches = 0
        self.failures = 0
        self.seconds = 0.0


class Group:
    """Watches that an alias makes candidates: they stand together at the atoms of all its leaves."""

    __slots__ = ("anchors", "slots")

    def __init__(self, anchors: tuple[str, ...]) -> None:
        self.anchors = anchors
        self.slots: dict[Slot, None] = {}


class Posting:
    """Watches at an atom: those it decides, and those (by themselves or as a group) that it makes candidates."""

    __slots__ = ("direct", "slots")

    def __init__(self) -> None:
        self.direct: dict[str, None] = {}
        self.slots: dict[Slot | Group, None] = {}


Value = str | Posting
"""Mostly one watch that the atom decides: then its id, which takes no memory of its own."""


def add_direct(table: dict[str, Value], atom: str, watch_id: str) -> None:
    known = table.get(atom)
    if known is None:
        table[atom] = watch_id
    elif isinstance(known, str):
        posting = table[atom] = Posting()
        posting.direct = {known: None, watch_id: None}
    else:
        known.direct[watch_id] = None


def remove_direct(table: dict[str, Value], atom: str, watch_id: str) -> bool:
    """Whether the atom is gone with it."""
    known = table[atom]
    if isinstance(known, Posting):
        del known.direct[watch_id]
        if known.direct or known.slots:
            return False
    del table[atom]
    return True


def add_slot(table: dict[str, Value], atom: str, slot: Slot | Group) -> None:
    known = table.get(atom)
    if known is None or isinstance(known, str):
        posting = table[atom] = Posting()
        if known is not None:
            posting.direct[known] = None
        known = posting
    known.slots[slot] = None


def remove_slot(table: dict[str, Value], atom: str, slot: Slot | Group) -> bool:
    """Whether the atom is gone with it."""
    known: Any = table[atom]
    del known.slots[slot]
    if known.direct or known.slots:
        return False
    del table[atom]
    return True
