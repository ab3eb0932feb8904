"""What one would write without Presswatch: a loop of `re.search`; and Aho-Corasick over the rarest words, then a check.

The latter as well as it can be written in Python: on text whose words are cut, in small letters and joined by spaces
beforehand, which is not counted, so that a word or a phrase is checked by `in`.
"""

from __future__ import annotations

import gc
import re
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from presswatch_query.ast import And, Near, Node, Not, Or, Prefix, Words

__all__ = ["aho_corasick_rate", "joined_check", "regex_loop_rate"]

Check = Callable[[str], bool]
MOST_WATCHES = 2_000
"""Of the loop; its time grows with them and is scaled up."""


def regex_loop_rate(trees: Sequence[Node], articles: Sequence[str]) -> float:
    """Articles a second of CPU; each watch's words are searched for, one watch after the other."""
    checks = [_check(tree) for tree in trees[:MOST_WATCHES]]
    begun = time.process_time()
    for text in articles:
        for check in checks:
            check(text)
    spent = time.process_time() - begun
    return len(articles) / (spent * len(trees) / len(checks))


def aho_corasick_rate(
    trees: Sequence[Node], articles: Sequence[Sequence[str]], counts: Mapping[str, int]
) -> tuple[float, float] | None:
    """Articles, as their words, a second of CPU, and seconds to build; None where ahocorasick_rs is not installed.

    `counts` says how common words are: a watch is entered under its rarest.
    """
    try:
        from ahocorasick_rs import AhoCorasick
    except ModuleNotFoundError:
        return None
    by_pattern: dict[str, list[int]] = {}
    for number, tree in enumerate(trees):
        for pattern in _key_patterns(tree, counts):
            by_pattern.setdefault(pattern, []).append(number)
    watches = list(by_pattern.values())
    begun = time.process_time()
    automaton: Any = AhoCorasick(list(by_pattern))
    built = time.process_time() - begun
    checks = [joined_check(tree) for tree in trees]
    texts = [f" {' '.join(words)} " for words in articles]
    gc.collect()
    gc.freeze()
    begun = time.process_time()
    for text in texts:
        found = {index for index, _, _ in automaton.find_matches_as_indexes(text, overlapping=True)}
        candidates = {number for index in found for number in watches[index]}
        [number for number in candidates if checks[number](text)]
    return len(texts) / (time.process_time() - begun), built


def _key_patterns(node: Node, counts: Mapping[str, int]) -> tuple[str, ...]:
    """The rarest word of what must be there, between spaces; of an OR one of each operand."""

    def commonness(patterns: Sequence[str]) -> int:
        return sum(counts.get(pattern.strip(), 0) for pattern in patterns)

    match node:
        case Words(tokens):
            return (f" {min(tokens, key=lambda token: counts.get(token, 0))} ",)
        case Prefix(tokens):
            return (f" {tokens[-1]}",)
        case And(children):
            wanted = [_key_patterns(child, counts) for child in children if not isinstance(child, Not)]
            return min(wanted, key=commonness)
        case Or(children):
            return tuple(pattern for child in children for pattern in _key_patterns(child, counts))
        case Near(left, right):
            return min(_key_patterns(left, counts), _key_patterns(right, counts), key=commonness)
        case _:
            raise TypeError(f"the benchmark has no {type(node).__name__}")


def joined_check(node: Node) -> Check:
    """A check of words joined by spaces."""
    match node:
        case Words(tokens):
            return partial(_contains, sought=f" {' '.join(tokens)} ")
        case Prefix(tokens):
            return partial(_contains, sought=f" {tokens[-1]}")
        case And(children):
            return _all([joined_check(child) for child in children])
        case Or(children):
            return _any([joined_check(child) for child in children])
        case Not(child):
            inner = joined_check(child)
            return lambda text: not inner(text)
        case Near(left, right, distance):
            return _near(f" {' '.join(_tokens(left))} ", f" {' '.join(_tokens(right))} ", distance)
        case _:
            raise TypeError(f"the benchmark has no {type(node).__name__}")


def _contains(text: str, *, sought: str) -> bool:
    return sought in text


def _near(one: str, other: str, distance: int) -> Check:
    def is_near(text: str) -> bool:
        if one not in text or other not in text:
            return False
        lefts, rights = _places(text, one), _places(text, other)
        return any(
            0 <= second - end <= distance
            for some, others in ((lefts, rights), (rights, lefts))
            for _, end in some
            for second, _ in others
        )

    return is_near


def _places(text: str, sought: str) -> list[tuple[int, int]]:
    """First word and the word after the last one, by number."""
    found = []
    at = text.find(sought)
    while at >= 0:
        first = text.count(" ", 0, at)
        found.append((first, first + sought.count(" ") - 1))
        at = text.find(sought, at + 1)
    return found


def _tokens(node: Node) -> Sequence[str]:
    return node.tokens if isinstance(node, Words) else ()


def _check(node: Node) -> Check:
    match node:
        case Words(tokens):
            return _search(rf"\b{_source(node)}\b")
        case Prefix(tokens):
            return _search(rf"\b{re.escape(tokens[-1])}")
        case And(children):
            return _all([_check(child) for child in children])
        case Or(children):
            return _any([_check(child) for child in children])
        case Not(child):
            inner = _check(child)
            return lambda text: not inner(text)
        case Near(left, right, distance):
            one, two = _source(left), _source(right)
            between = rf"\b(?:\W+\w+){{0,{distance}}}\W+\b"
            return _search(rf"\b(?:{one}{between}{two}|{two}{between}{one})\b")
        case _:
            raise TypeError(f"the benchmark has no {type(node).__name__}")


def _source(node: Node) -> str:
    return r"\W+".join(map(re.escape, node.tokens)) if isinstance(node, Words) else "(?!)"


def _search(pattern: str) -> Check:
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda text: compiled.search(text) is not None


def _all(checks: Sequence[Check]) -> Check:
    return lambda text: all(check(text) for check in checks)


def _any(checks: Sequence[Check]) -> Check:
    return lambda text: any(check(text) for check in checks)
