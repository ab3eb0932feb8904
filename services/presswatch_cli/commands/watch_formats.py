"""Files of other tools as lines that `watch import` reads, with all that could not be carried over."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from presswatch_cli.commands.watch_kinds import WatchFormat
from presswatch_query.importers import (
    Remark,
    Translated,
    Unreadable,
    import_keyword,
    import_keywords,
    import_kql,
    import_lucene,
)
from presswatch_shared.errors import BadInput

__all__ = ["Converted", "convert", "written_lines"]

TERM_COLUMNS = ("term", "terms", "keyword", "keywords", "phrase", "word")
COPIED_COLUMNS = ("id", "name", "owner", "max_age")
BETWEEN_TERMS = ";"
DELIMITERS = ",;\t"
KQL_NAMES = ("kql", "kuery")
LONGEST_CELL = 1 << 20


@dataclass(frozen=True, slots=True)
class Converted:
    """A line of a foreign file as one for `watch import`, and what is not as it was.

    The line is empty where it gave no watch, None where it was none to begin with.
    """

    number: int
    line: str | None
    remarks: tuple[Remark, ...] = ()


def convert(lines: Iterable[str], kind: WatchFormat) -> Iterator[Converted]:
    """Each line that holds something.

    Raises:
        BadInput: a CSV file without a column of queries or terms.
    """
    if kind is WatchFormat.CSV:
        yield from _rows(lines)
        return
    for number, text in written_lines(lines):
        if kind is WatchFormat.LINES:
            yield Converted(number, text)
        elif kind is WatchFormat.KEYWORDS:
            yield _one(number, text, import_keyword)
        elif text.startswith("{"):
            yield from _saved_object(number, text, kind)
        else:
            yield _one(number, text, import_kql if kind is WatchFormat.KQL else import_lucene)


def written_lines(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Lines that hold something: not blank, no comment (`# …`)."""
    for number, line in enumerate(lines, start=1):
        text = line.removeprefix("\ufeff").strip()
        if text and text != "#" and not text.startswith("# "):
            yield number, text


def _one(
    number: int, text: str, importer: Callable[[str], Translated], fields: Mapping[str, str] | None = None
) -> Converted:
    try:
        found = importer(text)
    except Unreadable as error:
        return Converted(number, "", (Remark(_short(text), str(error)),))
    if not found.query:
        return Converted(number, "", found.remarks)
    return Converted(number, _line(found.query, fields or {}), found.remarks)


def _line(query: str, fields: Mapping[str, str]) -> str:
    return json.dumps({"query": query, **fields})


def _short(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:199]}…"


def _saved_object(number: int, text: str, kind: WatchFormat) -> Iterator[Converted]:
    """A saved query or a saved search as Kibana exports them."""
    try:
        document = json.loads(text)
        attributes = document["attributes"]
        holder = attributes if "query" in attributes else _search_source(attributes)
        query = holder["query"]
        written, language = str(query["query"]), str(query.get("language") or kind)
    except (ValueError, TypeError, KeyError, RecursionError):
        if '"exportedCount"' not in text:
            yield Converted(number, "", (Remark(_short(text), "no saved query or search of Kibana"),))
        return
    name = str(attributes.get("title") or "")[:200]
    importer = import_kql if language in KQL_NAMES else import_lucene
    found = _one(number, written, importer, {"name": name} if name else {})
    lost = tuple(_lost_filters(attributes.get("filters") or holder.get("filter") or ()))
    yield Converted(number, found.line, found.remarks + lost)


def _search_source(attributes: Mapping[str, Any]) -> Mapping[str, Any]:
    source: Mapping[str, Any] = json.loads(attributes["kibanaSavedObjectMeta"]["searchSourceJSON"])
    return source


def _lost_filters(filters: Sequence[Any]) -> Iterator[Remark]:
    for one in filters:
        yield Remark(_short(json.dumps(one)), "left out, so the watch finds more: filters of Kibana are not read")


def _rows(lines: Iterable[str]) -> Iterator[Converted]:
    rest = iter(lines)
    first = next(rest, "").removeprefix("\ufeff")
    # The limit is the whole process's: it is given back for whoever reads other lists.
    before = csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(chain([first], rest), delimiter=max(DELIMITERS, key=first.count))
    try:
        names = [name.strip().casefold() for name in next(reader, [])]
        yield from _lost_columns(names)
        for row in reader:
            if any(map(str.strip, row)):
                yield _row(reader.line_num, dict(zip(names, row, strict=False)))
    except csv.Error as error:
        raise BadInput(f"line {reader.line_num} is no CSV: {error}") from error
    finally:
        csv.field_size_limit(before)


def _lost_columns(names: Sequence[str]) -> Iterator[Converted]:
    if not {"query", *TERM_COLUMNS} & set(names):
        raise BadInput(f"the first line names no column “query” or “term”: {_short(', '.join(names))}")
    lost = [name for name in names if name and name not in ("query", *TERM_COLUMNS, *COPIED_COLUMNS)]
    if lost:
        yield Converted(1, None, tuple(Remark(name, "left out: a watch has nothing like this column") for name in lost))


def _row(number: int, cells: Mapping[str, str]) -> Converted:
    fields = {name: cells[name].strip() for name in COPIED_COLUMNS if cells.get(name, "").strip()}
    query = cells.get("query", "").strip()
    if query:
        return Converted(number, _line(query, fields))
    terms = [term for name in TERM_COLUMNS for term in cells.get(name, "").split(BETWEEN_TERMS)]
    return _one(number, BETWEEN_TERMS.join(terms), lambda text: import_keywords(text.split(BETWEEN_TERMS)), fields)
