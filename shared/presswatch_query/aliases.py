"""Aliases: named sets of entries, read as a parenthesised OR. An entry is a text, or `@name` of another alias."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import NamedTuple

from presswatch_query.analyser import token_texts
from presswatch_query.ast import Node, Words
from presswatch_query.problems import BadAlias

__all__ = ["MOST_ENTRIES", "AliasCycle", "AliasEntry", "AliasLeaves", "Aliases", "UnknownAlias"]

MOST_ENTRIES = 10_000
NAME = re.compile(r"[\w-]+")
RESERVED_SIGNS = "*~=＊～＝"


class AliasEntry(NamedTuple):
    """A text as given, and its tokens."""

    text: str
    tokens: tuple[str, ...]


class AliasLeaves(NamedTuple):
    """The leaves of an alias in a field, and a key that is the same for the same leaves."""

    nodes: tuple[Node, ...]
    key: str


class UnknownAlias(LookupError):
    """Carries the name that nobody defined."""


class AliasCycle(ValueError):
    """Carries the names of the circle, the first one again at the end."""


class Aliases:
    """A set of aliases, read-only. Names are the same in any case.

    Raises:
        BadAlias: a name or an entry that cannot be.
    """

    def __init__(self, entries: Mapping[str, Sequence[str]] | None = None) -> None:
        self._entries: dict[str, tuple[str, ...]] = {}
        for name, texts in (entries or {}).items():
            check_alias(name, texts)
            if name.casefold() in self._entries:
                raise BadAlias(f"There are two aliases @{name}: case does not count in their names.")
            self._entries[name.casefold()] = tuple(texts)
        self._resolved: dict[str, tuple[AliasEntry, ...]] = {}
        self._nodes: dict[tuple[str, str], AliasLeaves] = {}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self._entries))

    def leaves(self, name: str, field: str) -> AliasLeaves:
        """The entries as leaves of a field; shared by all queries that name the alias.

        Raises:
            UnknownAlias, AliasCycle: as `resolve`.
        """
        key = (name.casefold(), field)
        known = self._nodes.get(key)
        if known is None:
            wanted = sorted({entry.tokens for entry in self.resolve(name)})
            content = "\n".join((field, *map(" ".join, wanted)))
            digest = blake2b(content.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
            known = self._nodes[key] = AliasLeaves(tuple(Words(tokens, field, 0, 0) for tokens in wanted), digest)
        return known

    def resolve(self, name: str) -> tuple[AliasEntry, ...]:
        """All texts of an alias and of those it names, each once.

        Raises:
            UnknownAlias: the name, or one that an entry names, is not defined.
            AliasCycle: it names itself, at whatever distance.
        """
        key = name.casefold()
        if key not in self._resolved:
            order = self._depth_first(key)
            self._resolved[key] = tuple(
                AliasEntry(text, tuple(token_texts(text)))
                for text in dict.fromkeys(text for member in order for text in self._entries[member])
                if not text.startswith("@")
            )
        return self._resolved[key]

    def _depth_first(self, name: str) -> list[str]:
        """The alias and all that it reaches. Iterative: a chain may be thousands long."""
        done: dict[str, None] = {}
        path: dict[str, list[str]] = {}
        self._enter(name, path)
        while path:
            current = next(reversed(path))
            if not path[current]:
                del path[current]
                done[current] = None
                continue
            following = path[current].pop()
            if following in path:
                circle = [*path][[*path].index(following) :]
                raise AliasCycle(" → ".join(f"@{member}" for member in (*circle, following)))
            if following not in done:
                self._enter(following, path)
        return list(done)

    def _enter(self, name: str, path: dict[str, list[str]]) -> None:
        if name not in self._entries:
            raise UnknownAlias(name)
        named = [entry[1:].casefold() for entry in self._entries[name] if entry.startswith("@")]
        path[name] = named[::-1]


def check_alias(name: str, entries: Sequence[str]) -> None:
    """Whether an alias can be saved; what it names is looked up when a query uses it.

    Raises:
        BadAlias: says what is wrong with which entry.
    """
    if not NAME.fullmatch(name):
        raise BadAlias(f"“{name}” cannot be the name of an alias: use letters, digits, _ and -.")
    if not isinstance(entries, (list, tuple)) or not all(isinstance(entry, str) for entry in entries):
        raise BadAlias(f"Alias @{name} is not a list of texts.")
    if len(entries) > MOST_ENTRIES:
        raise BadAlias(f"Alias @{name} has {len(entries)} entries; at most {MOST_ENTRIES} are allowed.")
    for entry in entries:
        _check_entry(name, entry)


def _check_entry(name: str, entry: str) -> None:
    if entry.startswith("@"):
        if not NAME.fullmatch(entry[1:]):
            raise BadAlias(f"Alias @{name}: “{entry}” names no alias: use letters, digits, _ and -.")
        return
    sign = next((sign for sign in RESERVED_SIGNS if sign in entry), None)
    if sign:
        raise BadAlias(f"Alias @{name}: the entry “{entry}” has a {sign}; an entry is a plain word or phrase.")
    if not token_texts(entry):
        raise BadAlias(f"Alias @{name}: the entry “{entry}” has no letter or number.")
