"""Lines of `extract --jsonl` and `enrich --jsonl`: pages, or articles with title and body; and what is printed."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta, timezone
from typing import Any

from presswatch_enrichment.lead import lead_of
from presswatch_enrichment.metadata.dates import parse_moment
from presswatch_enrichment.page import Extracted, Page
from presswatch_enrichment.transform import Transformed
from presswatch_shared.clock import Micros, from_micros, iso
from presswatch_shared.errors import BadInput

__all__ = ["InputLine", "extracted_fields", "read_lines"]

HTML = "text/html; charset=utf-8"

InputLine = tuple[Any, Page]
"""The line's id as given, and its page."""


def read_lines(lines: Iterable[str], *, now: Micros, with_texts: bool = False) -> Iterator[InputLine]:
    """Pages in the order of the lines; blank lines are skipped. `fetched_at` of a line counts as its now.

    Raises:
        BadInput: a line that is no JSON object or lacks what is needed; says which.
    """
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _read(line, number, now, with_texts)


def _read(line: str, number: int, now: Micros, with_texts: bool) -> InputLine:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"line {number} is no JSON: {error}") from error
    if not isinstance(row, dict) or "id" not in row:
        raise BadInput(f'line {number} is no object with an "id"')
    fetched_at = _fetched_at(row, now, number)
    if with_texts and "html" not in row and "html_base64" not in row:
        return row["id"], Page(
            url=_text(row, "url", number), body=b"", fetched_at=fetched_at, given=_given(row, number)
        )
    body, kind = _body(row, number)
    content_type = _text(row, "content_type", number) or kind
    encoding = _text(row, "content_encoding", number)
    url = _text(row, "url", number)
    return row["id"], Page(
        url=url, body=body, fetched_at=fetched_at, content_type=content_type, content_encoding=encoding
    )


def _body(row: Mapping[str, Any], number: int) -> tuple[bytes, str]:
    """The bytes, and what is known of their type. Text was decoded by whoever wrote the line."""
    if isinstance(row.get("html"), str):
        return row["html"].encode("utf-8", "replace"), HTML
    try:
        return base64.b64decode(row["html_base64"], validate=True), ""
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise BadInput(f'line {number} needs "html" or "html_base64" (or "title" and "body" for enrich)') from error


def _given(row: Mapping[str, Any], number: int) -> Extracted:
    if "body" not in row or "title" not in row:
        raise BadInput(f'line {number} needs "html", "html_base64", or "title" and "body"')
    body = _text(row, "body", number)
    authors = row.get("authors") or ()
    return Extracted(
        outcome="article",
        canonical_url=_text(row, "url", number),
        title=_text(row, "title", number),
        body=body,
        lead=_text(row, "lead", number) or lead_of("", body, ""),
        authors=tuple(str(name) for name in ([authors] if isinstance(authors, str) else authors)),
        lang_hint=_text(row, "lang", number),
        published_at=parse_moment(_text(row, "published_at", number)),
        category=_text(row, "category", number),
        provenance={"title": "given", "body": "given"},
    )


def _text(row: Mapping[str, Any], name: str, number: int) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadInput(f'line {number}: "{name}" is no text')
    return value


def _fetched_at(row: Mapping[str, Any], now: Micros, number: int) -> Micros:
    written = _text(row, "fetched_at", number)
    moment = parse_moment(written) if written else now
    if moment is None:
        raise BadInput(f'line {number}: "fetched_at" is no time stamp: {written!r}')
    return moment


def _local(moment: Micros | None, zone: int) -> str | None:
    """RFC 3339 in the page's own zone."""
    if moment is None or zone == 0:
        return iso(moment)
    return from_micros(moment).astimezone(timezone(timedelta(minutes=zone))).isoformat()


def extracted_fields(ident: Any, page: Page, found: Transformed) -> dict[str, Any]:
    """The object printed a page: what `extract` gives, in its order."""
    extracted = found.extracted
    return {
        "id": ident,
        "url": page.url,
        "canonical_url": extracted.canonical_url,
        "title": extracted.title,
        "body": extracted.body,
        "lead": extracted.lead,
        "authors": list(extracted.authors),
        "published_at": _local(extracted.published_at, extracted.published_zone),
        "modified_at": _local(extracted.modified_at, extracted.modified_zone),
        "lang": found.lang,
        "description": extracted.description,
        "image": extracted.image,
        "category": extracted.category,
        "outlet": extracted.outlet,
        "provenance": extracted.provenance,
        "confidence": extracted.confidence,
        "outcome": extracted.outcome,
        "reason": extracted.reason,
    }
