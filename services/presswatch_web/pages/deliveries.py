"""The page of deliveries: what went out or waits to, every try of it, and once more."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from presswatch_shared.store import deliveries
from presswatch_shared.store.database import Tx
from presswatch_shared.store.deliveries import Delivery, DeliveryFilter, Try
from presswatch_web.access.principal import Who
from presswatch_web.api.deliveries import DeliveryId, send_again
from presswatch_web.api.paging import BeforeNumber, number_in
from presswatch_web.dependencies import Deps
from presswatch_web.pages.links import page_address
from presswatch_web.pages.templating import render
from presswatch_web.problems import Problem

__all__ = ["router"]

PAGE = 50
State = Literal["", "pending", "delivered", "given_up", "channel_disabled", "dropped", "superseded"]

router = APIRouter(include_in_schema=False)


@router.api_route("/deliveries", methods=["GET", "HEAD"])
async def deliveries_page(
    request: Request,
    deps: Deps,
    who: Who,
    state: Annotated[State, Query()] = "",
    watch: str = "",
    cursor: BeforeNumber = "",
) -> Response:
    """The newest first."""
    watch_id = watch[:64].replace("\x00", "") or None
    only = DeliveryFilter(owners=who.owners, state=state or None, watch_id=watch_id)
    rows = await deps.store.read(deliveries.list_deliveries, only=only, before=number_in(cursor), limit=PAGE)
    counts = await deps.store.read(
        deliveries.count_delivery_states, only=DeliveryFilter(owners=who.owners, watch_id=watch_id)
    )
    return render(
        request,
        "deliveries.html",
        rows=rows,
        counts=counts,
        state=state,
        watch=watch_id or "",
        more=str(rows[-1].id) if len(rows) == PAGE else "",
        address=lambda state, cursor="": _address(state, watch_id, cursor),
        now=deps.clock.now(),
    )


@router.api_route("/deliveries/{delivery_id}", methods=["GET", "HEAD"])
async def delivery_page(request: Request, delivery_id: DeliveryId, deps: Deps) -> Response:
    """One delivery with every try."""

    def found(tx: Tx) -> tuple[Delivery, list[Try]]:
        delivery = deliveries.get_delivery(tx, delivery_id)
        if delivery is None:
            raise Problem(404, "there is no such delivery")
        return delivery, list(deliveries.list_tries(tx, delivery_id))

    delivery, tries = await deps.store.read(found)
    return render(request, "delivery.html", delivery=delivery, tries=tries, now=deps.clock.now())


@router.post("/deliveries/{delivery_id}")
async def replay_delivery(delivery_id: DeliveryId, deps: Deps) -> Response:
    """Once more, under the same id."""
    await deps.store.run(send_again, delivery_id, now=deps.clock.now())
    return RedirectResponse(f"/deliveries/{delivery_id}", 303)


def _address(state: str, watch_id: str | None, cursor: str) -> str:
    return page_address("/deliveries", state=state, watch=watch_id or "", cursor=cursor)
