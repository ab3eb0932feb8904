"""`/api/v1/dead-letters`: messages that a stage could not handle, for administrators."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from presswatch_shared.errors import BadInput
from presswatch_web.api.fields import Answer, Limit
from presswatch_web.dependencies import Deps
from presswatch_web.problems import Problem, documented

__all__ = ["Filter", "Offset", "Partition", "Topic", "entry_id", "router"]

Topic = Annotated[str, Path(pattern=r"^[A-Za-z0-9._-]{1,200}$")]
Partition = Annotated[int, Path(ge=0, le=10**6)]
Offset = Annotated[int, Path(ge=0, le=10**18)]
Filter = Annotated[str, Query(pattern=r"^[A-Za-z0-9_.-]{0,64}$")]

router = APIRouter(prefix="/api/v1/dead-letters", tags=["dead letters"])


class CountOut(Answer):
    topic: str
    stage: str
    reason: str
    count: int


class EntryOut(Answer):
    """A message that was set aside. `cut`: too large to be kept whole, so it cannot be put back."""

    id: str
    stage: str
    reason: str
    error: str
    attempts: int
    at: datetime
    topic: str
    partition: int
    offset: int
    size: int
    cut: bool


class PauseOut(Answer):
    """A stage that had too many failures waits for `presswatch dlq resume`."""

    stage: str
    reason: str
    since: datetime | None


class DeadLetterList(Answer):
    """Counts over all that fit, and the newest of them."""

    total: int
    counts: list[CountOut]
    entries: list[EntryOut]
    paused: list[PauseOut]


class DeadLetterOut(EntryOut):
    """One in full. `message` is the event, long texts cut, or the beginning of what is none."""

    key: str
    traceback: str
    message: Any = Field(default=None)


def entry_id(topic: str, partition: int, offset: int) -> str:
    """As `presswatch dlq` names it."""
    return f"{topic}/{partition}/{offset}"


@router.get("", response_model=DeadLetterList, responses=documented())
async def list_dead_letters(
    deps: Deps,
    stage: Filter = "",
    reason: Filter = "",
    limit: Annotated[Limit, Query()] = 50,
) -> DeadLetterList:
    """The newest, and counts of all."""
    found = await deps.dead_letters.listed(stage=stage, reason=reason, limit=limit)
    return DeadLetterList.model_validate(dict(found))


@router.get("/{topic}/{partition}/{offset}", response_model=DeadLetterOut, responses=documented(404))
async def get_dead_letter(topic: Topic, partition: Partition, offset: Offset, deps: Deps) -> DeadLetterOut:
    """One dead letter with its error, traceback and message."""
    try:
        found = await deps.dead_letters.one(entry_id(topic, partition, offset))
    except BadInput as error:
        raise Problem(404, "there is no such dead letter") from error
    return DeadLetterOut.model_validate(dict(found))


@router.post(
    "/{topic}/{partition}/{offset}/replay",
    status_code=204,
    response_class=Response,
    responses=documented(404, 409),
)
async def replay_dead_letter(topic: Topic, partition: Partition, offset: Offset, deps: Deps) -> Response:
    """Put it back, for the stage that failed alone."""
    try:
        put_back = await deps.dead_letters.replay([entry_id(topic, partition, offset)])
    except BadInput as error:
        raise Problem(404, "there is no such dead letter") from error
    if not put_back:
        raise Problem(409, "it was too large to be kept whole, so it cannot be put back")
    return Response(status_code=204)


@router.delete("/{topic}/{partition}/{offset}", status_code=204, response_class=Response, responses=documented(404))
async def discard_dead_letter(topic: Topic, partition: Partition, offset: Offset, deps: Deps) -> Response:
    """Give it up for good."""
    try:
        await deps.dead_letters.discard([entry_id(topic, partition, offset)])
    except BadInput as error:
        raise Problem(404, "there is no such dead letter") from error
    return Response(status_code=204)
