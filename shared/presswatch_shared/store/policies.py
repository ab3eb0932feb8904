"""How each watch tells: its policy. A watch without a row tells at once and holds nothing back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Column, Float, Integer, Row, String, Table, delete, select

from presswatch_shared.clock import Micros
from presswatch_shared.store.database import Tx, upsert
from presswatch_shared.store.metadata import metadata, micros
from presswatch_shared.watch_policy import Mode, Policy

__all__ = ["forget_policy", "get_policy", "policies_of", "set_policy"]

policies = Table(
    "watch_policies",
    metadata,
    Column("watch_id", String(64), primary_key=True),
    Column("mode", String(16), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("at", Integer, nullable=False),
    Column("weekday", Integer, nullable=False),
    Column("quiet_from", Integer, nullable=True),
    Column("quiet_until", Integer, nullable=True),
    Column("cool_down_seconds", Float, nullable=False),
    Column("most_an_hour", Integer, nullable=False),
    Column("most_listed", Integer, nullable=False),
    micros("snoozed_until"),
    micros("changed_at"),
)


def get_policy(tx: Tx, watch_id: str) -> Policy:
    """That of a watch, or the one that every watch begins with."""
    return policies_of(tx, [watch_id])[watch_id]


def policies_of(tx: Tx, watch_ids: Iterable[str]) -> Mapping[str, Policy]:
    """By watch, for each of them."""
    wanted = sorted(set(watch_ids))
    found = {row.watch_id: _policy(row) for row in tx.execute(select(policies).where(policies.c.watch_id.in_(wanted)))}
    return {watch_id: found.get(watch_id, Policy()) for watch_id in wanted}


def set_policy(tx: Tx, watch_id: str, policy: Policy, *, now: Micros) -> None:
    """It holds from the next alert on; the caller has checked it. A digest that is being filled keeps its window."""
    values = {name: getattr(policy, name) for name in Policy.__slots__}
    row = values | {"mode": policy.mode.value, "watch_id": watch_id, "changed_at": now}
    upsert(tx, policies, [row], key=["watch_id"], update=[name for name in row if name != "watch_id"])


def forget_policy(tx: Tx, watch_id: str) -> None:
    """The watch was removed."""
    tx.execute(delete(policies).where(policies.c.watch_id == watch_id))


def _policy(row: Row[Any]) -> Policy:
    values = {name: row._mapping[name] for name in Policy.__slots__}
    return Policy(**values | {"mode": Mode(row.mode)})
