"""Known names in a text: one automaton over places, organisations, persons and weapons of the shipped tables."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from presswatch_enrichment.entities.words import common_first_names, words
from presswatch_enrichment.stopwords import stopwords

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick

__all__ = ["Entry", "Gazetteer", "Hit", "load_gazetteer", "slug"]

DATA = Path(__file__).parent / "data"
CYRILLIC = re.compile(r"^[\u0400-\u04ff]")
NO_BLANKS = re.compile(r"^[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
STEM_ENDING = re.compile(r"(?:ия|ии|ья|[аяоейьыиу])$")
CASE_ENDING = re.compile(
    r"(?:а|я|ы|и|у|ю|е|о|й|ь|ой|ей|ом|ем|ам|ям|ах|ях|ами|ями|ию|ии|ия|ией|ий|ья|ье|ов|ев)?(?![\u0400-\u04ff])"
)
NO_LETTERS = re.compile(r"[\W_]+")
STEM_MIN = 4
CITY = 500_000
REMEMBERED = 8192


@dataclass(frozen=True, slots=True)
class Entry:
    """A known thing under its usual name. `ambiguous`: its name counts only in a fitting surrounding.

    `rank` tells evidence how well known it is: of places country, region, city, town or small; else its type.
    """

    id: str
    name: str
    type: str
    rank: str
    ambiguous: bool = False
    country: str = ""
    latitude: float | None = None
    longitude: float | None = None


class Hit(NamedTuple):
    start: int
    end: int
    entry: Entry


class Gazetteer:
    """Finds known names, longest first; never inside another word. Russian names also in their other cases."""

    def __init__(self, names: Sequence[tuple[str, Entry]], towns: Mapping[str, str] | None = None) -> None:
        self._towns = towns or {}
        self._entries: dict[str, Entry] = {}
        for name, entry in names:
            self._entries.setdefault(_stem(name), entry)
        self._patterns = list(self._entries)
        self._automaton = _automaton(self._patterns)

    def get(self, name: str) -> Entry | None:
        """What a whole name names; small towns too, which `find` does not look for."""
        entry = self._entries.get(name)
        if entry is None and name in self._towns:
            entry = _town(name, self._towns[name])
        return entry

    def rank(self, name: str) -> str:
        """The rank of what a name names, or nothing."""
        entry = self._entries.get(name)
        return entry.rank if entry else "small" if name in self._towns else ""

    def find(self, text: str) -> Iterator[Hit]:
        for index, start, end in self._automaton.find_matches_as_indexes(text):
            pattern = self._patterns[index]
            if CYRILLIC.match(pattern):
                ending = CASE_ENDING.match(text, end)
                if ending is None or (start > 0 and text[start - 1].isalnum()):
                    continue
                end = ending.end()
            elif not NO_BLANKS.match(pattern) and not _stands_alone(text, start, end):
                continue
            yield Hit(start, end, self._entries[pattern])


def _automaton(patterns: Sequence[str]) -> AhoCorasick:
    from ahocorasick_rs import AhoCorasick, MatchKind

    return AhoCorasick(patterns, matchkind=MatchKind.LeftmostLongest)


def _stands_alone(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (before.isalnum() or before == "-" or after.isalnum())


def _stem(name: str) -> str:
    """Russian and Ukrainian names without their ending, so that every case of them is found."""
    stem = STEM_ENDING.sub("", name) if CYRILLIC.match(name) and not name.isupper() else name
    return stem if len(stem) >= STEM_MIN else name


@cache
def load_gazetteer() -> Gazetteer:
    """The shipped tables. Takes a tenth of a second once a process."""
    towns = {row[0]: "\t".join(row[1:]) for row in _table("towns.tsv")}
    return Gazetteer([*_known(), *_places()], towns)


def _known() -> Iterator[tuple[str, Entry]]:
    for kind, name, others in _table("known.tsv"):
        doubtful = kind == "place" and name in words("ambiguous_places")
        entry = Entry(f"{kind}:{slug(name)}", name, kind, "region" if kind == "place" else kind, doubtful)
        for alias in (name, *filter(None, others.split("|"))):
            yield alias, entry


def _places() -> Iterator[tuple[str, Entry]]:
    ambiguous = words("ambiguous_places")
    common = stopwords("en") | stopwords("de") | stopwords("es") | stopwords("fr")
    for ident, name, country, latitude, longitude, population, others in _table("places.tsv"):
        rank = "country" if ident == f"place:{country}" else "city" if int(population) >= CITY else "town"
        position = (float(latitude), float(longitude)) if latitude else (None, None)
        for alias in (name, *filter(None, others.split("|"))):
            word = alias.casefold()
            doubtful = alias in ambiguous or alias in common_first_names() or word in common or len(alias) < 4
            doubtful = doubtful and not NO_BLANKS.match(alias)
            yield alias, Entry(ident, name, "place", rank, doubtful, country, *position)


def _town(name: str, row: str) -> Entry:
    ident, country, latitude, longitude = row.split("\t")
    return Entry(ident, name, "place", "small", True, country, float(latitude), float(longitude))


def _table(name: str) -> Iterator[list[str]]:
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            yield line.split("\t")


@lru_cache(maxsize=REMEMBERED)
def slug(name: str) -> str:
    """Letters and digits without accents, in lower case, joined by hyphens."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    kept = plain if plain.isascii() else "".join(c for c in plain if not unicodedata.combining(c))
    return NO_LETTERS.sub("-", kept).strip("-")
