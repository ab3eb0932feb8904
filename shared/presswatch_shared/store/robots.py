"""Copies of robots.txt by origin (scheme, host and port), with the last good one kept."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import Column, String, Table, Text, select

from presswatch_shared.clock import Micros
from presswatch_shared.store.database import Tx, upsert
from presswatch_shared.store.metadata import metadata, micros

__all__ = ["RobotsCopy", "get_robots", "save_robots"]

robots = Table(
    "robots",
    metadata,
    Column("origin", String(512), primary_key=True),
    micros("fetched_at"),
    micros("expires_at"),
    Column("text", Text, nullable=True),
    Column("reason", Text, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsCopy:
    """`text` None: it could not be had, and there was never a good copy, so all is forbidden until `expires_at`."""

    origin: str
    fetched_at: Micros
    expires_at: Micros
    text: str | None
    reason: str = ""


def get_robots(tx: Tx, origin: str) -> RobotsCopy | None:
    row = tx.execute(select(robots).where(robots.c.origin == origin)).one_or_none()
    return RobotsCopy(**row._mapping) if row else None


def save_robots(tx: Tx, copy: RobotsCopy) -> RobotsCopy:
    """Keep a copy; one without a text keeps the last good text. Gives what is kept."""
    if copy.text is None:
        last = get_robots(tx, copy.origin)
        copy = RobotsCopy(**{**asdict(copy), "text": last.text if last else None})
    upsert(tx, robots, [asdict(copy)], key=["origin"], update=["fetched_at", "expires_at", "text", "reason"])
    return copy
