"""Words too common to say what a text is about, in the languages most news is in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

__all__ = ["stopwords"]

TABLE = Path(__file__).parent / "data" / "stopwords.tsv"


@cache
def stopwords(lang: str) -> frozenset[str]:
    """The words of a language; none for a language that is not in the table."""
    return _table().get(lang, frozenset())


@cache
def _table() -> Mapping[str, frozenset[str]]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return {lang: frozenset(words.split()) for lang, words in rows}
