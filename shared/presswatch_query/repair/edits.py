"""For each code of an error, texts in which that one error is mended; the likeliest first."""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches

from presswatch_query.characters import WITHOUT_INVISIBLE
from presswatch_query.exact_values import exact_form, value_hint
from presswatch_query.extent import extent
from presswatch_query.lexer import FIELDS, Kind, Lexemes
from presswatch_query.repair.broken import Broken
from presswatch_query.repair.foreign_signs import fields_drawn_out, phrase_with_star, with_gershayim
from presswatch_query.repair.neighbours import lowercase_operator, minus, missing_operator, mixed_operators

__all__ = ["edits"]

FIELD_NAMES = {
    "by": "author", "byline": "author", "content": "body", "domain": "source", "headline": "title", "host": "source",
    "intitle": "title", "inurl": "url", "language": "lang", "link": "url", "section": "category", "site": "source",
    "subtitle": "lead", "tag": "category", "text": "body",
}  # fmt: skip
LEAST_STEM = 3


def edits(broken: Broken) -> list[str]:
    """The query mended in several ways; none for an error that only its author can mend."""
    edit = EDITS.get(broken.error.code)
    return edit(broken) if edit else []


def _empty(broken: Broken) -> list[str]:
    part = broken.part
    signs = part.strip('"= ')
    if signs and part[0] != "=" and not set(signs) & set("()~*"):
        return [broken.replaced(f'="{signs}"')]
    return []


def _unbalanced_quote(broken: Broken) -> list[str]:
    if mended := with_gershayim(broken):
        return mended
    rest = broken.text[broken.error.start :]
    return [f'{broken.text}"'] if rest.strip('"“”„‟＂= ') else [broken.without(broken.error.start, len(broken.text))]


def _unbalanced_parenthesis(broken: Broken) -> list[str]:
    removed = broken.replaced("")
    return [f"{broken.text})", removed] if broken.part == "(" else [removed]


def _dangling(broken: Broken) -> list[str]:
    following = broken.lexeme(broken.at + 1)
    error = broken.error
    if following and following.kind is Kind.OPERATOR and following.value == "NOT":
        lexemes = Lexemes(broken.text)
        lexemes.at(broken.at + 1)
        end = extent(lexemes, broken.at + 1)
        inner = broken.text[following.start : end]
        joined = broken.part if broken.part.endswith(":") else "AND"
        opening = "(" if broken.part.endswith(":") else " "
        closing = ")" if broken.part.endswith(":") else ""
        return [f"{broken.text[: error.start]}{joined}{opening}{inner}{closing}{broken.text[end:]}"]
    return [broken.without(error.start, error.end)]


def _unknown_field(broken: Broken) -> list[str]:
    name = broken.part.rstrip(":")
    error = broken.error
    if name.lower() in FIELDS:
        return [broken.replaced("")]
    outer = broken.lexeme(broken.at - 1)
    rest = broken.lexeme(broken.at + 1)
    run_end = rest.end if rest and rest.start == error.end else error.end
    quoted = broken.replaced(f'"{broken.text[error.start : run_end]}"', end=run_end)
    if outer and outer.kind is Kind.FIELD:
        hint = value_hint(outer.value, exact_form(outer.value, broken.text[error.start : run_end]))
        return [broken.replaced(hint, end=run_end)] if hint else [quoted]
    meant = FIELD_NAMES.get(name.lower()) or next(iter(get_close_matches(name.lower(), FIELDS, 1, 0.7)), None)
    if rest and rest.start == error.end and rest.kind is not Kind.TERM:
        quoted = broken.replaced("")
    return [broken.replaced(f"{meant}:"), quoted] if meant else [quoted]


def _unknown_alias(broken: Broken) -> list[str]:
    name = broken.part[1:]
    near = get_close_matches(name.casefold(), broken.aliases.names, 1, 0.6)
    return [broken.replaced(f"@{near[0]}" if near else name)] if name else []


def _bad_wildcard(broken: Broken) -> list[str]:
    part = broken.part
    if part.startswith("="):
        return [broken.replaced(f'="{part[1:]}"')] if '"' not in part else [broken.replaced(part.partition("*")[0])]
    stem = part.strip('"').split("*")[0].translate(WITHOUT_INVISIBLE).rstrip("-+.,/&'’\" ")
    cut = [broken.replaced(f"{stem}*")] if len(stem) >= LEAST_STEM and " " not in stem else []
    return [*phrase_with_star(broken), *cut, broken.replaced(part.replace("*", ""))]


def _bad_fuzzy(broken: Broken) -> list[str]:
    part = broken.part
    if part.startswith("="):
        return [broken.replaced(f'="{part[1:]}"')]
    word = part.split("~")[0]
    return [broken.replaced(f"{word}~1"), broken.replaced(word)] if not part.endswith("~1") else [broken.replaced(word)]


def _bad_near(broken: Broken) -> list[str]:
    name, slash, number = broken.part.partition("/")
    before, operator = broken.lexeme(broken.at - 1), broken.lexeme(broken.at - 2)
    if slash and not number.isdecimal():
        return [broken.replaced(name)]
    if slash and not (number.isascii() and int(number[:9]) <= 100):
        return [broken.replaced(f"{name}/{_written(number, range(101))}")]
    if before and operator and operator.kind is Kind.OPERATOR and operator.value in ("NEAR", "ONEAR"):
        return [broken.replaced(f"AND {broken.text[before.start : before.end]} {broken.part}")]
    return [*fields_drawn_out(broken), broken.replaced("AND")]


def _written(number: str, allowed: range) -> str:
    """Decimal digits of any script as the nearest allowed number in ASCII digits."""
    return str(min(max(int(number[:9]), allowed[0]), allowed[-1]))


def _bad_slop(broken: Broken) -> list[str]:
    phrase, _, number = broken.part.rpartition("~")
    return [broken.replaced(f"{phrase}~{_written(number, range(51))}" if number.isdecimal() else phrase)]


def _bad_count(broken: Broken) -> list[str]:
    following = broken.lexeme(broken.at + 1)
    number = broken.part.partition("/")[2]
    count = _written(number, range(2, 1001)) if number.isdecimal() else "2"
    if following and following.kind is not Kind.OPEN:
        inner = broken.text[following.start : following.end]
        return [broken.replaced(f"ATLEAST/{count}({inner})", end=following.end)]
    return [*fields_drawn_out(broken), broken.replaced(f"ATLEAST/{count}")]


def _bad_field_value(broken: Broken) -> list[str]:
    field = next((lexeme.value for lexeme in broken.lexemes[broken.at :: -1] if lexeme.kind is Kind.FIELD), "")
    value = broken.part.lstrip("=").split("~")[0].strip('"*')
    hint = value_hint(field, exact_form(field, value)) if field else ""
    values = re.findall(r"[^\s,;|]+", value)
    if len(values) > 1 and not hint:
        return [broken.replaced(f"({' OR '.join(values)})")]
    return [broken.replaced(hint or value)]


EDITS: dict[str, Callable[[Broken], list[str]]] = {
    "bad-count": _bad_count,
    "bad-field-value": _bad_field_value,
    "bad-fuzzy": _bad_fuzzy,
    "bad-near": _bad_near,
    "bad-slop": _bad_slop,
    "bad-wildcard": _bad_wildcard,
    "dangling-operator": _dangling,
    "empty": _empty,
    "lowercase-operator": lowercase_operator,
    "minus": minus,
    "missing-operator": missing_operator,
    "mixed-operators": mixed_operators,
    "unbalanced-parenthesis": _unbalanced_parenthesis,
    "unbalanced-quote": _unbalanced_quote,
    "unknown-alias": _unknown_alias,
    "unknown-field": _unknown_field,
}
