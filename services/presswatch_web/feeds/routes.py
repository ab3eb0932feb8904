"""`/feeds/TOKEN.atom` and `/feeds/TOKEN.json`: whoever knows the address may read."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Request, Response

from presswatch_shared.languages import language_named
from presswatch_shared.store import alerts, channels, watches
from presswatch_shared.store.channels import ACTIVE, FEED
from presswatch_shared.store.database import Tx
from presswatch_shared.store.reader_languages import languages_of
from presswatch_web.dependencies import Deps
from presswatch_web.feeds.atom import atom_feed
from presswatch_web.feeds.json_feed import json_feed
from presswatch_web.feeds.view import FeedView, feed_view
from presswatch_web.problems import Problem

__all__ = ["router"]

MOST = 100
Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
WRITERS: dict[str, tuple[Callable[[FeedView], bytes], str]] = {
    "atom": (atom_feed, "application/atom+xml; charset=utf-8"),
    "json": (json_feed, "application/feed+json; charset=utf-8"),
}

router = APIRouter(include_in_schema=False)


@router.api_route("/feeds/{token}.{form}", methods=["GET", "HEAD"])
async def feed(token: Token, form: Literal["atom", "json"], request: Request, deps: Deps) -> Response:
    """The newest alerts of a watch, also those that its policy kept from being sent."""
    base = deps.settings.link_base
    address = f"{base}/feeds/{token}.{form}"
    usual = deps.settings.language
    view = await deps.store.read(_view, token, self_url=address, public_url=base, usual_language=usual)
    write, media_type = WRITERS[form]
    body = write(view)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": "private, max-age=60", "x-robots-tag": "noindex"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=media_type)


def _view(tx: Tx, token: str, *, self_url: str, public_url: str, usual_language: str) -> FeedView:
    channel = channels.channel_of_token(tx, token)
    watch = watches.get_watch(tx, channel.watch_id) if channel and channel.kind == FEED else None
    if channel is None or watch is None or channel.state != ACTIVE:
        raise Problem(404, "there is no such feed")
    found = alerts.list_alerts(tx, watch_id=watch.id, limit=MOST)
    language = language_named(languages_of(tx, [watch.id]).get(watch.id, usual_language))
    return feed_view(watch, found, self_url=self_url, public_url=public_url, language=language)
