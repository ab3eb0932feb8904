"""Signatures of recent texts, for finding near-duplicates: compact rows in day generations.

A row holds the MinHash signature packed by the caller; its bands are found by key. A generation is one day (UTC) and is
dropped whole.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Table, func, select

from presswatch_shared.clock import Micros
from presswatch_shared.store.database import Tx, insert_if_absent
from presswatch_shared.store.metadata import metadata, row_id

__all__ = ["Signature", "add_signature", "candidates", "day_of", "serialise"]

DAY = 86_400_000_000
# Keeps our advisory locks apart from those of other uses of the same database.
LOCK_SPACE = 0x5057

signatures = Table(
    "signatures",
    metadata,
    Column("id", row_id(), primary_key=True, autoincrement=True),
    Column("day", Integer, nullable=False, index=True),
    Column("article_id", String(32), nullable=False),
    Column("story_id", String(32), nullable=False),
    Column("packed", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

# The day stands first, so that a generation lies together and is dropped without touching the others.
signature_bands = Table(
    "signature_bands",
    metadata,
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("band", Integer, primary_key=True, autoincrement=False),
    Column("signature_id", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)


@dataclass(frozen=True, slots=True)
class Signature:
    """A stored text: whose it is, which story it belongs to, and its packed MinHash."""

    article_id: str
    story_id: str
    packed: bytes


def day_of(moment: Micros) -> int:
    """The generation of a moment: days since 1970 UTC."""
    return moment // DAY


def serialise(tx: Tx, languages: Iterable[str]) -> None:
    """Let no other transaction look up or add texts of these languages until this one ends.

    SQLite has one writer, so its transactions are in a row already.
    """
    if tx.dialect.name == "postgresql":
        for lock in sorted({zlib.crc32(language.encode()) & 0x7FFFFFFF for language in languages}):
            tx.execute(select(func.pg_advisory_xact_lock(LOCK_SPACE, lock)))


def candidates(tx: Tx, bands: Sequence[int], *, days: Sequence[int]) -> Sequence[Signature]:
    """Stored texts of these days that share a band, oldest first. Sharing one is a hint: compare the signatures."""
    shared = (
        select(signature_bands.c.signature_id)
        .where(signature_bands.c.day.in_(list(days)), signature_bands.c.band.in_(list(bands)))
        .distinct()
    )
    statement = select(signatures.c.article_id, signatures.c.story_id, signatures.c.packed)
    rows = tx.execute(statement.where(signatures.c.id.in_(shared)).order_by(signatures.c.id))
    return [Signature(*row) for row in rows]


def add_signature(tx: Tx, signature: Signature, bands: Iterable[int], *, day: int) -> None:
    """Store a text. Bands are signed 32-bit numbers."""
    values = {
        "day": day,
        "article_id": signature.article_id,
        "story_id": signature.story_id,
        "packed": signature.packed,
    }
    key = tx.execute(signatures.insert().values(**values).returning(signatures.c.id)).scalar_one()
    rows = [{"day": day, "band": band, "signature_id": key} for band in sorted(set(bands))]
    insert_if_absent(tx, signature_bands, rows)
