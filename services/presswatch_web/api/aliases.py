"""`/api/v1/aliases`: the team's, whoever made them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Response

from presswatch_shared.clock import Micros
from presswatch_shared.errors import BadInput
from presswatch_shared.store import aliases
from presswatch_shared.store.aliases import Alias, AliasInUse
from presswatch_shared.store.database import Tx
from presswatch_web.access.principal import Principal, Who
from presswatch_web.api.alias_shapes import AfterName, AliasBody, AliasName, AliasOut, AliasPage, alias_out
from presswatch_web.api.fields import Limit
from presswatch_web.dependencies import Deps
from presswatch_web.problems import Problem, ProblemItem, documented

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/aliases", tags=["aliases"])


@router.get("", response_model=AliasPage, responses=documented())
async def list_aliases(deps: Deps, limit: Annotated[Limit, Query()] = 50, cursor: AfterName = "") -> AliasPage:
    """All aliases with their entries, by name."""
    found = await deps.store.read(aliases.list_aliases, after=cursor, limit=limit)
    return AliasPage(
        items=[alias_out(alias) for alias in found],
        next=found[-1].name if len(found) == limit else None,
    )


@router.put("/{alias_name}", response_model=AliasOut, responses=documented(409))
async def save_alias(alias_name: AliasName, body: AliasBody, deps: Deps, who: Who) -> AliasOut:
    """Make an alias, or give it other entries. Each watch that reaches it gets a new version that holds from now on."""
    try:
        return alias_out(await deps.store.run(_saved, alias_name, body.entries, now=deps.clock.now()))
    except AliasInUse as error:
        raise _needed(error, who) from error
    except BadInput as error:
        item = ProblemItem(code="unusable", message=str(error))
        raise Problem(422, str(error), errors=[item]) from error


@router.delete("/{alias_name}", status_code=204, response_class=Response, responses=documented(404, 409))
async def remove_alias(alias_name: AliasName, deps: Deps, who: Who) -> Response:
    """Remove an alias that no watch needs."""
    try:
        removed = await deps.store.run(aliases.remove_alias, alias_name, now=deps.clock.now())
    except AliasInUse as error:
        raise _needed(error, who) from error
    if not removed:
        raise Problem(404, "there is no such alias")
    return Response(status_code=204)


def _saved(tx: Tx, name: str, entries: Sequence[str], *, now: Micros) -> Alias:
    """A request sent twice does not begin the watches anew, which would lose what was fetched in between."""
    known = aliases.get_alias(tx, name)
    if known is not None and known.entries == tuple(entries):
        return known
    aliases.save_alias(tx, name, entries, now=now)
    saved = aliases.get_alias(tx, name)
    assert saved is not None
    return saved


def _needed(error: AliasInUse, who: Principal) -> Problem:
    """Which watch it is, only for those who see the watch."""
    return Problem(409, str(error) if who.sees(error.owner) else "a watch of another user needs the alias")
