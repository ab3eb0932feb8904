"""Deliveries with all their tries, line by line: NDJSON for programs, CSV for a spreadsheet that runs nothing of it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from presswatch_shared.clock import iso
from presswatch_shared.logs import redact_text
from presswatch_shared.spreadsheet_cells import no_formula
from presswatch_shared.store import deliveries
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.deliveries import Delivery, DeliveryFilter, Try

__all__ = ["ExportFormat", "delivery_row", "export_page", "exported_lines", "header_line", "try_row"]

ExportFormat = Literal["ndjson", "csv"]
PAGE = 500
COLUMNS = (
    "id",
    "state",
    "channel",
    "target",
    "kind",
    "alert",
    "watch",
    "channel_id",
    "tries",
    "created_at",
    "next_try_at",
    "finished_at",
    "last_outcome",
    "last_status",
    "last_detail",
    "last_at",
)


def delivery_row(delivery: Delivery) -> dict[str, Any]:
    """A delivery for JSON; keys of `COLUMNS`."""
    return {
        "id": delivery.id,
        "state": delivery.state,
        "channel": delivery.channel_kind,
        "target": redact_text(delivery.target),
        "kind": delivery.kind,
        "alert": delivery.alert_id,
        "watch": delivery.watch_id,
        "channel_id": delivery.channel_id,
        "tries": delivery.tries,
        "created_at": iso(delivery.created_at),
        "next_try_at": iso(delivery.due_at) if delivery.state == "pending" else None,
        "finished_at": iso(delivery.finished_at),
        "last_outcome": delivery.last_outcome,
        "last_status": delivery.last_status,
        "last_detail": None if delivery.last_detail is None else redact_text(delivery.last_detail),
        "last_at": iso(delivery.last_at),
    }


def try_row(made: Try) -> dict[str, Any]:
    """A try for JSON."""
    return {
        "number": made.number,
        "at": iso(made.at),
        "outcome": made.outcome,
        "status": made.status,
        "detail": redact_text(made.detail),
        "seconds": round(made.seconds, 3),
    }


def header_line(form: ExportFormat) -> str:
    """What comes before the first delivery."""
    return ",".join(COLUMNS) + "\r\n" if form == "csv" else ""


def export_page(tx: Tx, *, only: DeliveryFilter, before: int | None, form: ExportFormat) -> tuple[str, int | None]:
    """The next lines, newest first, and where to go on; None after the last."""
    found = deliveries.list_deliveries(tx, only=only, before=before, limit=PAGE)
    more = found[-1].id if len(found) == PAGE else None
    if form == "csv":
        return _csv(found), more
    tries = deliveries.tries_of(tx, [delivery.id for delivery in found])
    lines = [
        json.dumps(delivery_row(one) | {"history": [try_row(made) for made in tries.get(one.id, ())]}) for one in found
    ]
    return "".join(f"{line}\n" for line in lines), more


def exported_lines(store: Store, *, only: DeliveryFilter, form: ExportFormat) -> Iterator[str]:
    """All of it, a page a transaction."""
    yield header_line(form)
    before: int | None = None
    while True:
        text, before = store.read_now(export_page, only=only, before=before, form=form)
        yield text
        if before is None:
            return


def _csv(found: Sequence[Delivery]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    for delivery in found:
        row = delivery_row(delivery)
        writer.writerow([_cell(row[name]) for name in COLUMNS])
    return out.getvalue()


def _cell(value: Any) -> str:
    return "" if value is None else no_formula(str(value))
