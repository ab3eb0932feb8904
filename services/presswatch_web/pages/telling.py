"""Forms on the page of a watch: where it tells, and when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from presswatch_shared.channel_rules import NewChannel
from presswatch_shared.clock import Micros
from presswatch_shared.errors import BadInput
from presswatch_shared.store.channels import WEBHOOK, Channel
from presswatch_shared.store.database import Tx
from presswatch_web import telling, watching
from presswatch_web.api.fields import PathId
from presswatch_web.dependencies import Deps, WebDependencies
from presswatch_web.pages.watch_forms import ChannelForm, PolicyForm, Refused, as_policy
from presswatch_web.pages.watches import watch_response
from presswatch_web.problems import Problem

__all__ = ["router"]

router = APIRouter(include_in_schema=False)


@router.post("/watches/{watch_id}/channels")
async def add_channel(
    request: Request, watch_id: PathId, deps: Deps, form: Annotated[ChannelForm, Depends()]
) -> Response:
    """One more place to tell; the secret of a webhook is on the page that answers, once."""
    new = NewChannel(kind=form.kind, address=form.address.replace("\x00", "").strip())

    def work(tx: Tx) -> str:
        made = telling.add_channel(tx, watch_id, new, schemes=deps.settings.apprise_schemes, now=deps.clock.now())
        return made.secret if made.kind == WEBHOOK else ""

    return await _answer(request, deps, watch_id, work, Refused(channel=form))


@router.post("/channels/{channel_id}")
async def change_channel(
    request: Request,
    channel_id: PathId,
    deps: Deps,
    action: Annotated[Literal["test", "enable", "disable", "remove", "renew", "rotate"], Form()],
) -> Response:
    """A test, off and on, gone, or a new secret."""
    channel = await deps.store.read(telling.found_channel, channel_id)
    answer = await _answer(request, deps, channel.watch_id, lambda tx: _act(tx, channel, action, deps.clock.now()))
    if action == "test" and answer.status_code == 303:
        answer.headers["location"] += "?tested=1"
    return answer


@router.post("/watches/{watch_id}/policy")
async def set_policy(
    request: Request, watch_id: PathId, deps: Deps, form: Annotated[PolicyForm, Depends()]
) -> Response:
    """Set it; it holds from the next alert on."""
    now = deps.clock.now()

    def work(tx: Tx) -> str:
        before = telling.policy_of(tx, watch_id)
        try:
            telling.set_policy(tx, watch_id, as_policy(form, before, now), now=now)
        except BadInput as error:
            raise Problem(422, str(error)) from error
        return ""

    return await _answer(request, deps, watch_id, work, Refused(policy=form))


async def _answer(
    request: Request, deps: WebDependencies, watch_id: str, work: Callable[[Tx], str], typed: Refused | None = None
) -> Response:
    """Do it: back to the page of the watch, unless there is something to say; then with what was typed."""
    secret, problem = "", None
    try:
        secret = await deps.store.run(work)
    except Problem as error:
        if error.status == 404:
            raise
        problem = error
    if not secret and problem is None:
        return RedirectResponse(f"/watches/{watch_id}", 303)
    view = await deps.store.read(watching.look_up, watch_id)
    return await watch_response(
        request,
        deps,
        view,
        query=view.watch.query,
        name=view.watch.name,
        telling_problem=problem,
        typed=typed if problem is not None else None,
        secret=secret,
    )


def _act(tx: Tx, channel: Channel, action: str, now: Micros) -> str:
    """The new secret, where there is one to tell."""
    if action == "rotate":
        return telling.rotate_secret(tx, channel.id, secret="", now=now)
    if action == "test":
        telling.send_test(tx, channel.id, now=now)
    elif action == "remove":
        telling.remove_channel(tx, channel.id, now=now)
    elif action == "renew":
        telling.renew_address(tx, channel.id)
    else:
        telling.change_channel(tx, channel.id, address=None, active=action == "enable", schemes=(), now=now)
    return ""
