"""Where sentences begin and end, in scripts with and without blanks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

__all__ = ["folded", "sentence_starts", "sentences"]

SENTENCE_END = re.compile(
    r"[.!?…。！？؟।۔](?:[\"'”’»)\]]*\s+(?=[\"'“‘«(\[¿¡]*[^\W\d_a-zа-я])|(?<=[。！？])(?![」』”’）]))"
)
# A full stop behind these ends no sentence.
ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Sr|Sra|Jr|St|Gen|Lt|Col|Sgt|Capt|Gov|Sen|Rep|No|vs|etc|Inc|Ltd|Co|Corp"
    r"|U\.S|U\.K|z\.B|bzw|ca|Nr|Mio|Mrd|EE\.UU|Mme|M)"
    r"|\b[A-ZА-Я])\.$"
)
PARAGRAPH = re.compile(r"\n\s*")
STOPS = (".", "!", "?", "…", "。", "！", "？", ":", "؟", "।", "۔")
LOOK_BACK = 10


def folded(text: str) -> str:
    """The text as its words are compared. A capital İ becomes one letter: two would end its word."""
    return text.replace("İ", "I").casefold()


def sentence_starts(text: str) -> Iterator[int]:
    """Positions at which sentences and paragraphs begin, the first of them 0, in order."""
    yield 0
    breaks = {match.end() for match in PARAGRAPH.finditer(text)}
    breaks |= {m.end() for m in SENTENCE_END.finditer(text) if not _is_abbreviation(text, m.start() + 1)}
    yield from sorted(start for start in breaks if 0 < start < len(text))


def _is_abbreviation(text: str, end: int) -> bool:
    return ABBREVIATION.search(text, max(0, end - LOOK_BACK), end) is not None


def sentences(text: str) -> Iterator[str]:
    """Sentences of all paragraphs, in order; what ends without a stop is a heading or a list."""
    for paragraph in text.split("\n\n"):
        if not paragraph.rstrip("\"'”’»)] 」』）").endswith(STOPS):
            continue
        starts = [*sentence_starts(paragraph), len(paragraph)]
        for begin, end in pairwise(starts):
            if sentence := paragraph[begin:end].strip():
                yield sentence
