"""What a capitalised word looks like by itself: its shape, and the lists it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from presswatch_enrichment.entities.words import DEMONYM, commonness, first_names, small_words, surnames, words

__all__ = ["coarse", "traits"]

ONLY_DEMONYM = re.compile(rf"^{DEMONYM}s?$")
ROMAN = re.compile(r"^[IVX]{1,5}$")
DOTTED = re.compile(r"^(?:[A-Z]\.)+[A-Z]?\.?$")
REMEMBERED = 8192
CAPITALS_MAX = 6
# The first that applies says the most of a word.
TELLING = (
    "initial",
    "ptail",
    "hon",
    "small",
    "orgtail",
    "orghead",
    "placetail",
    "placehead",
    "demonym",
    "digit",
    "roman",
    "dotted",
)
COMMON = frozenset(("eng10", "eng20"))


@lru_cache(maxsize=REMEMBERED)
def traits(word: str) -> tuple[str, ...]:
    """All that is known of a word; ("unknown",) where nothing is."""
    found = (*_shape(word), *_lists(word), *_names(word))
    return found or ("unknown",)


def _shape(word: str) -> Iterator[str]:
    base = word.rstrip(".")
    if len(base) == 1 and base.isupper():
        yield "initial"
    elif DOTTED.match(word):
        yield "dotted"
    elif base.isupper():
        yield f"caps{min(len(base), CAPITALS_MAX)}"
    elif any(c.isdigit() for c in word):
        yield "digit"
    elif any(c.isupper() for c in re.sub(r"[-'’]", "", word)[1:]):
        yield "camel"
    if "-" in word:
        yield "hyphen"
    if ROMAN.match(base):
        yield "roman"


def _lists(word: str) -> Iterator[str]:
    base = word.rstrip(".")
    listed = (
        ("hon", base in words("honorifics")),
        ("small", word in small_words()),
        ("demonym", ONLY_DEMONYM.match(word) is not None),
        ("orgtail", word in words("organisation_tails")),
        ("orghead", word in words("organisation_heads")),
        ("placetail", base in words("place_tails")),
        ("placehead", base in words("place_heads")),
        ("ptail", word in words("person_tails")),
        ("notorg", base in words("not_organisations")),
    )
    return (name for name, applies in listed if applies)


def _names(word: str) -> Iterator[str]:
    given = word in first_names() or word.split("-")[0] in first_names()
    family = word in surnames()
    if given or family:
        yield "firstlast" if given and family else "first" if given else "last"
    level = commonness(word.lower())
    if level:
        yield f"eng{level}"


@lru_cache(maxsize=REMEMBERED)
def coarse(word: str) -> str:
    """The one trait that says the most; a name that is also a common word is marked so."""
    found = traits(word)
    for trait in TELLING:
        if trait in found:
            return trait
    if found[0].startswith("caps"):
        return "caps"
    if "camel" in found:
        return "camel"
    english = next((trait for trait in found if trait.startswith("eng")), "")
    name = next((trait for trait in ("firstlast", "first", "last") if trait in found), "")
    if name:
        return f"{name}E" if english in COMMON else name
    return english or "unknown"
