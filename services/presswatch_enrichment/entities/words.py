"""Words that tell what the capitalised words beside them are, in the languages most news is in.

The lists of `data/words.tsv`: `connectors` stand inside names in lower case; `honorifics` before persons; the name of
an organisation ends in one of `organisation_tails` or begins with one of `organisation_heads`; `not_organisations` are
acronyms of other things; a place is expected behind `locatives`, a person before `speech`; a full stop behind
`abbreviations` ends no sentence; `ambiguous_places` are also words, given names or parts of other names.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

__all__ = ["DEMONYM", "first_names", "words"]

DATA = Path(__file__).parent / "data"
DEMONYM = (
    r"(?:[A-Z][a-z]+(?:ian|ean|ish|ese|ani|aeli|iot|can|ghan)|French|Dutch|Greek|Swiss|Iraqi|Czech|Thai|Welsh|German"
    r"|Afghan|Arab|Kurdish|Jewish|Muslim|Christian|Catholic|Western|Eastern|Northern|Southern|Soviet|Nazi|Democratic"
    r"|Republican)"
)


@cache
def words(name: str) -> frozenset[str]:
    """One of the lists; KeyError for a name that is none."""
    return _table()[name]


@cache
def _table() -> Mapping[str, frozenset[str]]:
    lines = (DATA / "words.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return {name: frozenset(listed.split()) for name, listed in rows}


@cache
def first_names() -> frozenset[str]:
    """Given names in Latin and Cyrillic letters."""
    return frozenset((DATA / "first_names.txt").read_text(encoding="utf-8").split())
