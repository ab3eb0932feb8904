"""What changed between two versions of a text, word by word, for reading. Pure, and bounded in time for any text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

__all__ = ["Block", "Piece", "Stretch", "changed_words", "diff_line", "diff_text", "diff_words", "folded"]

SAME = "same"
ADDED = "added"
REMOVED = "removed"
CHANGED = "changed"
# Words, single characters of scripts that write without spaces, runs of blanks, and everything else one by one.
TOKEN = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+|\s+|[^\w\s]"
)
PARAGRAPHS = re.compile(r"\n\s*\n")
MOST_PAIRS = 2_000_000
"""Pairs of equal tokens that are looked at; a text with more is compared as a whole."""
KEPT_AROUND = 1
"""Paragraphs without a change that are shown beside one with a change."""
SALAD = 0.35
"""Of two paragraphs with fewer words in common one is shown as gone and the other as new."""


MOSTLY = 0.6
"""The same for headlines, which are read at a glance."""


@dataclass(frozen=True, slots=True)
class Piece:
    """`kind` is same, added or removed."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or several that became others. `kind` is same, changed, added or removed."""

    kind: str
    pieces: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Blocks that are shown, or folded away since nothing changed in them."""

    hidden: bool
    blocks: Sequence[Block]


def diff_text(old: str, new: str) -> Sequence[Block]:
    """Paragraph by paragraph, in reading order."""
    before, after = _paragraphs(old), _paragraphs(new)
    blocks: list[Block] = []
    for kind, gone, come in _runs(before, after):
        if kind == SAME:
            blocks += [Block(SAME, (Piece(SAME, text),)) for text in come]
        elif gone and come:
            blocks += _rewritten(gone, come)
        else:
            blocks += [Block(REMOVED, (Piece(REMOVED, text),)) for text in gone]
            blocks += [Block(ADDED, (Piece(ADDED, text),)) for text in come]
    return blocks


def diff_words(old: str, new: str) -> Sequence[Piece]:
    """Removed before added, where one stands for the other."""
    pieces: list[Piece] = []
    gone, come = "", ""
    for kind, before, after in _runs(TOKEN.findall(old), TOKEN.findall(new)):
        if kind != SAME:
            gone, come = gone + "".join(before), come + "".join(after)
        elif (gone or come) and not "".join(after).strip():
            # A blank between two changes is no place to stop reading them as one.
            gone, come = gone + "".join(before), come + "".join(after)
        else:
            pieces += _change(gone, come)
            gone, come = "", ""
            pieces.append(Piece(SAME, "".join(after)))
    return [*pieces, *_change(gone, come)]


def diff_line(old: str, new: str) -> Sequence[Piece]:
    """Of a headline: word by word, or one behind the other where little is left of the old one."""
    pieces = diff_words(old, new)
    return pieces if _kept(pieces) >= MOSTLY * min(len(old), len(new)) else _change(f"{old} ", new)


def changed_words(blocks: Sequence[Block]) -> tuple[int, int]:
    """How many words were added and removed."""
    counts = Counter({ADDED: 0, REMOVED: 0})
    for block in blocks:
        for piece in block.pieces:
            counts[piece.kind] += len(piece.text.split())
    return counts[ADDED], counts[REMOVED]


def folded(blocks: Sequence[Block]) -> Sequence[Stretch]:
    """Long runs without a change folded, but for the paragraphs next to a change."""
    near = {
        at + step
        for at, block in enumerate(blocks)
        if block.kind != SAME
        for step in range(-KEPT_AROUND, KEPT_AROUND + 1)
    }
    found: list[Stretch] = []
    for at, block in enumerate(blocks):
        hidden = at not in near
        if found and found[-1].hidden == hidden:
            found[-1] = Stretch(hidden, (*found[-1].blocks, block))
        else:
            found.append(Stretch(hidden, (block,)))
    return found


def _paragraphs(text: str) -> Sequence[str]:
    return [part.strip() for part in PARAGRAPHS.split(text) if part.strip()]


def _rewritten(gone: Sequence[str], come: Sequence[str]) -> Sequence[Block]:
    """Paragraphs in place of others: one by one where as many came as went."""
    if len(gone) != len(come):
        return _rewritten_one("\n\n".join(gone), "\n\n".join(come))
    return [block for old, new in zip(gone, come, strict=True) for block in _rewritten_one(old, new)]


def _rewritten_one(old: str, new: str) -> Sequence[Block]:
    pieces = diff_words(old, new)
    if _kept(pieces) < SALAD * min(len(old), len(new)):
        return [Block(REMOVED, (Piece(REMOVED, old),)), Block(ADDED, (Piece(ADDED, new),))]
    return [Block(CHANGED, pieces)]


def _kept(pieces: Sequence[Piece]) -> int:
    return sum(len(piece.text) for piece in pieces if piece.kind == SAME)


def _change(gone: str, come: str) -> Sequence[Piece]:
    if not gone.strip() and not come.strip():
        return [Piece(SAME, come)] if come else []
    return [Piece(kind, text) for kind, text in ((REMOVED, gone), (ADDED, come)) if text]


def _runs(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    """Runs that are the same or not, of what both have in the middle: a change rarely touches beginning and end."""
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    before, after = old[start : len(old) - end], new[start : len(new) - end]
    if start:
        yield SAME, old[:start], new[:start]
    yield from _middle(before, after)
    if end:
        yield SAME, old[-end:], new[-end:]


def _middle(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    counts = Counter(new)
    if sum(counts[token] for token in old) > MOST_PAIRS:
        yield CHANGED, old, new
        return
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield SAME if tag == "equal" else CHANGED, old[i1:i2], new[j1:j2]


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """How many are the same from the beginning."""
    for at, (one, other) in enumerate(zip(old, new, strict=False)):
        if one != other:
            return at
    return min(len(old), len(new))
