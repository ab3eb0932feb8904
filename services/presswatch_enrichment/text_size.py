"""How much a text says, in words, whatever its script: some write no blanks between them."""

from __future__ import annotations

import re

__all__ = ["words_in"]

IDEOGRAPH = r"\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff"
LETTER = r"\u0e01-\u0e4e\u0e80-\u0ecd\u1000-\u104f\u1780-\u17d3"
"""Of Thai, Lao, Burmese and Khmer, signs above and below counted."""
IDEOGRAPHS = re.compile(f"[{IDEOGRAPH}]")
UNSPACED_LETTERS = re.compile(f"[{LETTER}]")
UNSPACED = re.compile(f"[{IDEOGRAPH}{LETTER}]")
IDEOGRAPHS_A_WORD = 2
LETTERS_A_WORD = 5


def words_in(text: str) -> int:
    """Words between blanks; two ideographs, or five letters of a script without blanks, count as one."""
    spaced = len(text.split())
    if text.isascii() or UNSPACED.search(text) is None:
        return spaced
    ideographs, letters = len(IDEOGRAPHS.findall(text)), len(UNSPACED_LETTERS.findall(text))
    return max(spaced, spaced // 2 + ideographs // IDEOGRAPHS_A_WORD + letters // LETTERS_A_WORD)
