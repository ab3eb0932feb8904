"""Pages of dead letters, for administrators: why each was set aside, put back or give up, resume a paused stage."""

from __future__ import annotations

import json
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from presswatch_shared.errors import BadInput
from presswatch_shared.moments import parse_moment
from presswatch_web.api.dead_letters import Filter, Offset, Partition, Topic, entry_id
from presswatch_web.dependencies import Deps
from presswatch_web.pages.links import page_address
from presswatch_web.pages.templating import render
from presswatch_web.problems import Problem

__all__ = ["router"]

SHOWN = 100
FormWord = Annotated[str, Form(pattern=r"^[A-Za-z0-9_.-]{0,64}$")]
Done = Annotated[int | None, Query(ge=0, le=10**9)]

router = APIRouter(include_in_schema=False)


@router.api_route("/dead-letters", methods=["GET", "HEAD"])
async def dead_letters_page(
    request: Request,
    deps: Deps,
    stage: Filter = "",
    reason: Filter = "",
    replayed: Done = None,
    discarded: Done = None,
) -> Response:
    """Counts by stage and reason, and the newest."""
    now = deps.clock.now()
    letters = await deps.dead_letters.listed(stage=stage, reason=reason, limit=SHOWN)
    everything = letters if not stage and not reason else await deps.dead_letters.listed(limit=1)
    return render(
        request,
        "dead_letters.html",
        letters=letters,
        all_letters=everything,
        moments={entry["id"]: parse_moment(entry["at"], now=now) for entry in letters["entries"]},
        stage=stage,
        reason=reason,
        replayed=replayed,
        discarded=discarded,
        address=lambda stage, reason: page_address("/dead-letters", stage=stage, reason=reason),
        now=now,
    )


@router.api_route("/dead-letters/{topic}/{partition}/{offset}", methods=["GET", "HEAD"])
async def dead_letter_page(
    request: Request, topic: Topic, partition: Partition, offset: Offset, deps: Deps
) -> Response:
    """One in full."""
    now = deps.clock.now()
    try:
        letter = await deps.dead_letters.one(entry_id(topic, partition, offset))
    except BadInput as error:
        raise Problem(404, "there is no such dead letter: it was put back, discarded, or its time is over") from error
    message = letter["message"]
    return render(
        request,
        "dead_letter.html",
        letter=letter,
        at=parse_moment(letter["at"], now=now),
        message=message if isinstance(message, str) else json.dumps(message, indent=2, ensure_ascii=False),
        now=now,
    )


@router.post("/dead-letters")
async def handle_dead_letters(
    deps: Deps,
    action: Annotated[Literal["replay", "discard"], Form()],
    letter: Annotated[list[str], Form(max_length=SHOWN)] = [],  # noqa: B006 (the framework copies a default)
    which: Annotated[Literal["ticked", "all"], Form()] = "ticked",
    stage: FormWord = "",
    reason: FormWord = "",
) -> Response:
    """Put back or give up those that are ticked, or all that the filters leave."""
    if which == "ticked" and not letter:
        raise Problem(422, "tick the dead letters that are meant, or choose all of them")
    ids = letter if which == "ticked" else []
    work = deps.dead_letters.replay if action == "replay" else deps.dead_letters.discard
    try:
        count = await work(ids, stage=stage, reason=reason)
    except BadInput as error:
        raise Problem(409, "one of them is none any more: look at the list again") from error
    done = {"replayed" if action == "replay" else "discarded": str(count)}
    return RedirectResponse(page_address("/dead-letters", stage=stage, reason=reason, **done), 303)


@router.post("/dead-letters/stages/{stage}")
async def resume_stage(stage: Topic, deps: Deps) -> Response:
    """Let a stage go on that was paused after too many failures."""
    try:
        deps.dead_letters.resume(stage)
    except BadInput as error:
        raise Problem(409, "this stage is not paused on this machine") from error
    return RedirectResponse("/dead-letters", 303)
