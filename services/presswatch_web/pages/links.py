"""Addresses of the search page: the URL is the whole state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from presswatch_shared.index.port import Sort
from presswatch_web.pages.intervals import Interval
from presswatch_web.searching import Asked

__all__ = ["Links", "asked_from", "page_address", "state_of"]

LONGEST = 20_000
MOST_VALUES = 50
SEVERAL = ("source", "lang", "country", "category", "entity")
SINGLE = ("q", "since", "until", "story", "cursor")
NAMES = tuple(each.name for each in fields(Asked) if each.name != "limit")
NOT_FILTERS = frozenset(("q", "sort", "limit", "cursor", "fold", "by", "exact", "share"))


def asked_from(parameters: QueryParams) -> Asked:
    """What the address asks for; empty fields of the form mean nothing, unknown parameters neither."""
    values: dict[str, Any] = {name: _text(parameters.get(name, "")) for name in SINGLE}
    for name in SEVERAL:
        given = (_text(value) for value in parameters.getlist(name)[:MOST_VALUES])
        values[name] = tuple(dict.fromkeys(value for value in given if value))
    sort = Sort.RELEVANCE if parameters.get("sort") == Sort.RELEVANCE and values["q"] else Sort.NEWEST
    by = parameters.get("by", "")
    return Asked(
        **values,
        sort=sort,
        fold=parameters.get("fold") != "no",
        by=by if by in tuple(Interval) else "",
        exact=parameters.get("exact") == "1",
        share=parameters.get("share") == "1",
    )


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
        return self.span(day, day)

    def span(self, first: date, last: date) -> str:
        """From one day to another, in bars that fit."""
        return self.to(since=first.isoformat(), until=last.isoformat(), by="")

    def before(self, day: date) -> str:
        """What lies before a day."""
        return self.to(since="", until=(day - timedelta(days=1)).isoformat(), by="")

    def copies(self, story: str) -> str:
        """All that is found of a story."""
        return self.to(story=story, fold=False)

    def compared(self, queries: Sequence[str], **changes: Any) -> str:
        """These queries beside each other."""
        rest = _parameters(replace(self.asked, **{"q": "", "cursor": "", "fold": True, **changes}))
        return "/compare?" + urlencode([*(("q", query) for query in queries), *rest])

    def export(self, form: str) -> str:
        """All of it as a file, or as a feed."""
        return _address(replace(self.asked, cursor="")).replace("/", f"/export.{form}", 1)

    def without_filters(self) -> str:
        asked = self.asked
        return _address(Asked(q=asked.q, sort=asked.sort, fold=asked.fold, by=asked.by, share=asked.share))

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """The values of facets that narrow, by their names."""
        return [(name, value) for name in SEVERAL for value in getattr(self.asked, name)]

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The whole state, as an address has it."""
        return state_of(self.asked)

    @property
    def has_filters(self) -> bool:
        return any(getattr(self.asked, name) for name in NAMES if name not in NOT_FILTERS)


def state_of(asked: Asked) -> list[tuple[str, str]]:
    """The parameters of the first page's address."""
    return _parameters(replace(asked, cursor="", exact=False))


def _address(asked: Asked) -> str:
    parts = _parameters(asked)
    return "/?" + urlencode(parts) if parts else "/"


def _parameters(asked: Asked) -> list[tuple[str, str]]:
    parts: list[tuple[str, str]] = []
    for name in NAMES:
        value = getattr(asked, name)
        if name == "fold":
            parts += [] if value else [("fold", "no")]
        elif name in ("exact", "share"):
            parts += [(name, "1")] if value else []
        elif value and value != Sort.NEWEST:
            parts += [(name, one) for one in (value if isinstance(value, tuple) else (str(value),))]
    return parts
