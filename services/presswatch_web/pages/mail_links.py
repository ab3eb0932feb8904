"""Where the links of a mail lead, without login: no more mails, and no more of a story.

By RFC 8058 a mail program ends a list by a POST; looking at the address (GET), as scanners do, changes nothing.
"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from presswatch_shared.store import alerts, channel_changes, channels, holding_back, watches
from presswatch_shared.store.channels import ACTIVE, EMAIL, Channel
from presswatch_shared.store.database import Tx
from presswatch_shared.store.watches import Watch
from presswatch_shared.texts import gettext
from presswatch_web.api.fields import PathId
from presswatch_web.dependencies import Deps
from presswatch_web.pages.templating import render
from presswatch_web.problems import Problem

__all__ = ["router"]

UNSUBSCRIBED = "the receiver wants no more mails"

router = APIRouter(include_in_schema=False)


@router.api_route("/unsubscribe/{token}", methods=["GET", "HEAD"])
async def ask_unsubscribe(request: Request, token: PathId, deps: Deps) -> Response:
    """Asks; the button does it."""
    channel, watch = await deps.store.read(_subscription, token)
    return render(
        request,
        "mail_link.html",
        title=gettext("No more mails?"),
        text=gettext("%(address)s gets mails of the watch “%(name)s”.", address=channel.target, name=watch.name),
        button="" if channel.state != ACTIVE else gettext("No more mails of this watch"),
        done="" if channel.state == ACTIVE else gettext("These mails have ended."),
    )


@router.post("/unsubscribe/{token}")
async def unsubscribe(request: Request, token: PathId, deps: Deps) -> Response:
    """Does it, however often it is asked; what waits is not sent any more."""
    now = deps.clock.now()

    def work(tx: Tx) -> tuple[Channel, Watch]:
        channel, watch = _subscription(tx, token)
        if channel.state == ACTIVE:
            channel_changes.disable(tx, channel, reason=UNSUBSCRIBED, now=now)
        return channel, watch

    channel, watch = await deps.store.run(work)
    text = gettext("%(address)s gets no more mails of the watch “%(name)s”.", address=channel.target, name=watch.name)
    return render(
        request, "mail_link.html", title=gettext("No more mails"), text=text, button="", done=gettext("Done.")
    )


@router.api_route("/mute/{token}/{alert_id}", methods=["GET", "HEAD"])
async def ask_mute(request: Request, token: PathId, alert_id: PathId, deps: Deps) -> Response:
    """Asks; the button does it."""
    title = await deps.store.read(_story_title, token, alert_id)
    return render(
        request,
        "mail_link.html",
        title=gettext("Mute this story?"),
        text=title,
        button=gettext("Tell me no more of it"),
        done="",
    )


@router.post("/mute/{token}/{alert_id}")
async def mute(request: Request, token: PathId, alert_id: PathId, deps: Deps) -> Response:
    """Does it: what still comes of the story stands in the inbox alone."""
    now = deps.clock.now()

    def work(tx: Tx) -> str:
        title = _story_title(tx, token, alert_id)
        _, watch = _subscription(tx, token)
        alert = alerts.get_alert(tx, alert_id)
        if alert is not None:
            holding_back.mute_story(tx, owner=watch.owner, story_id=alert.story_id, now=now)
        return title

    title = await deps.store.run(work)
    return render(
        request, "mail_link.html", title=gettext("The story is muted"), text=title, button="", done=gettext("Done.")
    )


def _subscription(tx: Tx, token: str) -> tuple[Channel, Watch]:
    channel = channels.channel_of_token(tx, token)
    watch = watches.get_watch(tx, channel.watch_id) if channel and channel.kind == EMAIL else None
    if channel is None or watch is None:
        raise Problem(404, "there are no such mails any more")
    return channel, watch


def _story_title(tx: Tx, token: str, alert_id: str) -> str:
    _, watch = _subscription(tx, token)
    alert = alerts.get_alert(tx, alert_id)
    if alert is None or alert.watch_id != watch.id:
        raise Problem(404, "there is no such alert")
    return alert.title[:300]
