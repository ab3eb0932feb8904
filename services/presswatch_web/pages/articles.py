"""The page of one article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request, Response

from presswatch_query.article import analyse_article
from presswatch_query.evaluation import Span, evaluate
from presswatch_query.snippet import marks_in
from presswatch_shared.events import ArticleEnriched, Entity
from presswatch_shared.query_article import query_article
from presswatch_shared.store import alerts, articles, watches
from presswatch_shared.store.alerts import AlertRow
from presswatch_shared.store.articles import ArticleRow
from presswatch_shared.store.database import Tx
from presswatch_shared.store.ownership import Owners
from presswatch_shared.store.watches import Watch
from presswatch_web import kibana
from presswatch_web.access.principal import Principal, Who
from presswatch_web.api.fields import PathId
from presswatch_web.dependencies import Deps, WebDependencies
from presswatch_web.marked import Spans, paragraphs
from presswatch_web.pages.explaining import explanation_of
from presswatch_web.pages.templating import render
from presswatch_web.problems import Problem
from presswatch_web.queries import parse_query

__all__ = ["router"]

MOST_COPIES = 20
MOST_ENTITIES = 12
MOST_WATCHES = 100
SHOWN_TYPES = ("person", "organisation", "place", "weapon", "vehicle")

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Marks:
    """Where the query was found in the fields of an article."""

    title: Spans = ()
    body: Spans = ()
    problem: Problem | None = None

    @property
    def count(self) -> int:
        return len(self.title) + len(self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """Other copies of its story, the alerts it made, the watches one may ask about, how many versions are kept."""

    copies: Sequence[ArticleRow]
    fired: Sequence[AlertRow]
    watches: Sequence[Watch]
    versions: int


@router.api_route("/articles/{article_id}", methods=["GET", "HEAD"])
async def article_page(
    request: Request,
    article_id: PathId,
    deps: Deps,
    who: Who,
    q: Annotated[str, "query"] = "",
    watch: str = "",
) -> Response:
    """The clean text; with a query, all its matches marked and explained; with a watch, why it did or did not fire."""
    article = await deps.index.get(article_id)
    if article is None:
        raise Problem(404, "there is no such article, or it is not indexed yet")
    asked = await _watch(deps, who, watch) if watch else None
    query = asked.query if asked else q[:20_000].replace("\x00", "").strip()
    marks = await _marks(deps, article, query)
    around = await deps.store.read(_around, article, who.owners)
    return render(
        request,
        "article.html",
        article=article,
        query=query,
        marks=marks,
        why=await explanation_of(deps, article, query, asked) if query and not marks.problem else None,
        asked=asked,
        watches=around.watches,
        versions=around.versions,
        paragraphs=paragraphs(article.body, marks.body),
        entities=_entities(article),
        copies=[copy for copy in around.copies if copy.article_id != article.article_id],
        fired=around.fired,
        kibana=kibana.one_document(deps.settings.kibana, kibana.ARTICLES, "article_id", article.article_id),
        now=deps.clock.now(),
    )


async def _marks(deps: WebDependencies, article: ArticleEnriched, query: str) -> Marks:
    if not query:
        return Marks()
    try:
        found = evaluate(await parse_query(deps, query), analyse_article(query_article(article))).spans
    except Problem as problem:
        return Marks(problem=problem)
    return Marks(title=_places(found, "title"), body=_places(found, "body"))


async def _watch(deps: WebDependencies, who: Principal, watch_id: str) -> Watch:
    watch = await deps.store.read(watches.get_watch, watch_id[:64].replace("\x00", ""))
    if watch is None or not who.sees(watch.owner):
        raise Problem(404, "there is no such watch")
    return watch


def _places(found: Sequence[Span], field: str) -> Spans:
    return [(mark.start, mark.end) for mark in marks_in(found, field)]


def _around(tx: Tx, article: ArticleEnriched, owners: Owners) -> Around:
    return Around(
        copies=articles.story_members(tx, article.story_id, limit=MOST_COPIES),
        fired=alerts.alerts_of_articles(tx, [article.article_id], owners=owners),
        watches=watches.list_watches(tx, owners=owners, limit=MOST_WATCHES),
        versions=len(articles.list_versions(tx, article.article_id)),
    )


def _entities(article: ArticleEnriched) -> dict[str, list[tuple[Entity, int]]]:
    """By type, with how often each is mentioned."""
    found: dict[str, list[tuple[Entity, int]]] = {}
    for entity in sorted(article.entities, key=lambda each: (-len(each.mentions), each.name)):
        kind = found.setdefault(entity.type, [])
        if entity.type in SHOWN_TYPES and len(kind) < MOST_ENTITIES:
            kind.append((entity, len(entity.mentions)))
    return {kind: found[kind] for kind in SHOWN_TYPES if found.get(kind)}
