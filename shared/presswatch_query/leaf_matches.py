"""Where a leaf stands in one analysed text, as runs of token positions (start, end exclusive), in order.

The plain meaning of the language, written to be obviously right; the live matcher has quicker ways to the same.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from presswatch_query.edit_distance import within_one_edit

if TYPE_CHECKING:
    from presswatch_query.article import AnalysedText

__all__ = [
    "fuzzy_runs",
    "has_prefix_run",
    "has_slop_run",
    "has_word_run",
    "least_slop",
    "prefix_runs",
    "slop_runs",
    "word_runs",
]

Run = tuple[int, int]


def word_runs(tokens: Sequence[str], text: AnalysedText) -> Iterator[Run]:
    """Where the tokens stand one after the other."""
    length = len(tokens)
    wanted = list(tokens)
    for start in text.positions_of(tokens[0]):
        if length == 1 or text.tokens[start : start + length] == wanted:
            yield start, start + length


def prefix_runs(tokens: Sequence[str], text: AnalysedText) -> Iterator[Run]:
    """Where the tokens stand one after the other, the last one by its beginning."""
    head, beginning = list(tokens[:-1]), tokens[-1]
    for start in _positions_where(lambda token: token.startswith(beginning), text):
        first = start - len(head)
        if first >= 0 and text.tokens[first:start] == head:
            yield first, start + 1


def fuzzy_runs(token: str, text: AnalysedText) -> Iterator[Run]:
    for start in _positions_where(lambda other: within_one_edit(token, other), text):
        yield start, start + 1


def _positions_where(wanted: Callable[[str], bool], text: AnalysedText) -> list[int]:
    return sorted(position for token, found in text.positions.items() if wanted(token) for position in found)


def slop_runs(tokens: Sequence[str], slop: int, text: AnalysedText) -> Iterator[Run]:
    """The shortest runs that hold the tokens at distinct positions pᵢ with max(pᵢ−i) − min(pᵢ−i) ≤ slop."""
    places = [text.positions_of(token) for token in tokens]
    if not all(places):
        return
    shifted = {position - index for index, found in enumerate(places) for position in found}
    runs = {run for low in shifted if (run := _run_from(low, places, slop))}
    yield from _shortest(sorted(runs, key=lambda run: (run[0], -run[1])))


def least_slop(tokens: Sequence[str], text: AnalysedText) -> int | None:
    """The least slop with which the phrase stands in the text; None if one of its tokens is missing."""
    low, high = -1, len(text.tokens) + len(tokens)
    if not any(slop_runs(tokens, high, text)):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        if any(slop_runs(tokens, middle, text)):
            high = middle
        else:
            low = middle
    return high


def _run_from(low: int, places: Sequence[Sequence[int]], slop: int) -> Run | None:
    """A run whose every pᵢ−i is from `low` to `low + slop`.

    Equal tokens take their positions in order: their ranges begin and end in the order of i, so the earliest free
    position is never a worse choice.
    """
    taken: dict[int, int] = {}
    chosen = []
    for index, found in enumerate(places):
        least = max(low + index, taken.get(id(found), -1) + 1)
        at = bisect_left(found, least)
        if at == len(found) or found[at] > low + index + slop:
            return None
        taken[id(found)] = found[at]
        chosen.append(found[at])
    return min(chosen), max(chosen) + 1


def _shortest(runs: Sequence[Run]) -> Iterator[Run]:
    """Those that hold no other; `runs` is sorted by start, at one start the longer first."""
    kept: list[Run] = []
    for start, end in reversed(runs):
        if not kept or end < kept[-1][1]:
            kept.append((start, end))
    return reversed(kept)


def has_word_run(tokens: Sequence[str], text: AnalysedText) -> bool:
    """Whether `word_runs` finds any; looks at the rarest token only."""
    rarest, offset = _rarest(tokens, text)
    wanted = list(tokens)
    return any(
        position >= offset and text.tokens[position - offset : position - offset + len(wanted)] == wanted
        for position in rarest
    )


def has_prefix_run(tokens: Sequence[str], text: AnalysedText) -> bool:
    """Whether `prefix_runs` finds any."""
    *head, beginning = tokens
    if not head:
        return any(token.startswith(beginning) for token in text.positions)
    rarest, offset = _rarest(head, text)
    length = len(head)
    return any(
        position >= offset
        and text.tokens[position - offset : position - offset + length] == head
        and text.tokens[position - offset + length : position - offset + length + 1]
        and text.tokens[position - offset + length].startswith(beginning)
        for position in rarest
    )


def has_slop_run(tokens: Sequence[str], slop: int, text: AnalysedText) -> bool:
    """Whether `slop_runs` finds any; tries only what the rarest token allows."""
    places = [text.positions_of(token) for token in tokens]
    if not all(places):
        return False
    rarest, offset = _rarest(tokens, text)
    return any(_run_from(low, places, slop) for low in _lows(rarest, offset, slop))


def _lows(positions: Sequence[int], offset: int, slop: int) -> Iterator[int]:
    """What the least pᵢ−i may be where the token at `offset` stands at one of the positions; each once."""
    following = -offset - slop
    for position in positions:
        highest = position - offset
        yield from range(max(following, highest - slop), highest + 1)
        following = highest + 1


def _rarest(tokens: Sequence[str], text: AnalysedText) -> tuple[Sequence[int], int]:
    """The positions of the token with the fewest, and its place among the tokens."""
    return min(((text.positions_of(token), offset) for offset, token in enumerate(tokens)), key=_count_first)


def _count_first(found: tuple[Sequence[int], int]) -> int:
    return len(found[0])
