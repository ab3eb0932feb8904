"""Damerau–Levenshtein distance, as far as ~1 and its explanation need it."""

from __future__ import annotations

__all__ = ["edits_between", "within_one_edit"]


def within_one_edit(one: str, other: str) -> bool:
    """Whether one insertion, deletion, replacement or swap of neighbours, or none, makes one of the other."""
    if one == other:
        return True
    shorter, longer = (one, other) if len(one) <= len(other) else (other, one)
    extra = len(longer) - len(shorter)
    if extra > 1:
        return False
    at = 0
    while at < len(shorter) and shorter[at] == longer[at]:
        at += 1
    if extra:
        return shorter[at:] == longer[at + 1 :]
    if shorter[at + 1 :] == longer[at + 1 :]:
        return True
    swapped = longer[at + 1 : at + 2] + longer[at : at + 1]
    return shorter[at : at + 2] == swapped and shorter[at + 2 :] == longer[at + 2 :]


def edits_between(one: str, other: str, most: int) -> int | None:
    """The least number of such edits, no character edited twice; None where it is more than `most`."""
    if abs(len(one) - len(other)) > most:
        return None
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, char in enumerate(one):
        before, above = row, before
        row = [at + 1]
        for place, second in enumerate(other):
            edits = min(before[place] + (char != second), before[place + 1] + 1, row[place] + 1)
            if at and place and char == other[place - 1] and one[at - 1] == second:
                edits = min(edits, above[place - 1] + 1)
            row.append(edits)
        if min(row) > most:
            return None
    return row[-1] if row[-1] <= most else None
