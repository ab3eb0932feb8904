"""Sources as CSV with the columns url, name, country, collection; also a bare list of addresses."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from presswatch_crawler.source_lists.model import ListedSource, ReadList, listed
from presswatch_shared.errors import BadInput
from presswatch_shared.spreadsheet_cells import no_formula
from presswatch_shared.store.sources import Source

__all__ = ["COLUMNS", "read_csv", "write_csv"]

COLUMNS = ("url", "name", "country", "collection")


def read_csv(content: bytes) -> ReadList:
    """Rows by the names in the first line (any order, `url` is needed); without such a line, in the order of COLUMNS.

    Raises:
        BadInput: no text or no CSV; the sentence names the line.
    """
    text = _text(content)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    names: Sequence[str] = COLUMNS
    rows = []
    try:
        for fields in reader:
            cleaned = [field.strip() for field in fields]
            if reader.line_num == 1 and "url" in (lowered := [field.lower() for field in cleaned]):
                names = lowered
            elif any(cleaned):
                rows.append(_row(dict(zip(names, cleaned, strict=False)), reader.line_num))
    except csv.Error as error:
        raise BadInput(f"line {reader.line_num}: this is no CSV ({error})") from error
    return listed(rows)


def write_csv(sources: Sequence[Source]) -> str:
    """With a first line of names."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for source in sorted(sources, key=lambda source: source.url):
        writer.writerow([source.url, *(no_formula(t) for t in (source.name, source.country, source.collection))])
    return out.getvalue()


def _text(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise BadInput(f"line {line}: the file is not UTF-8 text: save it as UTF-8") from error
    if "\0" in text:
        raise BadInput(f"line {text[: text.index(chr(0))].count(chr(10)) + 1}: the file is not text")
    return text


def _row(fields: dict[str, str], line: int) -> ListedSource:
    return ListedSource(
        url=fields.get("url", ""),
        name=fields.get("name", "").removeprefix("'"),
        country=fields.get("country", ""),
        collection=fields.get("collection", "").removeprefix("'"),
        line=line,
    )
