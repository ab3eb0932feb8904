"""`/api/v1/alerts`, live ones by server-sent events."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Header, Query
from fastapi.responses import StreamingResponse

from presswatch_shared.errors import Retry
from presswatch_shared.store import alerts
from presswatch_shared.store.alerts import AlertRow
from presswatch_shared.store.ownership import Owners
from presswatch_web.access.principal import Who
from presswatch_web.api.alert_shapes import AlertOut, AlertPage, alert_out
from presswatch_web.api.fields import Limit, PathId, WatchFilter
from presswatch_web.api.paging import BeforeNumber, number_in
from presswatch_web.dependencies import Deps, Live
from presswatch_web.live import LiveAlerts
from presswatch_web.problems import Problem, documented

__all__ = ["router"]

RECONNECT_MS = 2000

router = APIRouter(prefix="/api/v1", tags=["alerts"])


@router.get("/alerts", response_model=AlertPage, responses=documented())
async def list_alerts(
    deps: Deps,
    who: Who,
    watch: WatchFilter = "",
    limit: Annotated[Limit, Query()] = 50,
    cursor: BeforeNumber = "",
) -> AlertPage:
    """Alerts, newest first."""
    before = number_in(cursor)
    rows = await deps.store.read(
        alerts.list_alerts, before=before, watch_id=watch or None, owners=who.owners, limit=limit
    )
    return AlertPage(
        items=[alert_out(row) for row in rows],
        next=str(rows[-1].seq) if len(rows) == limit else None,
    )


# An endless answer has no place in OpenAPI, whose readers wait for the end; the description of the API tells of it.
@router.get("/alerts/stream", include_in_schema=False)
async def stream_alerts(
    deps: Deps,
    live: Live,
    who: Who,
    last_event_id: Annotated[str, Header(pattern=r"^[0-9]{0,18}$")] = "",
    after: Annotated[str, Query(pattern=r"^[0-9]{0,18}$")] = "",
) -> StreamingResponse:
    """Alerts as they fire. `Last-Event-ID` (or `after`) goes on behind an alert; else it begins with the next one."""
    if live.is_full:
        raise Problem(503, "too many live connections: try again in a minute", headers={"Retry-After": "60"})
    position = last_event_id or after
    events = _events(live, int(position) if position else None, deps.settings.heartbeat, who.owners)
    return StreamingResponse(events, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


@router.get("/alerts/{alert_id}", response_model=AlertOut, responses=documented(404))
async def get_alert(alert_id: PathId, deps: Deps) -> AlertOut:
    """One alert."""
    row = await deps.store.read(alerts.get_alert, alert_id)
    if row is None:
        raise Problem(404, "there is no such alert")
    return alert_out(row)


async def _events(live: LiveAlerts, after: int | None, heartbeat: float, owners: Owners) -> AsyncIterator[str]:
    yield f"retry: {RECONNECT_MS}\n\n"
    # A store that is away ends the stream; the listener comes again behind the last alert it saw.
    with suppress(Retry):
        async for row in live.listen(after, heartbeat, owners=owners):
            yield ": still here\n\n" if row is None else live.told(row, _event)


def _event(row: AlertRow) -> str:
    return f"id: {row.seq}\nevent: alert\ndata: {alert_out(row).model_dump_json()}\n\n"
