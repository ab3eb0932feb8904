"""Lists of sources as files: what a row says, and what is wrong with a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from presswatch_shared.urls import UnusableUrl, normalise

__all__ = ["ListedSource", "ReadList", "listed"]

MAX_BYTES = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSource:
    """A source in a file; `line` counts from 1."""

    url: str
    name: str = ""
    country: str = ""
    collection: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class ReadList:
    """Usable sources, and one sentence with its line number for each row that is none."""

    sources: Sequence[ListedSource]
    problems: Sequence[str]


def listed(rows: Sequence[ListedSource]) -> ReadList:
    """The rows with their addresses checked; each address once."""
    by_url: dict[str, ListedSource] = {}
    problems = []
    for row in rows:
        try:
            url = normalise(row.url.strip())
        except UnusableUrl as error:
            problems.append(f"line {row.line}: {error}")
            continue
        kept = ListedSource(url=url, name=row.name, country=row.country, collection=row.collection, line=row.line)
        by_url.setdefault(url, kept)
    return ReadList(list(by_url.values()), problems)
