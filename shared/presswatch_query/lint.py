"""Warnings: queries that are accepted but may not mean what their author thinks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter, itemgetter
from typing import NamedTuple

from presswatch_query.ast import And, AtLeast, Fuzzy, Literal, Near, Node, Not, Or, Prefix, SlopPhrase, Words
from presswatch_query.characters import is_kept, is_letter, is_sign, stands_alone
from presswatch_query.lexer import QUOTES, STARS
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
NO_DIGIT = re.compile(r"\D")
ORDINARY = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .,;:'’-]*+")
GROUPED = re.compile(r"(?<![\d.,])[1-9]\d{0,2}([,.’' \u00a0\u2009\u202f])\d{3}(?:\1\d{3})*(?!\1?\d)")
"""Groups of three, all with one separator: no address (192.168.0.1), no fraction (0.125)."""
CAPITALS = re.compile(r"[A-Z]{2,3}|AIDS|META|PRISM|START|SWIFT|VISA")

BY_PLACE = attrgetter("start", "end", "code")
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

    known: dict[tuple[str, type, str], Sequence[Hint]] = {}
    found = [
        _problem(text, leaf, hint, passes_in_time if left > 0 else None)
        for leaf in _leaves(tree)
        for hint in _hints_once(text, leaf, known)
    ]
    if ("AND" in text or "NOT" in text) and never_matches(tree):
        found.append(
            Problem(
                "never", 0, len(text), gettext("The query asks for something and for its absence: nothing matches.")
            )
        )
    return tuple(sorted(found, key=BY_PLACE))


def common_warning(text: str, share: float) -> Problem:
    message = gettext("The query matches %(share)s of recent articles: expect very many alerts.", share=f"{share:.1%}")
    return Problem("common", 0, len(text), message)


def _problem(text: str, leaf: Leaf, hint: Hint, passes: Callable[[str], bool] | None) -> Problem:
    """The warning with those of its corrected queries that pass; with none where no time is left."""
    if passes is None or not hint.instead:
        return Problem(hint.code, leaf.start, leaf.end, hint.message)
    alone = text[: leaf.start].strip() == text[leaf.end :].strip() == ""
    places = (instead if alone or " OR " not in instead else f"({instead})" for instead in hint.instead)
    queries = (f"{text[: leaf.start]}{place}{text[leaf.end :]}" for place in places)
    return Problem(hint.code, leaf.start, leaf.end, hint.message, tuple(query for query in queries if passes(query)))


def _leaves(tree: Node) -> Iterator[Leaf]:
    """Leaves that stand in the query itself; what an alias holds is not the query's author's to mend."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        match node:
            case Words() | SlopPhrase() | Prefix() | Fuzzy() | Literal():
                yield node
            case And(children) | Or(children, alias=""):
                waiting += children[::-1]
            case Near(left, right):
                waiting += right, left
            case Not(child) | AtLeast(_, child):
                waiting.append(child)


def _hints_once(text: str, leaf: Leaf, known: dict[tuple[str, type, str], Sequence[Hint]]) -> Sequence[Hint]:
    """What is written the same way is told the same way."""
    written = text[leaf.start : leaf.end]
    key = (written, type(leaf), leaf.field)
    hints = known.get(key)
    if hints is None:
        hints = known[key] = _hints(written, leaf)
    return hints


def _hints(written: str, leaf: Leaf) -> Sequence[Hint]:
    if written.isascii() and written.isalpha() and not written.isupper():
        return ()
    if isinstance(leaf, Literal):
        return (SUBSTRING,) if any(map(stands_alone, set(leaf.text))) else ()
    if isinstance(leaf, Fuzzy):
        return ()
    words, is_phrase = _words(written)
    hints: list[Hint] = []
    if leaf.field != "url" and not _is_ordinary(words):
        hints += _punctuation(words, is_phrase=is_phrase, is_words=isinstance(leaf, Words))
    if isinstance(leaf, Words):
        hints += _capitals_and_numbers(words)
    elif isinstance(leaf, Prefix) and (designator := DESIGNATOR.search(words)):
        hints.append(_longer_numbers(designator[1]))
    if not written.isascii() and any(map(stands_alone, map(itemgetter(0), leaf.tokens))):
        hints.append(SUBSTRING)
    if isinstance(leaf, SlopPhrase) and len(leaf.tokens) == 1:
        hints.append(_one_word_slop(words.strip()))
    return hints


def _one_word_slop(word: str) -> Hint:
    message = gettext("~ after a phrase of one word does nothing; %(word)s~1 allows one typo.", word=word)
    return Hint("one-word-slop", message, (f"{word}~1", word))


SUBSTRING = Hint("substring", gettext("Words of scripts without spaces are found inside longer words, too."))


def _words(written: str) -> tuple[str, bool]:
    """What stands in the quotes, or the bare term without its sign; and whether there were quotes."""
    if written[0] in QUOTES:
        return written[1 : max(map(written.rfind, QUOTES))], True
    return (written[:-1] if written[-1] in STARS else written), False


def _is_ordinary(words: str) -> bool:
    """Whether it has no sign that anybody misses. Not all that has none is known here."""
    if not words.isascii():
        return all(map(is_kept, words))
    return words.isalnum() or ORDINARY.fullmatch(words) is not None


def _punctuation(words: str, *, is_phrase: bool, is_words: bool) -> Sequence[Hint]:
    signs = set(filter(is_sign, words))
    lost = [sign for at, sign in enumerate(words) if sign in signs and _is_lost(words, at, is_phrase=is_phrase)]
    if not lost:
        return ()
    message = gettext(
        "%(signs)s in “%(words)s” is ignored; only letters and numbers are compared.",
        signs=" ".join(dict.fromkeys(lost)),
        words=words,
    )
    return (Hint("punctuation-ignored", message, _instead_of_signs(words) if is_words else ()),)


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


def _capitals_and_numbers(words: str) -> list[Hint]:
    hints = []
    if words.isupper() and CAPITALS.fullmatch(words):
        hints.append(_case_ignored(words))
    if words[-1:].isdecimal() and (designator := DESIGNATOR.search(words)):
        hints.append(_longer_names(words, designator[1]))
    if not words.isalnum() and (grouped := GROUPED.search(words)):
        hints.append(_grouped_digits(words, grouped[0]))
    return hints


def _case_ignored(word: str) -> Hint:
    message = gettext(
        "%(word)s is also found as “%(small)s”: case does not count, except after =.", word=word, small=word.lower()
    )
    return Hint("case-ignored", message, (f'={word} OR ="{".".join(word)}."',))


def _longer_names(words: str, name: str) -> Hint:
    message = gettext("%(name)s is also found in longer names that begin with it.", name=name)
    return Hint("designator", message, (f'="{words}"' if " " in words else f"={words}",))


def _longer_numbers(name: str) -> Hint:
    message = gettext("%(name)s* is also found in longer numbers, such as %(name)s0.", name=name)
    return Hint("designator", message)


def _grouped_digits(words: str, number: str) -> Hint:
    message = gettext("%(number)s does not find the same number written without separators.", number=number)
    bare = GROUPED.sub(lambda found: NO_DIGIT.sub("", found[0]), words)
    both = f'"{words}" OR "{bare}"' if " " in words else f"{words} OR {bare}"
    return Hint("grouped-digits", message, (both,))
