"""Where watches stand: at atoms of each field, at values of the exact fields, in aliases, or nowhere in particular."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from presswatch_query.article import AnalysedArticle
from presswatch_query.ast import And, AtLeast, Near, Node, Not, Or
from presswatch_query.matcher.anchors import ALIAS, ALWAYS, LOOSE, SEPARATOR, Rarity, leaf_atom
from presswatch_query.matcher.grams import Found
from presswatch_query.matcher.index import AtomIndex
from presswatch_query.matcher.postings import (
    Group,
    Slot,
    Value,
    add_direct,
    add_slot,
    remove_direct,
    remove_slot,
)
from presswatch_query.matcher.view import ArticleView

__all__ = ["Places"]


class Places:
    """Enters watches at their atoms, and finds what stands at those of an article."""

    def __init__(self, rarity: Rarity) -> None:
        self._rarity = rarity
        self._words = AtomIndex()
        """Of title and body."""
        self._fields: dict[str, AtomIndex] = {}
        self._exact: dict[str, Value] = {}
        self._groups: dict[str, Group] = {}
        self._always: dict[Slot | Group, None] = {}
        self._loose: dict[Slot | Group, None] = {}

    def __bool__(self) -> bool:
        indexes = (self._words, *self._fields.values())
        return any(indexes) or any((self._exact, self._groups, self._always, self._loose))

    def add_direct(self, atom: str, watch_id: str) -> None:
        """A watch that this atom decides."""
        if not atom.startswith(SEPARATOR):
            self._words.add_direct("gram", atom, watch_id)
            return
        _, field, kind, key = atom.split(SEPARATOR)
        if kind == "exact":
            add_direct(self._exact, f"{field}:{key}", watch_id)
        else:
            self._index(field).add_direct(kind, key, watch_id)

    def remove_direct(self, atom: str, watch_id: str) -> None:
        if not atom.startswith(SEPARATOR):
            self._words.remove_direct("gram", atom, watch_id)
            return
        _, field, kind, key = atom.split(SEPARATOR)
        if kind == "exact":
            remove_direct(self._exact, f"{field}:{key}", watch_id)
        else:
            self._index(field).remove_direct(kind, key, watch_id)

    def add_slot(self, slot: Slot, tree: Node) -> None:
        """Watches that any of the slot's anchors makes candidates; `tree` is their query's."""
        for atom in slot.anchors:
            _, _, kind, key = atom.split(SEPARATOR) if atom.startswith(SEPARATOR) else ("", "", "", "")
            if kind == ALIAS:
                self._group(key, tree).slots[slot] = None
            else:
                self._enter(atom, slot)

    def remove_slot(self, slot: Slot) -> None:
        for atom in slot.anchors:
            self._leave(atom, slot)

    def _enter(self, atom: str, slot: Slot | Group) -> None:
        if not atom.startswith(SEPARATOR):
            self._words.add_slot("gram", atom, slot)
            return
        _, field, kind, key = atom.split(SEPARATOR)
        if atom in (ALWAYS, LOOSE):
            (self._always if atom == ALWAYS else self._loose)[slot] = None
        elif kind == "exact":
            add_slot(self._exact, f"{field}:{key}", slot)
        else:
            self._index(field).add_slot(kind, key, slot)

    def _leave(self, atom: str, slot: Slot | Group) -> None:
        if not atom.startswith(SEPARATOR):
            self._words.remove_slot("gram", atom, slot)
            return
        _, field, kind, key = atom.split(SEPARATOR)
        if atom in (ALWAYS, LOOSE):
            del (self._always if atom == ALWAYS else self._loose)[slot]
        elif kind == "exact":
            remove_slot(self._exact, f"{field}:{key}", slot)
        elif kind == ALIAS and isinstance(slot, Slot):
            self._leave_group(key, slot)
        else:
            self._index(field).remove_slot(kind, key, slot)

    def _group(self, key: str, tree: Node) -> Group:
        known = self._groups.get(key)
        if known is None:
            leaves = next(_aliases(tree, key)).children
            known = self._groups[key] = Group(tuple({leaf_atom(leaf, self._rarity) for leaf in leaves}))
            for anchor in known.anchors:
                self._enter(anchor, known)
        return known

    def _leave_group(self, key: str, slot: Slot) -> None:
        group = self._groups[key]
        del group.slots[slot]
        if not group.slots:
            del self._groups[key]
            for anchor in group.anchors:
                self._leave(anchor, group)

    def _index(self, field: str) -> AtomIndex:
        return self._fields.setdefault(field, AtomIndex()) if field else self._words

    def found(self, view: ArticleView) -> tuple[list[str], list[Slot]]:
        """The watches that the article's atoms decide, and the slots that they make candidates."""
        found = Found([], list(self._always))
        self._words.find(view.words, found)
        for name, index in self._fields.items():
            if index:
                index.find(view.field(name), found)
        if self._exact:
            for key in _exact_keys(view.article):
                if key in self._exact:
                    found.take(self._exact[key])
        if self._loose and view.is_loose:
            found.slots.extend(self._loose)
        return found.direct, _without_groups(found.slots)


def _without_groups(candidates: Iterable[Slot | Group]) -> list[Slot]:
    """Each slot once, those of the groups among them."""
    unique = dict.fromkeys(candidates)
    slots = [candidate for candidate in unique if isinstance(candidate, Slot)]
    if len(slots) == len(unique):
        return slots
    groups = [candidate.slots for candidate in unique if isinstance(candidate, Group)]
    return list(dict.fromkeys(chain(slots, *groups)))


def _aliases(node: Node, key: str) -> Iterator[Or]:
    """The aliases with a key in a tree."""
    match node:
        case Or(alias_key=alias_key) if alias_key:
            if alias_key == key:
                yield node
        case And(children) | Or(children):
            for child in children:
                yield from _aliases(child, key)
        case Near(left, right):
            yield from _aliases(left, key)
            yield from _aliases(right, key)
        case Not(child) | AtLeast(_, child):
            yield from _aliases(child, key)


def _exact_keys(article: AnalysedArticle) -> Iterator[str]:
    """The keys of the exact fields of an article; a host stands under all that it is a sub-domain of."""
    for field, value in article.exact.items():
        if value:
            yield f"{field}:{value}"
    host = article.exact["source"]
    while "." in host:
        host = host.partition(".")[2]
        yield f"source:{host}"
