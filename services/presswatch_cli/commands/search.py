"""`presswatch search`: what is indexed, asked in the watch language."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.text import Text

from presswatch_query import Query
from presswatch_query.snippet import Mark, plain
from presswatch_shared.clock import Micros, from_micros, iso
from presswatch_shared.errors import BadInput
from presswatch_shared.index.port import ArticleIndex, Filters, Hit, SearchRequest, SearchResult, Sort
from presswatch_shared.index.unknown_values import unknown_values
from presswatch_shared.moments import parse_moment

__all__ = ["SearchOptions", "hints", "render_count", "render_json", "render_text", "run_search"]

MARK_STYLE = "bold yellow"
HINTS = {
    "source": "no article is from the outlet {}",
    "lang": "no article has the language {}",
    "country": "no article is from the country {}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOptions:
    """The options as typed."""

    since: str | None = None
    until: str | None = None
    sources: Sequence[str] = ()
    langs: Sequence[str] = ()
    countries: Sequence[str] = ()
    limit: int = 20
    count: bool = False
    sort: Sort = Sort.NEWEST


async def run_search(index: ArticleIndex, query: Query, options: SearchOptions, *, now: Micros) -> SearchResult:
    """The first `limit` articles that are found; only their number with `count`.

    Raises:
        BadInput: a date that is none, or a language or country that is no code.
    """
    _refuse_what_is_no_code(options.langs, "language", lengths=(2, 3), example="en")
    _refuse_what_is_no_code(options.countries, "country", lengths=(2,), example="DE")
    filters = _filters(options, now)
    limit = 0 if options.count else options.limit
    return await index.search(SearchRequest(query=query, filters=filters, sort=options.sort, limit=limit))


async def hints(index: ArticleIndex, options: SearchOptions, *, now: Micros) -> Sequence[str]:
    """Why nothing may have been found: each value of a filter that no article has."""
    return [HINTS[field].format(value) for field, value in await unknown_values(index, _filters(options, now))]


def _filters(options: SearchOptions, now: Micros) -> Filters:
    return Filters(
        since=parse_moment(options.since, now=now) if options.since else None,
        until=parse_moment(options.until, now=now, end_of_day=True) if options.until else None,
        sources=tuple(options.sources),
        langs=tuple(code.lower() for code in options.langs),
        countries=tuple(code.upper() for code in options.countries),
    )


def _refuse_what_is_no_code(codes: Sequence[str], name: str, *, lengths: Sequence[int], example: str) -> None:
    for code in codes:
        if not (len(code) in lengths and code.isascii() and code.isalpha()):
            raise BadInput(f"{code!r} is no code of a {name}: write one such as {example}")


def render_count(result: SearchResult, *, as_json: bool) -> str:
    if as_json:
        return json.dumps({"count": result.total, "approximate": result.approximate})
    return f"about {result.total}" if result.approximate else str(result.total)


def render_json(result: SearchResult) -> str:
    """One document; moments as RFC 3339, places as code points of the text beside them."""
    answer = {
        "total": result.total,
        "approximate": result.approximate,
        "hits": [_hit(hit) for hit in result.hits],
    }
    return json.dumps(answer, ensure_ascii=False, indent=2)


def _hit(hit: Hit) -> Mapping[str, Any]:
    article = hit.article
    return {
        "id": article.article_id,
        "url": article.url,
        "title": article.title,
        "source": article.source,
        "published_at": iso(article.published_at),
        "lang": article.lang,
        "country": article.country,
        "category": article.category,
        "authors": article.authors,
        "story": article.story_id,
        "title_matches": [_place(mark) for mark in hit.title_marks],
        "snippet": hit.snippet.text if hit.snippet else "",
        "matches": [_place(mark) for mark in hit.snippet.marks] if hit.snippet else [],
    }


def _place(mark: Mark) -> Mapping[str, int]:
    return {"start": mark.start, "end": mark.end}


def render_text(result: SearchResult, console: Console) -> None:
    """Title, where and when, and the snippet with its matches marked, a hit."""
    for hit in result.hits:
        article = hit.article
        console.print(_marked(article.title or article.url, hit.title_marks, "bold"), soft_wrap=True)
        facts = (article.source, f"{from_micros(hit.date):%Y-%m-%d %H:%M}", article.lang)
        console.print(
            Text(" · ".join(filter(None, facts)), style="dim"), Text(article.url, style="blue"), soft_wrap=True
        )
        if hit.snippet:
            before, after = "…" * hit.snippet.cut_before, "…" * hit.snippet.cut_after
            console.print(Text(before) + _marked(hit.snippet.text, hit.snippet.marks, "") + Text(after), soft_wrap=True)
        console.print()
    console.print(Text(_summary(result), style="dim"))


def _summary(result: SearchResult) -> str:
    articles = "1 article" if result.total == 1 else f"{result.total} articles"
    found = f"about {articles}" if result.approximate else articles
    return f"{found} found" if len(result.hits) == result.total else f"{found} found, {len(result.hits)} shown"


def _marked(text: str, marks: Sequence[Mark], style: str) -> Text:
    shown = Text(plain(text), style=style)
    for mark in marks:
        shown.stylize(MARK_STYLE, mark.start, mark.end)
    # Ends of paragraphs became blanks one by one, so that the places of the marks stay right.
    return Text(" ", style=style).join(word for word in shown.split(" ") if word.plain)
