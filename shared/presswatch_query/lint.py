"""Warnings: queries that are accepted but may not mean what their author thinks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from presswatch_query.ast import And, AtLeast, Fuzzy, Literal, Near, Node, Not, Or, Prefix, SlopPhrase, Words
from presswatch_query.characters import is_invisible, is_kept, is_letter, stands_alone
from presswatch_query.lexer import read_as_ascii
from presswatch_query.never import never_matches
from presswatch_query.problems import Problem
from presswatch_query.texts import gettext

__all__ = ["MOST_COMMON", "common_warning", "lint"]

MOST_COMMON = 0.01
"""The share of recent articles above which a watch is a nuisance."""
MOST_CHARACTERS_READ = 2_500
"""Of all corrected queries of one query together: warnings must not take longer than a blink."""

ORDINARY_SIGNS = frozenset("-‐‑–—.,;:'’ʼ＇‘`´\"“”„‟«»‹›()[]/·‧・…、。，．！？：；¿¡《》〈〉「」『』【】〔〕׳״־،؛؟।")
SENTENCE_SIGNS = frozenset("?!")
DESIGNATOR = re.compile(r"(?:^|\s)(\S*[^\W\d_][-‐‑–]?\d+)\Z")
DIGIT = re.compile(r"\d")
GROUPED = re.compile(r"(?<![\d.,])[1-9]\d{0,2}([,.’' \u00a0\u2009\u202f])\d{3}(?:\1\d{3})*(?!\1?\d)")
"""Groups of three, all with one separator: no address (192.168.0.1), no fraction (0.125)."""
CAPITALS = re.compile(r"[A-Z]{2,3}|AIDS|META|PRISM|START|SWIFT|VISA")

Leaf = Words | SlopPhrase | Prefix | Fuzzy | Literal


class Hint(NamedTuple):
    """A warning about one leaf; `instead` is what might be written in its place."""

    code: str
    message: str
    instead: tuple[str, ...] = ()


def lint(text: str, tree: Node, passes: Callable[[str], bool]) -> tuple[Problem, ...]:
    """The warnings of a valid query, by start. `passes` says whether a corrected query passes the check."""
    left = MOST_CHARACTERS_READ

    def passes_in_time(query: str) -> bool:
        nonlocal left
        left -= len(query)
        return left >= 0 and passes(query)

    known: dict[tuple[type, str, str], tuple[Hint, ...]] = {}
    found = [
        _problem(text, leaf, hint, passes_in_time if left > 0 else None)
        for leaf in _leaves(tree)
        for hint in _hints_once(text, leaf, known)
    ]
    if never_matches(tree):
        found.append(
            Problem(
                "never", 0, len(text), gettext("The query asks for something and for its absence: nothing matches.")
            )
        )
    return tuple(sorted(found, key=lambda problem: (problem.start, problem.end, problem.code)))


def common_warning(text: str, share: float) -> Problem:
    message = gettext("The query matches %(share)s of recent articles: expect very many alerts.", share=f"{share:.1%}")
    return Problem("common", 0, len(text), message)


def _problem(text: str, leaf: Leaf, hint: Hint, passes: Callable[[str], bool] | None) -> Problem:
    """The warning with those of its corrected queries that pass; with none where no time is left."""
    if passes is None:
        return Problem(hint.code, leaf.start, leaf.end, hint.message)
    alone = text[: leaf.start].strip() == text[leaf.end :].strip() == ""
    places = (instead if alone or " OR " not in instead else f"({instead})" for instead in hint.instead)
    queries = (f"{text[: leaf.start]}{place}{text[leaf.end :]}" for place in places)
    return Problem(hint.code, leaf.start, leaf.end, hint.message, tuple(query for query in queries if passes(query)))


def _leaves(node: Node) -> Iterator[Leaf]:
    """Leaves that stand in the query itself; what an alias holds is not the query's author's to mend."""
    match node:
        case And(children) | Or(children, alias=""):
            for child in children:
                yield from _leaves(child)
        case Near(left, right):
            yield from _leaves(left)
            yield from _leaves(right)
        case Not(child) | AtLeast(_, child):
            yield from _leaves(child)
        case Words() | SlopPhrase() | Prefix() | Fuzzy() | Literal():
            yield node


def _hints_once(text: str, leaf: Leaf, known: dict[tuple[type, str, str], tuple[Hint, ...]]) -> tuple[Hint, ...]:
    """What is written the same way is told the same way."""
    key = (type(leaf), text[leaf.start : leaf.end], leaf.field)
    hints = known.get(key)
    if hints is None:
        hints = known[key] = tuple(_hints(text, leaf))
    return hints


def _hints(text: str, leaf: Leaf) -> Iterator[Hint]:
    written = text[leaf.start : leaf.end]
    if isinstance(leaf, Literal):
        if any(map(stands_alone, set(leaf.text))):
            yield SUBSTRING
        return
    if isinstance(leaf, (Words, SlopPhrase, Prefix)):
        words, is_phrase = _words(written)
        if leaf.field != "url":
            yield from _punctuation(words, is_phrase=is_phrase, is_words=isinstance(leaf, Words))
        yield from _numbers_and_capitals(words, leaf)
        if not written.isascii() and any(map(stands_alone, set("".join(leaf.tokens)))):
            yield SUBSTRING
    if isinstance(leaf, SlopPhrase) and len(leaf.tokens) == 1:
        word = _words(written)[0].strip()
        yield Hint(
            "one-word-slop",
            gettext("~ after a phrase of one word does nothing; %(word)s~1 allows one typo.", word=word),
            (f"{word}~1", word),
        )


SUBSTRING = Hint("substring", gettext("Words of scripts without spaces are found inside longer words, too."))


def _words(written: str) -> tuple[str, bool]:
    """What stands in the quotes, or the bare term without its sign; and whether there were quotes."""
    signs = read_as_ascii(written)
    if signs.startswith('"'):
        return written[1 : signs.rindex('"')], True
    return (written[:-1] if signs.endswith("*") else written), False


def _punctuation(words: str, *, is_phrase: bool, is_words: bool) -> Iterator[Hint]:
    if words.isascii() and words.replace(" ", "").isalnum():
        return
    if all(is_kept(char) or char == " " for char in set(words)):
        return
    signs = [sign for at, sign in enumerate(words) if _is_sign(sign) and _is_lost(words, at, is_phrase=is_phrase)]
    if not signs:
        return
    message = gettext(
        "%(signs)s in “%(words)s” is ignored; only letters and numbers are compared.",
        signs=" ".join(dict.fromkeys(signs)),
        words=words,
    )
    yield Hint("punctuation-ignored", message, _instead_of_signs(words) if is_words else ())


@lru_cache(1 << 12)
def _is_sign(char: str) -> bool:
    return not (is_kept(char) or char.isspace() or is_invisible(char))


def _is_lost(words: str, at: int, *, is_phrase: bool) -> bool:
    """Whether a sign means something to its author that the analyser drops."""
    char = words[at]
    if char in SENTENCE_SIGNS:
        return not is_phrase or (words[at + 1 : at + 2].strip() != "" and is_letter(words[at + 1]))
    if char == ".":
        return at == 0 and not is_phrase and is_letter(words[at + 1 : at + 2] or " ")
    return char not in ORDINARY_SIGNS


def _instead_of_signs(words: str) -> tuple[str, ...]:
    for sign, operator in (("||", " OR "), ("|", " OR "), ("&&", " AND ")):
        if sign in words:
            return (operator.join(part.strip() for part in words.split(sign) if part.strip()),)
    if words.startswith("!"):
        return f"NOT {words[1:]}", f'="{words}"'
    return (f'="{words}"',) if '"' not in words and "?" not in words else ()


def _numbers_and_capitals(words: str, leaf: Words | SlopPhrase | Prefix) -> Iterator[Hint]:
    if isinstance(leaf, Words) and CAPITALS.fullmatch(words):
        dotted = "".join(f"{letter}." for letter in words)
        message = gettext(
            "%(word)s is also found as “%(small)s”: case does not count, except after =.",
            word=words,
            small=words.lower(),
        )
        yield Hint("case-ignored", message, (f'={words} OR ="{dotted}"',))
    if DIGIT.search(words) is None:
        return
    designator = DESIGNATOR.search(words)
    if designator and isinstance(leaf, Words):
        name = designator[1]
        literal = f'="{words}"' if " " in words else f"={words}"
        yield Hint(
            "designator", gettext("%(name)s is also found in longer names that begin with it.", name=name), (literal,)
        )
    elif designator and isinstance(leaf, Prefix):
        name = designator[1]
        yield Hint("designator", gettext("%(name)s* is also found in longer numbers, such as %(name)s0.", name=name))
    grouped = GROUPED.search(words)
    if grouped and isinstance(leaf, Words):
        bare = GROUPED.sub(lambda found: re.sub(r"\D", "", found[0]), words)
        both = (f'"{words}" OR "{bare}"',) if " " in words else (f"{words} OR {bare}",)
        yield Hint(
            "grouped-digits",
            gettext("%(number)s does not find the same number written without separators.", number=grouped[0]),
            both,
        )
