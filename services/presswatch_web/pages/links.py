"""Addresses of the search page: the URL is the whole state."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from presswatch_shared.index.port import Sort
from presswatch_web.searching import Asked

__all__ = ["Links", "asked_from", "page_address"]

LONGEST = 20_000
MOST_VALUES = 50
SEVERAL = ("source", "lang", "country", "category", "entity")
SINGLE = ("q", "since", "until", "story", "cursor")
NOT_FILTERS = frozenset(("q", "sort", "limit", "cursor"))


def asked_from(parameters: QueryParams) -> Asked:
    """What the address asks for; empty fields of the form mean nothing, unknown parameters neither."""
    values: dict[str, Any] = {name: _text(parameters.get(name, "")) for name in SINGLE}
    for name in SEVERAL:
        given = (_text(value) for value in parameters.getlist(name)[:MOST_VALUES])
        values[name] = tuple(dict.fromkeys(value for value in given if value))
    sort = Sort.RELEVANCE if parameters.get("sort") == Sort.RELEVANCE and values["q"] else Sort.NEWEST
    return Asked(**values, sort=sort)


def page_address(path: str, **given: str) -> str:
    """The path with the parameters that are not empty."""
    parameters = urlencode({name: value for name, value in given.items() if value})
    return f"{path}?{parameters}" if parameters else path


def _text(value: str) -> str:
    return value[:LONGEST].replace("\x00", "").strip()


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses that differ in one thing from what was asked."""

    asked: Asked

    def to(self, **changes: Any) -> str:
        """The first page of a search changed like this."""
        return _address(replace(self.asked, **{"cursor": "", **changes}))

    def toggled(self, name: str, value: str) -> str:
        """With or without one value of a facet."""
        given: tuple[str, ...] = getattr(self.asked, name)
        changed = tuple(each for each in given if each != value) if value in given else (*given, value)
        return self.to(**{name: changed})

    def day(self, day: date) -> str:
        return self.to(since=day.isoformat(), until=day.isoformat())

    def export(self, form: str) -> str:
        """All of it as a file, or as a feed."""
        return _address(replace(self.asked, cursor="")).replace("/", f"/export.{form}", 1)

    def without_filters(self) -> str:
        return _address(Asked(q=self.asked.q, sort=self.asked.sort))

    @property
    def has_filters(self) -> bool:
        return any(getattr(self.asked, each.name) for each in fields(Asked) if each.name not in NOT_FILTERS)


def _address(asked: Asked) -> str:
    parts: list[tuple[str, str]] = []
    for each in fields(Asked):
        value = getattr(asked, each.name)
        if each.name != "limit" and value and value != Sort.NEWEST:
            parts += [(each.name, one) for one in (value if isinstance(value, tuple) else (str(value),))]
    return "/?" + urlencode(parts) if parts else "/"
