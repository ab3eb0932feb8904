"""The leaves of a large OR of words by their first token, so that an article finds its own among thousands."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Set

from presswatch_query.ast import Node, Or, Words

__all__ = ["AliasTables"]

MOST_TABLES = 256


class AliasTables:
    """Tables of aliases by identity of their leaves; the least used go first."""

    def __init__(self) -> None:
        self._tables: OrderedDict[int, tuple[tuple[Node, ...], Mapping[str, list[Words]]]] = OrderedDict()

    def leaves_at(self, alias: Or, tokens: Set[str]) -> Iterator[Words]:
        """The leaves that begin with one of the tokens."""
        table = self._table(alias.children)
        for token in table.keys() & tokens:
            yield from table[token]

    def _table(self, leaves: tuple[Node, ...]) -> Mapping[str, list[Words]]:
        known = self._tables.get(id(leaves))
        if known is None:
            known = self._tables[id(leaves)] = (leaves, _by_first_token(leaves))
            if len(self._tables) > MOST_TABLES:
                self._tables.popitem(last=False)
        self._tables.move_to_end(id(leaves))
        return known[1]


def _by_first_token(leaves: Iterable[Node]) -> Mapping[str, list[Words]]:
    table: dict[str, list[Words]] = {}
    for leaf in leaves:
        if isinstance(leaf, Words):
            table.setdefault(leaf.tokens[0], []).append(leaf)
    return table
