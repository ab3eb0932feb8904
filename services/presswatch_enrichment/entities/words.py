"""Words that tell what the capitalised words beside them are, in the languages most news is in.

The lists of `data/words.tsv`: `connectors` and `joiners` stand inside names in lower case, joiners never in a
person's; `honorifics` before persons; the name of an organisation ends in one of `organisation_tails` or begins with
one of `organisation_heads`, that of a place likewise, and `legal_forms` end a company's alone; a person's may end in
`person_tails`; `not_organisations` are acronyms of other things; `demonyms` are peoples and parties with no ending that
tells; a place is expected behind `locatives`, a person before `speech`; `person_nouns`, `organisation_nouns` and
`place_nouns` say beside a name what it names; a full stop behind `abbreviations` ends no sentence; days and months
(`calendar`) are no names; `ambiguous_places` are also words, given names or parts of other names; so are places that
share one of the `common_first_names`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

__all__ = [
    "common_first_names",
    "commonness",
    "first_names",
    "is_demonym",
    "noun_kind",
    "small_words",
    "surnames",
    "words",
]

DATA = Path(__file__).parent / "data"
DEMONYM = re.compile(r"[A-Z][a-z]+(?:ian|ean|ish|ese|ani|aeli|iot|can|ghan)s?")
DEMONYM_ENDINGS = ("ian", "ean", "ish", "ese", "ani", "eli", "iot", "can", "han")
NOUNS = ("person_nouns", "organisation_nouns", "place_nouns")


@cache
def words(name: str) -> frozenset[str]:
    """One of the lists; KeyError for a name that is none."""
    return _table()[name]


@cache
def _table() -> Mapping[str, frozenset[str]]:
    return {name: frozenset(listed.split()) for name, listed in _rows("words.tsv")}


def _rows(name: str) -> list[list[str]]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


@cache
def small_words() -> frozenset[str]:
    """Words that stand inside names in lower case."""
    return words("connectors") | words("joiners")


@cache
def first_names() -> frozenset[str]:
    """Given names in Latin and Cyrillic letters."""
    return frozenset((DATA / "first_names.txt").read_text(encoding="utf-8").split())


@cache
def common_first_names() -> frozenset[str]:
    """Given names so frequent that a place of the same name is doubtful."""
    return words("common_first_names")


@cache
def surnames() -> frozenset[str]:
    """Family names in Latin and Cyrillic letters."""
    return frozenset((DATA / "surnames.txt").read_text(encoding="utf-8").split())


def commonness(word: str) -> str:
    """How common an English word in lower case is: "10", "20", "35" (the rarest), or nothing."""
    table = _english()
    return table.get(word) or (table.get(word[:-1], "") if word.endswith("s") else "")


@cache
def _english() -> Mapping[str, str]:
    return {word: level for level, listed in _rows("english.tsv") for word in listed.split()}


def is_demonym(word: str) -> bool:
    """A people's or a party's name, or an adjective that looks like one: "Venezuelan", "Greeks"."""
    if word in words("demonyms"):
        return True
    # The ending is looked at first: it is quicker, and most words have another one.
    return word.removesuffix("s").endswith(DEMONYM_ENDINGS) and DEMONYM.fullmatch(word) is not None


def noun_kind(word: str) -> str:
    """What a noun in lower case beside a name says of it: letters of NOUNS ("P", "O", "L", several), or nothing."""
    return _nouns().get(word, "")


@cache
def _nouns() -> Mapping[str, str]:
    kinds: dict[str, str] = {}
    for name, letter in zip(NOUNS, "POL", strict=True):
        for word in sorted(words(name)):
            kinds[word] = kinds.get(word, "") + letter
    return kinds
