"""`presswatch deliveries`: what went out, what waits, each try; and sending again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from presswatch_cli.tables import render_rows
from presswatch_shared.clock import Micros, iso
from presswatch_shared.errors import BadInput
from presswatch_shared.logs import redact_text
from presswatch_shared.store import deliveries, outbox
from presswatch_shared.store.database import Store

__all__ = ["list_rows", "render_table", "send_again", "tries_of"]


def list_rows(
    store: Store, *, state: str | None = None, watch_id: str | None = None, limit: int = 50
) -> Sequence[Mapping[str, Any]]:
    """Newest first, for JSON and the table.

    Raises:
        BadInput: there is no such state.
    """
    if state is not None and state not in outbox.STATES:
        raise BadInput(f"--state is {state!r}: write one of {', '.join(outbox.STATES)}")
    found = store.read_now(deliveries.list_deliveries, state=state, watch_id=watch_id, limit=limit)
    return [
        {
            "id": row.id,
            "state": row.state,
            "channel": row.channel_kind,
            "target": redact_text(row.target),
            "kind": row.kind,
            "alert": row.alert_id,
            "watch": row.watch_id,
            "tries": row.tries,
            "created_at": iso(row.created_at),
            "next_try_at": iso(row.due_at) if row.state == outbox.PENDING else None,
            "finished_at": iso(row.finished_at),
        }
        for row in found
    ]


def tries_of(store: Store, delivery_id: int) -> Sequence[Mapping[str, Any]]:
    """Every try of a delivery, in order."""
    return [
        {
            "number": made.number,
            "at": iso(made.at),
            "outcome": made.outcome,
            "status": made.status,
            "detail": made.detail,
            "seconds": round(made.seconds, 3),
        }
        for made in store.read_now(deliveries.list_tries, delivery_id)
    ]


def send_again(store: Store, delivery_id: int, *, now: Micros) -> None:
    """Begin anew with a delivery; the receiver sees the same id.

    Raises:
        BadInput: there is no such delivery.
    """
    if not store.run_now(outbox.send_again, delivery_id, now=now):
        raise BadInput(f"there is no delivery {delivery_id}: `presswatch deliveries` shows them")


def render_table(rows: Sequence[Mapping[str, Any]]) -> None:
    """A table; an empty one says so."""
    columns = ("id", "state", "channel", "target", "tries", "created_at", "next_try_at")
    if rows:
        render_rows(columns, [[str(row[name] if row[name] is not None else "") for name in columns] for row in rows])
    else:
        Console().print(Text("no deliveries", style="dim"))
