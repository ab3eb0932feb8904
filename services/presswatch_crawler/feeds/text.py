"""Plain text of what feeds put into titles and names, which may be escaped HTML."""

from __future__ import annotations

import html
import re

__all__ = ["plain_text"]

TAG = re.compile(r"</?[A-Za-z][^<>]{0,1000}>")
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
MAX_LENGTH = 1000


def plain_text(text: str) -> str:
    """Without tags, entities and control characters, with single blanks, cut at 1,000. `a < b` stays what it is."""
    if "<" in text:
        text = TAG.sub(" ", text)
    if "&" in text and ENTITY.search(text):
        text = html.unescape(text)
    return " ".join(CONTROL.sub("", text).split())[:MAX_LENGTH]
