"""Articles and what a search finds, on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from presswatch_query.snippet import Mark
from presswatch_shared.clock import from_micros
from presswatch_shared.events import ArticleEnriched
from presswatch_shared.index.port import Hit, SearchResult, Sort
from presswatch_web.api.alert_shapes import SpanOut
from presswatch_web.api.fields import Answer, Cursor, Limit, Moment, Name, moment
from presswatch_web.searching import Asked

__all__ = ["ArticleOut", "HitOut", "SearchOut", "SearchParameters", "article_out", "search_out"]

Values = Annotated[list[Name], Field(max_length=50)]


class SearchParameters(BaseModel):
    """A search, as in `presswatch search`."""

    model_config = ConfigDict(extra="forbid")

    q: Annotated[
        str,
        Field(max_length=20_000, description="In the watch language; empty finds everything."),
        Field(json_schema_extra={"format": "watch-query"}),
    ] = ""
    since: Annotated[Moment, Field(description="A date, a time, or how long ago: `7d`.")] = ""
    until: Annotated[Moment, Field(description="A date (to its end), a time, or how long ago.")] = ""
    source: Values = []
    lang: Values = []
    country: Values = []
    category: Values = []
    entity: Values = []
    story: Annotated[str, Field(max_length=64)] = ""
    sort: Sort = Sort.NEWEST
    fold: Annotated[bool, Field(description="Show each story once, by its newest article that is found.")] = False
    exact: Annotated[
        bool,
        Field(description="Verify up to 10,000 candidates to count them; else a sample, which is quick."),
    ] = True
    limit: Limit = 20
    cursor: Cursor = ""

    def asked(self) -> Asked:
        return Asked(
            q=self.q,
            since=self.since,
            until=self.until,
            source=tuple(self.source),
            lang=tuple(self.lang),
            country=tuple(self.country),
            category=tuple(self.category),
            entity=tuple(self.entity),
            story=self.story,
            sort=self.sort,
            fold=self.fold,
            exact=self.exact,
            limit=self.limit,
            cursor=self.cursor,
        )


class EntityOut(Answer):
    id: str
    name: str
    type: str
    mentions: list[SpanOut]


class ArticleOut(Answer):
    """An article, with all that was found out about it."""

    id: str
    version: int
    url: str
    canonical_url: str
    source: str
    title: str
    body: str
    lead: str
    authors: list[str]
    published_at: datetime | None
    modified_at: datetime | None
    first_seen_at: datetime
    fetched_at: datetime
    lang: str
    country: str
    category: str
    description: str
    image: str
    entities: list[EntityOut]
    story: str
    duplicate_of: str
    summary: str
    keyphrases: list[str]
    word_count: int


class MarkOut(Answer):
    start: int
    end: int


class SnippetOut(Answer):
    field: str
    text: str
    marks: list[MarkOut]
    cut_before: bool
    cut_after: bool


class HitOut(Answer):
    """A found article, short. Marks are code points, end exclusive."""

    id: str
    url: str
    title: str
    title_marks: list[MarkOut]
    snippet: SnippetOut | None
    source: str
    lang: str
    country: str
    category: str
    authors: list[str]
    published_at: datetime | None
    date: datetime
    story: str
    folded: int
    """How many other articles of the story are found and not shown."""


class FacetOut(Answer):
    value: str
    label: str
    count: int


class DayCountOut(Answer):
    day: date
    count: int


class SearchOut(Answer):
    """A page of what was found; counts are over all of it, estimates where `approximate`."""

    total: int
    approximate: bool
    items: list[HitOut]
    facets: dict[str, list[FacetOut]]
    days: list[DayCountOut]
    next: str | None


def article_out(article: ArticleEnriched) -> ArticleOut:
    same = ("version", "url", "canonical_url", "source", "title", "body", "lead", "lang", "country", "category")
    more = ("description", "image", "duplicate_of", "summary", "word_count")
    return ArticleOut(
        **{name: getattr(article, name) for name in (*same, *more)},
        id=article.article_id,
        authors=list(article.authors),
        published_at=moment(article.published_at),
        modified_at=moment(article.modified_at),
        first_seen_at=from_micros(article.first_seen_at),
        fetched_at=from_micros(article.fetched_at),
        entities=[EntityOut.model_validate(entity) for entity in article.entities],
        story=article.story_id,
        keyphrases=list(article.keyphrases),
    )


def search_out(result: SearchResult) -> SearchOut:
    return SearchOut(
        total=result.total,
        approximate=result.approximate,
        items=[_hit_out(hit) for hit in result.hits],
        facets={name: [FacetOut.model_validate(count) for count in counts] for name, counts in result.facets.items()},
        days=[DayCountOut.model_validate(day) for day in result.days],
        next=result.cursor or None,
    )


def _hit_out(hit: Hit) -> HitOut:
    article = hit.article
    return HitOut(
        id=article.article_id,
        url=article.url,
        title=article.title,
        title_marks=_marks(hit.title_marks),
        snippet=None if hit.snippet is None else SnippetOut.model_validate(hit.snippet),
        source=article.source,
        lang=article.lang,
        country=article.country,
        category=article.category,
        authors=list(article.authors),
        published_at=moment(article.published_at),
        date=from_micros(hit.date),
        story=article.story_id,
        folded=hit.folded,
    )


def _marks(marks: tuple[Mark, ...]) -> list[MarkOut]:
    return [MarkOut.model_validate(mark) for mark in marks]
