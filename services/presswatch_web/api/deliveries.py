"""`/api/v1/deliveries`: the ledger of what went out, every try of it, sending again, export."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import StreamingResponse

from presswatch_shared.clock import from_micros
from presswatch_shared.delivery_export import ExportFormat, export_page, header_line
from presswatch_shared.errors import BadInput
from presswatch_shared.logs import redact_text
from presswatch_shared.moments import parse_moment
from presswatch_shared.store import channels, deliveries, outbox
from presswatch_shared.store.database import Tx
from presswatch_shared.store.deliveries import Delivery, DeliveryFilter, Try
from presswatch_web.access.principal import Who
from presswatch_web.api.fields import Answer, Limit, Moment, WatchFilter, moment
from presswatch_web.api.paging import BeforeNumber, number_in
from presswatch_web.dependencies import Deps, WebDependencies
from presswatch_web.problems import Problem, documented

__all__ = ["DeliveryOut", "delivery_out", "router", "send_again"]

State = Literal["", "pending", "delivered", "given_up", "channel_disabled", "dropped", "superseded"]
Outcome = Literal[
    "",
    "delivered",
    "gone",
    "rejected",
    "redirected",
    "timeout",
    "unreachable",
    "blocked",
    "failed",
    "bounced",
    "deferred",
]
DeliveryId = Annotated[int, Path(ge=1, le=10**18)]
Id = Annotated[str, Query(pattern=r"^[A-Za-z0-9_-]{0,64}$")]
Text = Annotated[str, Query(max_length=200, pattern=r"^[^\x00]*$", description="Part of a target or an answer.")]
MEDIA = {"csv": "text/csv; charset=utf-8", "ndjson": "application/x-ndjson"}

router = APIRouter(prefix="/api/v1/deliveries", tags=["deliveries"])


class DeliveryOut(Answer):
    """A message on its way through a channel."""

    id: int
    alert_id: str
    watch_id: str
    channel_id: str
    channel: str
    target: str
    kind: str
    state: str
    tries: int
    due_at: datetime
    created_at: datetime
    finished_at: datetime | None
    last_outcome: str | None
    last_status: int | None
    last_detail: str | None
    last_at: datetime | None


class TryOut(Answer):
    """One try, and what the other side said."""

    number: int
    at: datetime
    outcome: str
    status: int | None
    detail: str
    seconds: float


class DeliveryPage(Answer):
    items: list[DeliveryOut]
    next: str | None


class DeliveryWithTries(DeliveryOut):
    history: list[TryOut]


def _filter(
    deps: Deps,
    who: Who,
    watch: WatchFilter = "",
    state: Annotated[State, Query()] = "",
    outcome: Annotated[Outcome, Query(description="Of the last try.")] = "",
    channel: Annotated[Literal["", "webhook", "email", "apprise"], Query()] = "",
    kind: Annotated[Literal["", "fired", "updated", "digest", "test", "notice"], Query()] = "",
    channel_id: Id = "",
    alert: Id = "",
    text: Text = "",
    since: Annotated[Moment, Query()] = "",
    until: Annotated[Moment, Query()] = "",
) -> DeliveryFilter:
    return DeliveryFilter(
        owners=who.owners,
        watch_id=watch or None,
        state=state or None,
        outcome=outcome or None,
        channel_kind=channel or None,
        kind=kind or None,
        channel_id=channel_id or None,
        alert_id=alert or None,
        text=text or None,
        since=_moment(since, "since", deps.clock.now()),
        until=_moment(until, "until", deps.clock.now(), end_of_day=True),
    )


Only = Annotated[DeliveryFilter, Depends(_filter)]


@router.get("", response_model=DeliveryPage, responses=documented())
async def list_deliveries(
    deps: Deps, only: Only, limit: Annotated[Limit, Query()] = 50, cursor: BeforeNumber = ""
) -> DeliveryPage:
    """What went out or waits to, newest first."""
    rows = await deps.store.read(deliveries.list_deliveries, only=only, before=number_in(cursor), limit=limit)
    return DeliveryPage(
        items=[delivery_out(row) for row in rows],
        next=str(rows[-1].id) if len(rows) == limit else None,
    )


# Endless in principle, so not among what readers of the document try out; the description of the API tells of it.
@router.get("/export", include_in_schema=False)
async def export_deliveries(
    deps: Deps, only: Only, form: Annotated[ExportFormat, Query(alias="format")] = "ndjson"
) -> StreamingResponse:
    """All that the filter finds, with every try; streamed, without a limit."""
    name = f'attachment; filename="deliveries.{form}"'
    return StreamingResponse(_exported(deps, only, form), media_type=MEDIA[form], headers={"Content-Disposition": name})


@router.get("/{delivery_id}", response_model=DeliveryWithTries, responses=documented(404))
async def get_delivery(delivery_id: DeliveryId, deps: Deps) -> DeliveryWithTries:
    """One delivery with every try of it."""

    def found(tx: Tx) -> DeliveryWithTries:
        delivery = _found(tx, delivery_id)
        history = [_try_out(made) for made in deliveries.list_tries(tx, delivery_id)]
        return DeliveryWithTries(**delivery_out(delivery).model_dump(), history=history)

    return await deps.store.read(found)


@router.post("/{delivery_id}/replay", response_model=DeliveryOut, responses=documented(404, 409))
async def replay_delivery(delivery_id: DeliveryId, deps: Deps) -> DeliveryOut:
    """Deliver once more; the receiver sees the same id."""
    return delivery_out(await deps.store.run(send_again, delivery_id, now=deps.clock.now()))


def send_again(tx: Tx, delivery_id: int, *, now: int) -> Delivery:
    """Raises:
    Problem: 404, or 409 where its channel is switched off or gone.
    """
    delivery = _found(tx, delivery_id)
    channel = channels.get_channel(tx, delivery.channel_id)
    if channel is None or channel.state != channels.ACTIVE:
        raise Problem(409, "the channel of this delivery is switched off: switch it on first")
    outbox.send_again(tx, delivery_id, now=now)
    return _found(tx, delivery_id)


def delivery_out(delivery: Delivery) -> DeliveryOut:
    """Without keys that an address may hold."""
    return DeliveryOut(
        id=delivery.id,
        alert_id=delivery.alert_id,
        watch_id=delivery.watch_id,
        channel_id=delivery.channel_id,
        channel=delivery.channel_kind,
        target=redact_text(delivery.target),
        kind=delivery.kind,
        state=delivery.state,
        tries=delivery.tries,
        due_at=from_micros(delivery.due_at),
        created_at=from_micros(delivery.created_at),
        finished_at=moment(delivery.finished_at),
        last_outcome=delivery.last_outcome,
        last_status=delivery.last_status,
        last_detail=None if delivery.last_detail is None else redact_text(delivery.last_detail),
        last_at=moment(delivery.last_at),
    )


def _try_out(made: Try) -> TryOut:
    return TryOut(
        number=made.number,
        at=from_micros(made.at),
        outcome=made.outcome,
        status=made.status,
        detail=redact_text(made.detail),
        seconds=made.seconds,
    )


def _found(tx: Tx, delivery_id: int) -> Delivery:
    delivery = deliveries.get_delivery(tx, delivery_id)
    if delivery is None:
        raise Problem(404, "there is no such delivery")
    return delivery


def _moment(text: str, name: str, now: int, *, end_of_day: bool = False) -> int | None:
    try:
        return parse_moment(text, now=now, end_of_day=end_of_day) if text else None
    except BadInput as error:
        raise Problem(422, f"query.{name}: {error}") from error


async def _exported(deps: WebDependencies, only: DeliveryFilter, form: ExportFormat) -> AsyncIterator[str]:
    yield header_line(form)
    before: int | None = None
    while True:
        text, before = await deps.store.read(export_page, only=only, before=before, form=form)
        yield text
        if before is None:
            return
