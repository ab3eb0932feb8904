"""A circuit breaker for each endpoint that deliveries go to: after failures in a row nothing is claimed for a while."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from sqlalchemy import Column, Integer, String, Table, update

from presswatch_shared.clock import Micros
from presswatch_shared.store.database import Tx, insert_if_absent
from presswatch_shared.store.metadata import metadata, micros

__all__ = ["endpoints", "know_endpoints", "note_failure", "note_success", "open_breaker"]

endpoints = Table(
    "endpoints",
    metadata,
    Column("endpoint", String(32), primary_key=True),
    Column("failures", Integer, nullable=False),
    micros("open_until"),
)


def know_endpoints(tx: Tx, keys: Iterable[str]) -> None:
    """Closed breakers for those that have none yet."""
    insert_if_absent(tx, endpoints, [{"endpoint": key, "failures": 0, "open_until": 0} for key in sorted(keys)])


def note_success(tx: Tx, endpoint: str) -> None:
    """The endpoint works: close its breaker."""
    tx.execute(update(endpoints).where(endpoints.c.endpoint == endpoint).values(failures=0, open_until=0))


def note_failure(tx: Tx, endpoint: str) -> int:
    """Count a failure; gives how many there were in a row."""
    row = update(endpoints).where(endpoints.c.endpoint == endpoint).values(failures=endpoints.c.failures + 1)
    return cast(int, tx.execute(row.returning(endpoints.c.failures)).scalar_one())


def open_breaker(tx: Tx, endpoint: str, *, until: Micros) -> None:
    """Claim nothing for the endpoint before `until`."""
    tx.execute(update(endpoints).where(endpoints.c.endpoint == endpoint).values(open_until=until))
