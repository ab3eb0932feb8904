"""Plain keywords: a word or a phrase each, without any syntax but quotes round it and a `*` at its end."""

from __future__ import annotations

from collections.abc import Sequence

from presswatch_query.importers.foreign import MOST_CHARACTERS, Any, Foreign, Leaf, Remark, Translated, Unreadable
from presswatch_query.importers.translate import translate
from presswatch_query.importers.write_leaf import quoted
from presswatch_query.parsing import check

__all__ = ["import_keyword", "import_keywords"]

OPENING = "\"'“„«‘"
CLOSING = "\"'”“»’"


def import_keyword(text: str) -> Translated:
    """The query for one word or phrase.

    Raises:
        Unreadable: it is too long.
    """
    return import_keywords([text])


def import_keywords(texts: Sequence[str]) -> Translated:
    """One query for several: any of them is enough.

    Raises:
        Unreadable: they are too long.
    """
    if sum(map(len, texts)) > MOST_CHARACTERS:
        raise Unreadable(f"the keywords have more than {MOST_CHARACTERS} characters")
    leaves: list[Foreign] = [_leaf(text.strip()) for text in texts if text.strip()]
    if not leaves:
        return Translated("", (Remark(" ".join(texts), "there is nothing to look for"),))
    return translate(leaves[0] if len(leaves) == 1 else Any(tuple(leaves)))


def _leaf(written: str) -> Leaf:
    text = written
    if len(text) > 2 and text[0] in OPENING and text[-1] in CLOSING:
        text = text[1:-1]
    if text.endswith("*") and " " not in text:
        return Leaf(written, "", text, wild=tuple(at for at, char in enumerate(text) if char == "*"))
    return Leaf(written, "", text, quoted=" " in text, exactly=_needs_its_signs(text))


def _needs_its_signs(text: str) -> bool:
    """Whether signs in it that the analyser drops make the difference, as in C++."""
    found = next((hint for hint in check(quoted(text)).warnings if hint.code == "punctuation-ignored"), None)
    return found is not None and (found.suggestion or "").startswith("=")
