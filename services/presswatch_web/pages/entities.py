"""The page of an entity: how often it is named, where, how it is spelt, and who is named beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response

from presswatch_shared.clock import DAY, Micros, from_micros
from presswatch_shared.events import ArticleEnriched, Entity
from presswatch_shared.index.port import FacetCount, Filters, Hit, SearchRequest, SearchResult
from presswatch_web.dependencies import Deps, WebDependencies
from presswatch_web.pages.chart import Chart, day_chart
from presswatch_web.pages.links import Links, page_address
from presswatch_web.pages.templating import render
from presswatch_web.problems import Problem
from presswatch_web.searching import Asked

__all__ = ["router", "spellings"]

SHOWN = 20
MOST_LANGUAGES = 6
OF_EACH_LANGUAGE = 5
MOST_SPELLINGS = 4
MOST_NEIGHBOURS = 24
LONGEST_SPELLING = 80
FACETS = ("source", "lang", "entity")
# What is counted or dated is no neighbour that one would look up.
NO_NEIGHBOURS = ("date", "money", "percent")
EntityId = Annotated[str, Path(min_length=1, max_length=300, pattern=r"^[^\x00]*$")]

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Spelling:
    """The names it is given in a language, the most frequent first."""

    lang: str
    names: Sequence[str]


@router.api_route("/entities/{entity_id}", methods=["GET", "HEAD"])
async def entity_page(
    request: Request,
    entity_id: EntityId,
    deps: Deps,
    days: Annotated[Literal["30", "90"], Query()] = "30",
) -> Response:
    """Over all that is indexed; the chart over the days asked for."""
    now = deps.clock.now()
    found = await _search(deps, Filters(entities=(entity_id,)), limit=SHOWN, facets=FACETS, days=True)
    entity = next((each for hit in found.hits for each in hit.article.entities if each.id == entity_id), None)
    if entity is None:
        raise Problem(404, "no article that is indexed names this entity")
    spelt = await _spelt(deps, entity_id, found)
    return render(
        request,
        "entity.html",
        entity=entity,
        found=found,
        mentions={hit.article.article_id: mentions_of(hit.article, entity_id) for hit in found.hits},
        spelt=spelt,
        neighbours=_neighbours(found.facets["entity"], entity_id),
        span=days,
        chart=_chart(found, now, int(days)),
        watch_address=page_address("/watches/new", query=_query(entity, spelt), name=entity.name[:200]),
        links=Links(Asked(entity=(entity_id,))),
        now=now,
    )


def mentions_of(article: ArticleEnriched, entity_id: str) -> int:
    """How often the article names it."""
    return sum(len(each.mentions) for each in article.entities if each.id == entity_id)


def spellings(articles: Sequence[ArticleEnriched], entity_id: str) -> Sequence[str]:
    """How the articles write its name, the most frequent way first; case is no difference."""
    counts: Counter[str] = Counter()
    first: dict[str, str] = {}
    for article in articles:
        fields = {"title": article.title, "body": article.body, "lead": article.lead}
        for mention in (mention for each in article.entities if each.id == entity_id for mention in each.mentions):
            name = " ".join(fields.get(mention.field, "")[mention.start : mention.end].split())
            if 0 < len(name) <= LONGEST_SPELLING:
                counts[name.casefold()] += 1
                first.setdefault(name.casefold(), name)
    return [first[name] for name, _ in counts.most_common(MOST_SPELLINGS)]


async def _search(
    deps: WebDependencies, filters: Filters, *, limit: int, facets: Sequence[str] = (), days: bool = False
) -> SearchResult:
    return await deps.index.search(
        SearchRequest(filters=filters, limit=limit, facets=facets, days=days, facet_size=MOST_NEIGHBOURS * 2)
    )


async def _spelt(deps: WebDependencies, entity_id: str, found: SearchResult) -> Sequence[Spelling]:
    """By language, the one with most articles first."""
    hits: Mapping[str, Sequence[Hit]] = {"": found.hits}
    langs = [row.value for row in found.facets["lang"][:MOST_LANGUAGES]]
    if len(langs) > 1:
        hits = {
            lang: (await _search(deps, Filters(entities=(entity_id,), langs=(lang,)), limit=OF_EACH_LANGUAGE)).hits
            for lang in langs
        }
    elif langs:
        hits = {langs[0]: found.hits}
    named = (Spelling(lang, spellings([hit.article for hit in each], entity_id)) for lang, each in hits.items())
    return [spelling for spelling in named if spelling.names]


def _neighbours(rows: Sequence[FacetCount], entity_id: str) -> Sequence[tuple[FacetCount, str]]:
    """Named in the same articles, each with its kind."""
    kinds = ((row, row.value.partition(":")[0]) for row in rows if row.value != entity_id)
    return [(row, kind) for row, kind in kinds if kind not in NO_NEIGHBOURS][:MOST_NEIGHBOURS]


def _query(entity: Entity, spelt: Sequence[Spelling]) -> str:
    """In the watch language: any of the ways it is written."""
    names = [entity.name, *(name for spelling in spelt for name in spelling.names[:2])]
    cleaned = [name.replace('"', " ").strip() for name in names]
    different = {name.casefold(): name for name in reversed(cleaned) if name}
    return " OR ".join(f'"{name}"' for name in reversed(different.values()))


def _chart(found: SearchResult, now: Micros, days: int) -> Chart | None:
    first, last = from_micros(now - (days - 1) * DAY).date(), from_micros(now).date()
    counts = {each.day: each.count for each in found.days if first <= each.day <= last}
    return day_chart(counts, first=first, last=last)
