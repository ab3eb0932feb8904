"""What one would write without Presswatch: a loop of `re.search`; and Aho-Corasick over the words, then a check."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from presswatch_query.ast import And, Near, Node, Not, Or, Prefix, Words

__all__ = ["aho_corasick_rate", "regex_loop_rate"]

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
    trees: Sequence[Node], articles: Sequence[str], counts: Mapping[str, int]
) -> tuple[float, float] | None:
    """Articles a second of CPU, and seconds to build; None where ahocorasick_rs is not installed.

    `counts` says how common words are: a watch is entered under its rarest.
    """
    try:
        from ahocorasick_rs import AhoCorasick
    except ModuleNotFoundError:
        return None
    by_word: dict[str, list[int]] = {}
    for number, tree in enumerate(trees):
        for word in _key_words(tree, counts):
            by_word.setdefault(word, []).append(number)
    words = list(by_word)
    begun = time.process_time()
    automaton: Any = AhoCorasick(words)
    built = time.process_time() - begun
    check = lru_cache(1 << 16)(lambda number: _check(trees[number]))

    def match_all() -> float:
        begun = time.process_time()
        for text in articles:
            found = {words[index] for index, _, _ in automaton.find_matches_as_indexes(text.lower(), overlapping=True)}
            for number in {number for word in found for number in by_word[word]}:
                check(number)(text)
        return time.process_time() - begun

    match_all()  # The patterns of the checks are compiled when they are first needed.
    return len(articles) / match_all(), built


def _key_words(node: Node, counts: Mapping[str, int]) -> tuple[str, ...]:
    """The rarest word of what must be there; of an OR one of each operand."""

    def commonness(words: Sequence[str]) -> int:
        return sum(counts.get(word, 0) for word in words)

    match node:
        case Words(tokens):
            return (min(tokens, key=lambda token: counts.get(token, 0)),)
        case Prefix(tokens):
            return (tokens[-1],)
        case And(children):
            wanted = [_key_words(child, counts) for child in children if not isinstance(child, Not)]
            return min(wanted, key=commonness)
        case Or(children):
            return tuple(word for child in children for word in _key_words(child, counts))
        case Near(left, right):
            return min(_key_words(left, counts), _key_words(right, counts), key=commonness)
        case _:
            raise TypeError(f"the benchmark has no {type(node).__name__}")


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
