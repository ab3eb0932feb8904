"""Damerau–Levenshtein distance, as far as ~1 needs it."""

from __future__ import annotations

__all__ = ["within_one_edit"]


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
