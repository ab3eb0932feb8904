"""`/api/v1/searches`: searches that somebody keeps."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from presswatch_shared.clock import from_micros
from presswatch_shared.index.port import Sort
from presswatch_shared.store import saved_searches
from presswatch_shared.store.database import Tx
from presswatch_shared.store.ownership import SHARED
from presswatch_shared.store.saved_searches import SavedSearch
from presswatch_web import saving
from presswatch_web.access.principal import Who
from presswatch_web.api.fields import NO_NUL, Answer, Body, Encodable, IdempotencyKey, Limit, Moment, Name, PathId
from presswatch_web.api.paging import AfterPlace, place, place_in
from presswatch_web.api.repeats import create
from presswatch_web.dependencies import Deps
from presswatch_web.problems import documented
from presswatch_web.searching import Asked

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/searches", tags=["searches"])
Values = Annotated[list[Name], Field(max_length=50, default_factory=list)]
OneOf = Annotated[str, Field(max_length=64, pattern=NO_NUL), Encodable]


class NewSearchBody(Body):
    """A search to keep, as the page has it."""

    name: Annotated[Name, Field(description="Called by what it asks if left empty.")] = ""
    shared: Annotated[bool, Field(description="Whether the whole team has it.")] = False
    q: Annotated[str, Field(max_length=20_000, pattern=NO_NUL), Encodable] = ""
    since: Annotated[Moment, Field(pattern=NO_NUL), Encodable] = ""
    until: Annotated[Moment, Field(pattern=NO_NUL), Encodable] = ""
    source: Values
    lang: Values
    country: Values
    category: Values
    entity: Values
    story: OneOf = ""
    sort: Annotated[Sort, Field(strict=False)] = Sort.NEWEST
    fold: Annotated[bool, Field(description="Whether each story is shown once.")] = True

    def asked(self) -> Asked:
        given = self.model_dump(exclude={"name", "shared"}).items()
        values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in given}
        return Asked(**values)


class SearchSavedOut(Answer):
    """A search that is kept; `address` is where the page shows it."""

    id: str
    name: str
    shared: bool
    address: str
    created_at: datetime


class SavedSearchPage(Answer):
    items: list[SearchSavedOut]
    next: str | None


@router.get("", response_model=SavedSearchPage, responses=documented())
async def list_searches(
    deps: Deps, who: Who, limit: Annotated[Limit, Query()] = 50, cursor: AfterPlace = ""
) -> SavedSearchPage:
    """One's own and the team's, in the order they were saved."""
    found = await deps.store.read(saved_searches.list_searches, owners=who.owners, after=place_in(cursor), limit=limit)
    last = found[-1] if len(found) == limit else None
    return SavedSearchPage(
        items=[saved_out(saved) for saved in found], next=place(last.created_at, last.id) if last else None
    )


@router.post("", status_code=201, response_model=SearchSavedOut, responses=documented(409))
async def save_search(
    body: NewSearchBody, request: Request, deps: Deps, who: Who, key: IdempotencyKey = None
) -> Response:
    """Keep a search."""

    def work(tx: Tx) -> SearchSavedOut:
        owner = SHARED if body.shared else who.user_id
        return saved_out(saving.save(tx, body.asked(), body.name, owner=owner, now=deps.clock.now()))

    return await create(deps, request, body, key, work)


@router.get("/{search_id}", response_model=SearchSavedOut, responses=documented(404))
async def get_search(search_id: PathId, deps: Deps) -> SearchSavedOut:
    """One of them."""
    return saved_out(await deps.store.read(saving.look_up, search_id))


@router.delete("/{search_id}", status_code=204, response_class=Response, responses=documented(404))
async def remove_search(search_id: PathId, deps: Deps) -> Response:
    """Keep it no longer."""
    await deps.store.run(saving.remove, search_id)
    return Response(status_code=204)


def saved_out(saved: SavedSearch) -> SearchSavedOut:
    return SearchSavedOut(
        id=saved.id,
        name=saved.name,
        shared=saved.owner == SHARED,
        address=saving.address_of(saved),
        created_at=from_micros(saved.created_at),
    )
