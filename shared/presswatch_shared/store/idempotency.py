"""Answers already given, so that a request sent twice under one `Idempotency-Key` takes effect once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Column, String, Table, Text, delete, select, update

from presswatch_shared.clock import DAY, Micros
from presswatch_shared.store.database import Tx, insert_if_absent
from presswatch_shared.store.metadata import metadata, micros

__all__ = ["KEPT", "OtherRequest", "once"]

KEPT = DAY
"""How long an answer is remembered (µs)."""

answers = Table(
    "idempotent_answers",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("request", String(64), nullable=False),
    Column("answer", Text, nullable=False),
    micros("created_at", index=True),
)


@dataclass(frozen=True, slots=True)
class OtherRequest:
    """The key was used before, for another request."""


def once(tx: Tx, *, key: str, request: str, effect: Callable[[Tx], str], now: Micros) -> str | OtherRequest:
    """Do `effect` and remember its answer, in one transaction; under a known key only give the answer again.

    `key` and `request` are digests of whose key it is and of what was asked.
    """
    tx.execute(delete(answers).where(answers.c.created_at < now - KEPT))
    # Taking the row first makes a second request with the same key wait for this transaction.
    row = {"key": key, "request": request, "answer": "", "created_at": now}
    if not insert_if_absent(tx, answers, [row]):
        known = tx.execute(select(answers.c.request, answers.c.answer).where(answers.c.key == key)).one()
        return known.answer if known.request == request else OtherRequest()
    answer = effect(tx)
    tx.execute(update(answers).where(answers.c.key == key).values(answer=answer))
    return answer
