"""Objects of other users: what a path names is looked up once, before its handler, and is not there for strangers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fastapi import Request

from presswatch_shared.store import alerts, channels, deliveries, notices, saved_searches, watches
from presswatch_shared.store.database import Tx
from presswatch_web.access.principal import Who
from presswatch_web.dependencies import Deps
from presswatch_web.problems import Problem

__all__ = ["refuse_foreign"]

LONGEST = 64


async def refuse_foreign(request: Request, who: Who, deps: Deps) -> None:
    """Raises: Problem: 404, in the words that are used where there is no such thing."""
    if who.owners is None:
        return
    for name, value in request.path_params.items():
        if name in OWNER_BY_PARAMETER and len(str(value)) <= LONGEST:
            owner = await deps.store.read(OWNER_BY_PARAMETER[name], str(value))
            # Before the rest of the request is read: what is wrong with that would tell that there is something.
            if owner is None or not who.sees(owner):
                raise Problem(404, f"there is no such {name.removesuffix('_id')}")


def _of_watch(tx: Tx, watch_id: str) -> str | None:
    return watches.owners_of(tx, [watch_id]).get(watch_id)


def _of_channel(tx: Tx, channel_id: str) -> str | None:
    channel = channels.get_channel(tx, channel_id)
    return None if channel is None else _of_watch(tx, channel.watch_id)


def _of_alert(tx: Tx, alert_id: str) -> str | None:
    alert = alerts.get_alert(tx, alert_id)
    return None if alert is None else _of_watch(tx, alert.watch_id)


def _of_delivery(tx: Tx, delivery_id: str) -> str | None:
    delivery = deliveries.get_delivery(tx, int(delivery_id)) if delivery_id.isdigit() else None
    return None if delivery is None else _of_watch(tx, delivery.watch_id)


def _of_notice(tx: Tx, notice_id: str) -> str | None:
    notice = notices.get_notice(tx, notice_id)
    return None if notice is None else notice.owner


def _of_search(tx: Tx, search_id: str) -> str | None:
    saved = saved_searches.get_search(tx, search_id)
    return None if saved is None else saved.owner


OWNER_BY_PARAMETER: Mapping[str, Callable[[Tx, str], str | None]] = {
    "watch_id": _of_watch,
    "channel_id": _of_channel,
    "alert_id": _of_alert,
    "delivery_id": _of_delivery,
    "notice_id": _of_notice,
    "search_id": _of_search,
}
"""Whose a thing is, by the name that paths give it; None where there is no such thing."""
