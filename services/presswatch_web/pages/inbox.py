"""The inbox: every alert, newest first, sorted by hand; new ones come in live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from presswatch_shared.store import alerts, holding_back, inbox
from presswatch_shared.store.alerts import AlertRow
from presswatch_shared.store.database import Tx
from presswatch_shared.store.inbox import InboxFilter, InboxItem
from presswatch_shared.store.ownership import Owners
from presswatch_web.access.principal import Who
from presswatch_web.api.fields import PathId
from presswatch_web.api.paging import BeforeNumber, number_in
from presswatch_web.dependencies import Deps
from presswatch_web.pages.links import page_address
from presswatch_web.pages.own_paths import own_path
from presswatch_web.pages.templating import render
from presswatch_web.problems import Problem

__all__ = ["router"]

PAGE = 40
LATEST = 8
Show = Literal["", "unread", "kept", "held"]

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of the inbox: alerts, what is known of each in the inbox, and where the next page begins."""

    alerts: Sequence[AlertRow]
    items: Mapping[str, InboxItem]
    more: str
    counts: Mapping[str, int]
    muted: frozenset[tuple[str, str]]
    """Owner and story of those alerts whose story is muted."""


@router.api_route("/inbox", methods=["GET", "HEAD"])
async def inbox_page(
    request: Request,
    deps: Deps,
    who: Who,
    cursor: BeforeNumber = "",
    watch: str = "",
    show: Annotated[Show, Query()] = "",
) -> Response:
    """All alerts, or those of one watch, or those in one state."""
    before = number_in(cursor)
    watch_id = _watch_id(watch)
    sheet = await deps.store.read(_sheet, show, watch_id, who.owners, before)
    return render(
        request,
        "inbox.html",
        sheet=sheet,
        alerts=sheet.alerts,
        items=sheet.items,
        is_first=before is None,
        watch=watch_id or "",
        show=show,
        here=_address(show, watch_id, cursor),
        address=lambda shown, cursor="": _address(shown, watch_id, cursor),
        now=deps.clock.now(),
    )


@router.get("/inbox/latest")
async def latest_fragment(request: Request, deps: Deps, who: Who, limit: int = LATEST, watch: str = "") -> Response:
    """The newest alerts, as a piece of a page."""
    newest = max(1, min(limit, PAGE))
    rows = await deps.store.read(alerts.list_alerts, watch_id=_watch_id(watch), owners=who.owners, limit=newest)
    return render(request, "_alerts.html", alerts=rows, now=deps.clock.now())


@router.post("/inbox/{alert_id}")
async def sort_alert(
    alert_id: PathId,
    deps: Deps,
    state: Annotated[Literal["unread", "read", "kept", "mute", "unmute"], Form()],
    back: Annotated[str, Form(max_length=2000)] = "/inbox",
) -> Response:
    """Read, kept, unread again; or nothing more of its story, until it is told of again."""

    def work(tx: Tx) -> None:
        item = inbox.get_item(tx, alert_id)
        if item is None:
            raise Problem(404, "there is no such alert")
        if state == "unmute":
            holding_back.unmute_story(tx, owner=item.owner, story_id=item.alert.story_id)
        elif state == "mute":
            holding_back.mute_story(tx, owner=item.owner, story_id=item.alert.story_id, now=deps.clock.now())
        else:
            inbox.mark_items(tx, [alert_id], state)

    await deps.store.run(work)
    return RedirectResponse(own_path(back, "/inbox"), 303)


@router.post("/inbox")
async def mark_all_read(
    deps: Deps,
    who: Who,
    until: Annotated[int, Form(ge=0, le=10**18)],
    watch: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """All that was there when the page was made."""
    watch_id = _watch_id(watch)
    only = InboxFilter(owners=who.owners, watch_id=watch_id)
    await deps.store.run(inbox.mark_all_read, only=only, until=until)
    return RedirectResponse(_address("", watch_id, ""), 303)


def _sheet(tx: Tx, show: str, watch_id: str | None, owners: Owners, before: int | None) -> Sheet:
    own = InboxFilter(owners=owners, watch_id=watch_id)
    views = {"unread": replace(own, state=inbox.UNREAD), "kept": replace(own, state=inbox.KEPT)}
    views["held"] = replace(own, held_back=True)
    counts = {name: sum(inbox.count_states(tx, only=view).values()) for name, view in views.items()}
    if not show:
        rows = alerts.list_alerts(tx, before=before, watch_id=watch_id, owners=owners, limit=PAGE)
        items = inbox.items_of(tx, [row.alert_id for row in rows])
    else:
        found = inbox.list_inbox(tx, only=views[show], before=before, limit=PAGE)
        rows, items = [item.alert for item in found], {item.alert.alert_id: item for item in found}
    more = str(rows[-1].seq) if len(rows) == PAGE else ""
    muted = holding_back.muted_stories(tx, [(item.owner, item.alert.story_id) for item in items.values()])
    return Sheet(rows, items, more, counts, muted)


def _watch_id(text: str) -> str | None:
    return text[:64].replace("\x00", "") or None


def _address(show: str, watch_id: str | None, cursor: str) -> str:
    return page_address("/inbox", show=show, watch=watch_id or "", cursor=cursor)
