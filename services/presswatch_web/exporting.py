"""What a search finds, as lines of a file: CSV that a spreadsheet runs nothing of, NDJSON, Atom. Pure."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any, Literal

from presswatch_shared.clock import iso
from presswatch_shared.index.port import Hit
from presswatch_shared.plain_text import one_line, readable
from presswatch_shared.spreadsheet_cells import no_formula
from presswatch_web.feeds.view import FeedEntry, FeedView, linkable

__all__ = ["COLUMNS", "SearchFormat", "atom_view", "csv_head", "csv_lines", "ndjson_lines"]

SearchFormat = Literal["csv", "ndjson", "atom"]
COLUMNS = (
    "date",
    "source",
    "title",
    "url",
    "lang",
    "country",
    "category",
    "authors",
    "snippet",
    "id",
    "story",
    "published_at",
    "fetched_at",
    "near_duplicates",
)
TITLE, HOST, TEXT = 300, 100, 2000


def hit_row(hit: Hit) -> dict[str, Any]:
    """A hit for JSON; keys of `COLUMNS`, moments in RFC 3339."""
    article = hit.article
    return {
        "date": iso(hit.date),
        "source": article.source,
        "title": article.title,
        "url": article.url,
        "lang": article.lang,
        "country": article.country,
        "category": article.category,
        "authors": list(article.authors),
        "snippet": hit.snippet.text if hit.snippet else "",
        "id": article.article_id,
        "story": article.story_id,
        "published_at": iso(article.published_at),
        "fetched_at": iso(article.fetched_at),
        "near_duplicates": hit.folded,
    }


def csv_head() -> str:
    """The names of the columns, behind the mark by which spreadsheets know UTF-8."""
    return "\ufeff" + ",".join(COLUMNS) + "\r\n"


def csv_lines(hits: Sequence[Hit]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    for hit in hits:
        row = hit_row(hit)
        writer.writerow([_cell(row[name]) for name in COLUMNS])
    return out.getvalue()


def ndjson_lines(hits: Sequence[Hit]) -> str:
    return "".join(json.dumps(hit_row(hit), ensure_ascii=False) + "\n" for hit in hits)


def atom_view(hits: Sequence[Hit], query: str, *, self_url: str, home_url: str, now: int) -> FeedView:
    """A feed of what was found, the newest first."""
    shown = one_line(query, TITLE) or "all articles"
    return FeedView(
        id=self_url,
        title=f"Presswatch: {shown}",
        subtitle="What this search finds, newest first.",
        self_url=self_url,
        home_url=home_url,
        updated=max((hit.date for hit in hits), default=now),
        entries=[_entry(hit) for hit in hits],
    )


def _entry(hit: Hit) -> FeedEntry:
    article = hit.article
    return FeedEntry(
        id=f"urn:presswatch:article:{article.article_id}",
        title=one_line(article.title, TITLE) or "(without a title)",
        url=linkable(article.url),
        outlet=one_line(article.source, HOST),
        lang=article.lang[:16],
        text=readable(hit.snippet.text if hit.snippet else article.lead, TEXT),
        published=article.published_at,
        updated=hit.date,
    )


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return no_formula("; ".join(value))
    return "" if value is None else no_formula(str(value))
