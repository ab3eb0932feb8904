"""Queries from three fields, all, any and none of these words, and the three fields of a query. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeGuard

from presswatch_query import Query, QueryRejected, check, parse
from presswatch_query.aliases import Aliases
from presswatch_query.ast import And, AtLeast, Near, Node, Not, Or

__all__ = ["Built", "build", "taken_apart"]

MOST_ITEMS = 200
ITEM = re.compile(r'(?:[^\s",;“”„]*:|=)?["“”„][^"“”„]*["“”„](?:~\d+)?|[^\s,;"“”„]+')
SIGNS = re.compile(r'["“”„\x00]+')
# Capitals count in the language, but somebody who fills in a field of words means a word.
OPERATORS = frozenset(("and", "or", "not", "near", "onear", "atleast"))
BROKEN_LINES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Built:
    """What stands in the fields. `base` is a query that the fields cannot say: it goes on to be asked for."""

    every: str = ""
    any: str = ""
    none: str = ""
    base: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.every or self.any or self.none)


def build(fields: Built, aliases: Aliases) -> str:
    """The query: what the language takes as an item is one; the rest is put in quotes."""
    every = _items(fields.every, aliases)
    some = _items(fields.any, aliases)
    none = _items(fields.none, aliases)
    parts = [*([_grouped(fields.base, aliases)] if fields.base else []), *every]
    if some:
        parts.append(some[0] if len(some) == 1 else f"({' OR '.join(some)})")
    if len(parts) == 1 and not none:
        return parts[0].removeprefix("(").removesuffix(")") if len(some) > 1 else parts[0]
    return " AND ".join([*parts, *(f"NOT {item}" for item in none)])


def taken_apart(text: str, aliases: Aliases) -> Built:
    """The fields that make the query, or the query as their base where they cannot say it."""
    if not text.strip():
        return Built()
    try:
        query = parse(text, aliases)
    except QueryRejected:
        return Built(base=text.strip())
    return _fields(text, query.tree, aliases) or Built(base=text.strip())


def _fields(text: str, tree: Node, aliases: Aliases) -> Built | None:
    """None where there is more in it than leaves, one OR of leaves, and leaves that must not be."""
    every: list[Node] = []
    some: list[Node] = []
    none: list[Node] = []
    for part in tree.children if isinstance(tree, And) else (tree,):
        if isinstance(part, Not):
            none += part.child.children if _is_group(part.child) else [part.child]
        elif not _is_group(part):
            every.append(part)
        elif some:
            return None
        else:
            some += part.children
    fields = [[_written(text, leaf, aliases) for leaf in leaves] for leaves in (every, some, none)]
    if not all(map(all, fields)):
        return None
    return Built(*map(" ".join, fields))


def _written(text: str, leaf: Node, aliases: Aliases) -> str:
    """What a field has to hold for the leaf; empty where it cannot."""
    bare = text[leaf.start : leaf.end]
    named = getattr(leaf, "field", "")
    written = f"{named}:{bare}" if named and not bare.casefold().startswith(f"{named}:") else bare
    if _items(written, aliases) != [written]:
        return ""
    return written if parse(written, aliases).canonical == Query(written, leaf).canonical else ""


def _is_group(node: Node) -> TypeGuard[Or]:
    return isinstance(node, Or) and not node.alias


def _items(text: str, aliases: Aliases) -> list[str]:
    found = [_item(item, aliases) for item in ITEM.findall(text)[:MOST_ITEMS]]
    return list(dict.fromkeys(filter(None, found)))


def _item(item: str, aliases: Aliases) -> str:
    if item.casefold() not in OPERATORS and _is_leaf(item, aliases):
        return item
    plain = BROKEN_LINES.sub(" ", SIGNS.sub(" ", item)).strip()
    quoted = f'"{plain}"'
    return quoted if _is_leaf(quoted, aliases) else f'="{plain}"' if plain else ""


def _is_leaf(text: str, aliases: Aliases) -> bool:
    if not check(text, aliases).ok:
        return False
    tree = parse(text, aliases).tree
    return not (isinstance(tree, And | Not | Near | AtLeast) or _is_group(tree))


def _grouped(base: str, aliases: Aliases) -> str:
    """In parentheses where AND would not bind it otherwise."""
    if check(base, aliases).ok and isinstance(parse(base, aliases).tree, And | Or):
        return f"({base})"
    return base
