"""What a capitalised word looks like by itself: its shape, and the lists it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from presswatch_enrichment.entities.words import commonness, first_names, is_demonym, small_words, surnames, words

__all__ = ["coarse", "coarse_of", "traits"]

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
STOP_COUNTS = frozenset(("small", "orgtail", "orghead", "ptail"))
"""Lists that say of each word whether it is written with a full stop; elsewhere that tells nothing."""


@lru_cache(maxsize=REMEMBERED)
def traits(word: str) -> tuple[str, ...]:
    """All that is known of a word; ("unknown",) where nothing is."""
    plain = len(word) > 1 and word.isalpha() and (word.istitle() or word.islower())
    found = (*(() if plain else _shape(word)), *_lists(word), *_names(word))
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


def _lists(word: str) -> tuple[str, ...]:
    listed = _listed()
    found = listed.get(word, ())
    if word.endswith("."):
        of_base = listed.get(word.rstrip("."), ())
        found = (
            *(trait for trait in found if trait in STOP_COUNTS),
            *(trait for trait in of_base if trait not in STOP_COUNTS),
        )
    return (*found, "demonym") if is_demonym(word) else found


@cache
def _listed() -> Mapping[str, tuple[str, ...]]:
    lists = {
        "hon": words("honorifics"),
        "small": small_words(),
        "orgtail": words("organisation_tails"),
        "orghead": words("organisation_heads"),
        "placetail": words("place_tails"),
        "placehead": words("place_heads"),
        "ptail": words("person_tails"),
        "notorg": words("not_organisations"),
    }
    found: dict[str, tuple[str, ...]] = {}
    for trait, listed in lists.items():
        for word in listed:
            found[word] = (*found.get(word, ()), trait)
    return found


def _names(word: str) -> Iterator[str]:
    given = word in first_names() or ("-" in word and word.split("-")[0] in first_names())
    family = word in surnames()
    if given or family:
        yield "firstlast" if given and family else "first" if given else "last"
    level = commonness(word.lower())
    if level:
        yield f"eng{level}"


@lru_cache(maxsize=REMEMBERED)
def coarse(word: str) -> str:
    """The one trait of a word that says the most; a name that is also a common word is marked so."""
    return coarse_of(traits(word))


def coarse_of(found: tuple[str, ...]) -> str:
    """Likewise of its traits."""
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
