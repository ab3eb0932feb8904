"""A query of another tool as a tree, before it becomes one of the watch language."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["All", "Any", "Foreign", "Leaf", "Lost", "Remark", "Translated", "Unreadable", "Without"]

MOST_CHARACTERS = 20_000
MOST_LEVELS = 50


class Unreadable(ValueError):
    """The text is no query of the other tool either; says why in one sentence."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A piece of the foreign query that was not carried over as it is, and why; one sentence."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Translated:
    """A query that passes the check, or none; with everything that is not as it was."""

    query: str
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Leaf:
    """A word or a phrase, without its escapes. `field` is the foreign name, empty for none."""

    written: str
    field: str
    text: str
    quoted: bool = False
    wild: tuple[int, ...] = ()
    """Places of wildcards in `text`."""
    slop: int = 0
    edits: int = 0
    exactly: bool = False
    """To be found as written, punctuation and all."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A clause that the watch language has nothing like."""

    written: str
    why: str


@dataclass(frozen=True, slots=True)
class All:
    children: tuple[Foreign, ...]


@dataclass(frozen=True, slots=True)
class Any:
    children: tuple[Foreign, ...]


@dataclass(frozen=True, slots=True)
class Without:
    child: Foreign


Foreign = Leaf | Lost | All | Any | Without
