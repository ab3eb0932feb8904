"""Mending what other search boxes and copied text bring along: addresses, inch signs in Hebrew, `w/5`, `"a b*"`."""

from __future__ import annotations

import re

from presswatch_query.ast import TEXT_FIELDS
from presswatch_query.lexer import FIELDS, Kind, Lexeme
from presswatch_query.repair.broken import Broken

__all__ = ["fields_drawn_out", "foreign_neighbours", "phrase_with_star", "with_gershayim"]

GERSHAYIM_AS_QUOTE = re.compile(r'(?<=[\u05d0-\u05ea])"(?=[\u05d0-\u05ea])')
FOREIGN_NEAR = re.compile(r"(?:(O?NEAR|ADJ)[/:~-]?|(?:(W|PRE))/)(\d{1,3})(?=[\s(\"])", re.IGNORECASE)
IN_ORDER = ("ONEAR", "ADJ", "PRE")
MOST_BETWEEN = 100


def with_gershayim(broken: Broken) -> list[str]:
    """Hebrew abbreviations are typed with a double quote before the last letter."""
    mended = GERSHAYIM_AS_QUOTE.sub("\u05f4", broken.text)
    return [] if mended == broken.text else [mended]


def foreign_neighbours(broken: Broken, left: Lexeme, right: Lexeme) -> list[str]:
    """Where two primaries stand side by side because of how another search box is asked; empty if not so."""
    return (
        with_gershayim(broken)
        or _field_before_blank(broken, left, right)
        or _nearness(broken, left, right)
        or _address(broken, left, right)
        or _negation_or_boost(broken, left, right)
    )


def _field_before_blank(broken: Broken, left: Lexeme, right: Lexeme) -> list[str]:
    """`title :x`"""
    is_lone_colon = right.kind is Kind.FIELD and right.value == ""
    if is_lone_colon and left.kind is Kind.TERM and left.value.lower() in FIELDS:
        return [broken.replaced("", left.end, right.start)]
    return []


def _nearness(broken: Broken, left: Lexeme, right: Lexeme) -> list[str]:
    """`a NEAR 3 b`, `a near3 b`, `a w/3 b`, `a adj3 b`."""
    operator = broken.lexeme(broken.lexemes.index(left) - 1)
    if operator and operator.kind is Kind.OPERATOR and operator.value.endswith("NEAR") and operator.tail is None:
        is_count = left.kind is Kind.TERM and left.value.isdecimal()
        return [broken.replaced(f"/{left.value}", operator.end, left.end)] if is_count else []
    found = FOREIGN_NEAR.match(broken.text, right.start)
    if found is None:
        return []
    name = (found[1] or found[2]).upper()
    between = min(int(found[3]), MOST_BETWEEN)
    return [broken.replaced(f"{'ONEAR' if name in IN_ORDER else 'NEAR'}/{between}", *found.span())]


def _address(broken: Broken, left: Lexeme, right: Lexeme) -> list[str]:
    """An address with parentheses, such as one of an encyclopaedia, as a phrase."""
    before = broken.lexeme(broken.lexemes.index(left) - 1)
    is_glued = left.kind is Kind.TERM and left.plain and right.kind is Kind.OPEN and left.end == right.start
    if not is_glued or before is None:
        return []
    start = left.start if before.value == "url" else before.start
    run = broken.text[start:].split(maxsplit=1)[0]
    while run.count(")") > run.count("("):
        run = run[: run.rindex(")")]
    return [] if '"' in run or "/" not in run else [broken.replaced(f'"{run}"', start, start + len(run))]


def _negation_or_boost(broken: Broken, left: Lexeme, right: Lexeme) -> list[str]:
    """`a !b`; `"a b"^2`, where ^2 says how much it weighs."""
    if right.kind is not Kind.TERM or len(right.value) == 1:
        return []
    if right.value.startswith("!"):
        return [broken.replaced("AND NOT ", right.start, right.start + 1)]
    if right.value.startswith("^") and left.end == right.start:
        return [broken.replaced("", right.start, right.end)]
    return []


def phrase_with_star(broken: Broken) -> list[str]:
    """A phrase with one word that ends in a star, first or last, as that word beside the others."""
    words = broken.part.strip('"').split()
    starred = [word for word in words if "*" in word]
    if len(words) < 2 or len(starred) != 1 or starred[0].index("*") != len(starred[0]) - 1:
        return []
    if words[-1] == starred[0]:
        mended = f"{_phrase(words[:-1])} ONEAR/0 {words[-1]}"
    elif words[0] == starred[0]:
        mended = f"{words[0]} ONEAR/0 {_phrase(words[1:])}"
    else:
        return []
    before = broken.lexeme(broken.at - 1)
    in_field = before is not None and before.kind is Kind.FIELD
    return [broken.replaced(f"({mended})" if in_field else mended)]


def _phrase(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f'"{" ".join(words)}"'


def fields_drawn_out(broken: Broken) -> list[str]:
    """`title:a NEAR b` as `title:(a NEAR b)`, `ATLEAST/2(title:a)` as `title:ATLEAST/2(a)`."""
    if broken.part.startswith("ATLEAST"):
        return _counted_field(broken)
    field, left = broken.lexeme(broken.at - 2), broken.lexeme(broken.at - 1)
    if field is None or left is None or not _is_text_field(field) or left.kind is Kind.CLOSE:
        return []
    right = broken.lexeme(broken.at + 1)
    if right is not None and _is_text_field(right) and right.value == field.value:
        inner, last = right.end, broken.lexeme(broken.at + 2)
    else:
        inner, last = right.start if right else 0, right
    if last is None or last.kind not in (Kind.TERM, Kind.PHRASE, Kind.ALIAS):
        return []
    left_text, right_text = broken.text[left.start : left.end], broken.text[inner : last.end]
    near = f"({left_text} {broken.part} {right_text.strip()})"
    return [broken.replaced(near, field.end, last.end)]


def _counted_field(broken: Broken) -> list[str]:
    opening, field = broken.lexeme(broken.at + 1), broken.lexeme(broken.at + 2)
    leaf, closing = broken.lexeme(broken.at + 3), broken.lexeme(broken.at + 4)
    if not (opening and field and leaf and closing) or not _is_text_field(field) or closing.kind is not Kind.CLOSE:
        return []
    inner = broken.text[leaf.start : leaf.end]
    return [broken.replaced(f"{field.value}:{broken.part}({inner})", end=closing.end)]


def _is_text_field(lexeme: Lexeme) -> bool:
    return lexeme.kind is Kind.FIELD and lexeme.value in TEXT_FIELDS
