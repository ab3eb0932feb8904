"""`/api/v1/inbox` and `/api/v1/notices`: what came in, what became of it, and sorting it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from presswatch_shared.store import holding_back, inbox, notices
from presswatch_shared.store.database import Tx
from presswatch_shared.store.inbox import InboxFilter, InboxItem
from presswatch_web.access.principal import Who
from presswatch_web.api.alert_shapes import AlertOut, alert_out
from presswatch_web.api.channel_shapes import NoticePage, notice_out
from presswatch_web.api.fields import Answer, Body, Limit, PathId, WatchFilter, moment
from presswatch_web.api.paging import BeforeNumber, number_in
from presswatch_web.dependencies import Deps
from presswatch_web.problems import Problem, documented

__all__ = ["router"]

State = Literal["unread", "read", "kept"]
Told = Literal["sent", "pending", "suppressed"]

router = APIRouter(prefix="/api/v1", tags=["inbox"])


class InboxItemOut(Answer):
    """An alert in the inbox: sorted as `state`, told as `told` for the `reason` given."""

    state: State
    told: Told
    reason: str
    digest_due_at: datetime | None
    digest_id: str | None
    received_at: datetime
    alert: AlertOut


class InboxPage(Answer):
    items: list[InboxItemOut]
    next: str | None


class InboxCounts(Answer):
    """Every alert is one of the three of `told`: their sum is all that matched."""

    state: dict[State, int]
    told: dict[Told, int]
    suppressed: dict[str, int]


class ItemStateBody(Body):
    state: State


class MutedOut(Answer):
    story: str
    muted: bool


@router.get("/inbox", response_model=InboxPage, responses=documented())
async def list_inbox(
    deps: Deps,
    who: Who,
    state: Annotated[Literal["", "unread", "read", "kept"], Query()] = "",
    told: Annotated[Literal["", "sent", "pending", "suppressed"], Query()] = "",
    watch: WatchFilter = "",
    limit: Annotated[Limit, Query()] = 50,
    cursor: BeforeNumber = "",
) -> InboxPage:
    """What came in, newest first; also what was held back, with the reason."""
    only = InboxFilter(owners=who.owners, state=state or None, told=told or None, watch_id=watch or None)
    items = await deps.store.read(inbox.list_inbox, only=only, before=number_in(cursor), limit=limit)
    return InboxPage(
        items=[_item_out(item) for item in items], next=str(items[-1].seq) if len(items) == limit else None
    )


@router.get("/inbox/counts", response_model=InboxCounts, responses=documented())
async def count_inbox(deps: Deps, who: Who, watch: WatchFilter = "") -> InboxCounts:
    """How many there are, by state, by what was told, and why the others were not."""

    def counted(tx: Tx) -> InboxCounts:
        only = InboxFilter(owners=who.owners, watch_id=watch or None)
        document = {
            "state": inbox.count_states(tx, only=only),
            "told": inbox.count_told(tx, only=only),
            "suppressed": holding_back.reasons(tx, watch_id=watch or None, owners=who.owners),
        }
        return InboxCounts.model_validate(document)

    return await deps.store.read(counted)


@router.patch("/inbox/{alert_id}", response_model=InboxItemOut, responses=documented(404))
async def mark_item(alert_id: PathId, body: ItemStateBody, deps: Deps) -> InboxItemOut:
    """Sort an alert: unread, read, or kept."""

    def marked(tx: Tx) -> InboxItem:
        inbox.mark_items(tx, [alert_id], body.state)
        return _found(tx, alert_id)

    return _item_out(await deps.store.run(marked))


@router.post("/inbox/{alert_id}/mute", response_model=MutedOut, responses=documented(404))
async def mute_story(alert_id: PathId, deps: Deps) -> MutedOut:
    """Tell nothing more of the story of an alert, by whatever watch; updates stand in the inbox as read."""

    def muted(tx: Tx) -> str:
        item = _found(tx, alert_id)
        holding_back.mute_story(tx, owner=item.owner, story_id=item.alert.story_id, now=deps.clock.now())
        return item.alert.story_id

    return MutedOut(story=await deps.store.run(muted), muted=True)


@router.delete("/inbox/{alert_id}/mute", response_model=MutedOut, responses=documented(404))
async def unmute_story(alert_id: PathId, deps: Deps) -> MutedOut:
    """Tell of the story again, from its next alert on."""

    def unmuted(tx: Tx) -> str:
        item = _found(tx, alert_id)
        holding_back.unmute_story(tx, owner=item.owner, story_id=item.alert.story_id)
        return item.alert.story_id

    return MutedOut(story=await deps.store.run(unmuted), muted=False)


@router.get("/notices", response_model=NoticePage, responses=documented(), tags=["notices"])
async def list_notices(
    deps: Deps,
    who: Who,
    unread: Annotated[Literal["", "1"], Query(description="`1`: only unread ones.")] = "",
    limit: Annotated[Limit, Query()] = 50,
) -> NoticePage:
    """Channels that stopped working, newest first."""
    found = await deps.store.read(notices.list_notices, owners=who.owners, unread=unread == "1", limit=limit)
    return NoticePage(items=[notice_out(notice) for notice in found])


@router.post(
    "/notices/{notice_id}/read",
    status_code=204,
    response_class=Response,
    responses=documented(404),
    tags=["notices"],
)
async def mark_notice_read(notice_id: PathId, deps: Deps) -> Response:
    """A notice has been seen."""
    if not await deps.store.run(notices.mark_notice_read, notice_id, now=deps.clock.now()):
        raise Problem(404, "there is no such notice")
    return Response(status_code=204)


def _found(tx: Tx, alert_id: str) -> InboxItem:
    item = inbox.get_item(tx, alert_id)
    if item is None:
        raise Problem(404, "there is no such alert")
    return item


def _item_out(item: InboxItem) -> InboxItemOut:
    return InboxItemOut.model_validate(
        {
            "state": item.state,
            "told": item.told,
            "reason": item.reason,
            "digest_due_at": moment(item.window_end),
            "digest_id": item.digest_id,
            "received_at": moment(item.created_at),
            "alert": alert_out(item.alert),
        }
    )
