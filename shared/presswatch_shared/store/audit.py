"""Who changed what: one row a change that somebody made, written in the transaction that makes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, String, Table, Text, delete, select

from presswatch_shared.clock import Micros
from presswatch_shared.store import counters
from presswatch_shared.store.database import Tx
from presswatch_shared.store.metadata import metadata, micros

__all__ = ["AuditEntry", "list_entries", "note", "prune"]

SEQUENCE = "audit"
LONGEST_DETAIL = 1000
LONGEST_ACTOR = 100
LONGEST_ACTION = 60

audit_log = Table(
    "audit_log",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    micros("at", index=True),
    Column("actor", String(LONGEST_ACTOR), nullable=False),
    Column("action", String(LONGEST_ACTION), nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One change: `actor` did `action` to `subject`."""

    seq: int
    at: Micros
    actor: str
    action: str
    subject: str
    detail: str


def note(tx: Tx, *, actor: str, action: str, subject: str = "", detail: str = "", now: Micros) -> None:
    """`actor` is a name people know; `action` one of a few words; `subject` the id of what was changed."""
    (seq,) = counters.next_values(tx, SEQUENCE, 1)
    who, did = actor[:LONGEST_ACTOR], action[:LONGEST_ACTION]
    entry = {"seq": seq, "at": now, "actor": who, "action": did, "subject": subject, "detail": detail[:LONGEST_DETAIL]}
    tx.execute(audit_log.insert().values(**entry))


def list_entries(tx: Tx, *, before: int | None = None, limit: int = 100) -> Sequence[AuditEntry]:
    """The newest first; `before` is the `seq` of the last one seen."""
    statement = select(audit_log).order_by(audit_log.c.seq.desc()).limit(limit)
    if before is not None:
        statement = statement.where(audit_log.c.seq < before)
    return [AuditEntry(**row._mapping) for row in tx.execute(statement)]


def prune(tx: Tx, *, before: Micros) -> int:
    """Drop what is older; how many."""
    return tx.execute(delete(audit_log).where(audit_log.c.at < before)).rowcount
