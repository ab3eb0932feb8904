"""One word or phrase of a foreign query as text of the watch language."""

from __future__ import annotations

import re
from dataclasses import dataclass

from presswatch_query.analyser import token_texts
from presswatch_query.ast import EXACT_FIELDS
from presswatch_query.importers.field_names import counterpart
from presswatch_query.importers.foreign import Leaf
from presswatch_query.lexer import read_as_ascii
from presswatch_query.parsing import check, find_errors

__all__ = ["Unwritable", "Written", "quoted", "write_leaf", "write_word"]

SIGNS = re.compile(r"[\s\"()*~=@:+]|^[-!]")
RESERVED = re.compile(r"(?:AND|OR|NOT|O?NEAR|ATLEAST)(?:/.*)?", re.IGNORECASE)
MOST_SLOP = 50
LEAST_BEFORE_WILDCARD = 3


@dataclass(frozen=True, slots=True)
class Written:
    """Text that passes the check in its field; `why` where it does not mean quite the same."""

    text: str
    field: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Unwritable:
    """There is no such thing in the watch language; one sentence."""

    why: str


def write_leaf(leaf: Leaf, *, may_find_more: bool) -> Written | Unwritable:
    """`may_find_more`: a wider prefix may stand for a pattern; not where that would exclude more."""
    field = counterpart(leaf.field)
    if field is None:
        return Unwritable(f"an article has no field {leaf.field}")
    if field in EXACT_FIELDS:
        return _exact(leaf, field)
    if not token_texts(leaf.text):
        return Unwritable("it has no letter or number")
    if leaf.exactly:
        return _checked(
            Written(f'="{leaf.text}"', field, "its signs count only where it is looked for as written, case and all")
        )
    if leaf.quoted:
        return _phrase(leaf, field)
    if leaf.wild:
        return _wildcard(leaf, field, may_find_more=may_find_more)
    if leaf.edits:
        return _fuzzy(leaf, field)
    return _checked(Written(write_word(leaf.text), field))


def write_word(text: str) -> str:
    """The word, in quotes where it would be read as something else."""
    signs = read_as_ascii(text)
    return quoted(text) if SIGNS.search(signs) or RESERVED.fullmatch(signs) else text


def quoted(text: str) -> str:
    """As a phrase; signs that mean something even in quotes are no part of any word."""
    inside = "".join(" " if sign in '"*' else char for char, sign in zip(text, read_as_ascii(text), strict=True))
    return f'"{" ".join(inside.split())}"'


def _exact(leaf: Leaf, field: str) -> Written | Unwritable:
    value = leaf.text
    if field == "source":
        # A host stands for its sub-domains anyway.
        value = re.sub(r"^\*?\.", "", value)
    elif leaf.wild:
        return Unwritable(f"{field} is compared as a whole, without wildcards")
    return _checked(Written(write_word(value), field))


def _phrase(leaf: Leaf, field: str) -> Written | Unwritable:
    text = quoted(leaf.text)
    if not leaf.slop or len(token_texts(leaf.text)) == 1:
        return _checked(Written(text, field))
    if leaf.slop > MOST_SLOP:
        return _checked(
            Written(f"{text}~{MOST_SLOP}", field, f"at most {MOST_SLOP} may stand after ~, so it finds less")
        )
    return _checked(Written(f"{text}~{leaf.slop}", field))


def _wildcard(leaf: Leaf, field: str, *, may_find_more: bool) -> Written | Unwritable:
    first = leaf.wild[0]
    stem = SIGNS.sub("-", leaf.text[:first]).strip("-")
    is_prefix = first == len(leaf.text) - 1 and leaf.text[first] == "*"
    if is_prefix:
        return _checked(Written(f"{stem}*", field))
    if not may_find_more or sum(map(str.isalnum, stem)) < LEAST_BEFORE_WILDCARD:
        return Unwritable("a wildcard may only stand at the end of a word, after at least 3 letters")
    return _checked(Written(f"{stem}*", field, "a wildcard may only stand at the end, so it finds more"))


def _fuzzy(leaf: Leaf, field: str) -> Written | Unwritable:
    why = "only one letter may differ, so it finds less" if leaf.edits > 1 else ""
    found = _checked(Written(f"{leaf.text}~1", field, why))
    if isinstance(found, Written):
        return found
    return _checked(Written(write_word(leaf.text), field, f"without ~, so it finds less: {found.why}"))


def _checked(written: Written) -> Written | Unwritable:
    whole = f"{written.field}:{written.text}" if written.field else written.text
    errors = find_errors(whole)
    if not errors:
        return written
    suggestion = (check(whole).errors[0].suggestion or "") if written.field in EXACT_FIELDS else ""
    if suggestion.startswith(f"{written.field}:"):
        return Written(suggestion.removeprefix(f"{written.field}:"), written.field, errors[0].message)
    return Unwritable(errors[0].message)
