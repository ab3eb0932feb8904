"""Signatures of recent texts, for finding near-duplicates: compact rows in day generations.

A row holds the MinHash signature, one byte of each permutation. Its first bytes are the bands, by which texts are found
that may be alike. SQLite has the bands as rows; PostgreSQL an index over the signature itself, whose keys are fourteen
bits of a band: far smaller, and what it finds by accident is sorted out here. A generation is one day (UTC) and is
dropped whole.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Index, Integer, LargeBinary, String, Table, func, select

from presswatch_shared.clock import DAY, Micros
from presswatch_shared.store.database import Tx, insert_if_absent
from presswatch_shared.store.metadata import metadata, row_id

__all__ = ["BANDS", "ROWS", "Signature", "add_bands", "add_signature", "bands_of", "candidates", "day_of", "serialise"]

BANDS = 18
ROWS = 3
"""Texts with Jaccard similarity J share a band with probability 1 - (1 - J³)¹⁸: .997 at .65, .02 at .1."""
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
    Column("lang", String(16), nullable=False, server_default=""),
    sqlite_autoincrement=True,
)

# PostgreSQL's index; the function is made by its migration.
Index(
    "ix_signatures_bands",
    func.presswatch_bands(signatures.c.packed),
    postgresql_using="gin",
    postgresql_with={"fastupdate": "off"},
).ddl_if(dialect="postgresql")

# SQLite's index, empty on PostgreSQL. The day stands first, so that a generation lies together and is dropped without
# touching the others.
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


def bands_of(packed: bytes) -> tuple[int, ...]:
    """Keys of its bands, each less than 2²⁹: number and bytes of each. None where it is of another make."""
    if len(packed) < BANDS * ROWS:
        return ()
    return tuple((band << 24) | int.from_bytes(packed[band * ROWS : (band + 1) * ROWS], "big") for band in range(BANDS))


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


def candidates(tx: Tx, packed: bytes, lang: str, *, days: Sequence[int]) -> Sequence[Signature]:
    """Stored texts of these days and this language that share a band, oldest first. Sharing one is a hint: compare
    the signatures."""
    statement = select(signatures.c.article_id, signatures.c.story_id, signatures.c.packed).where(
        signatures.c.day.in_(list(days)), signatures.c.lang == lang, _may_share_a_band(tx, packed, days)
    )
    found = [Signature(*row) for row in tx.execute(statement.order_by(signatures.c.id))]
    wanted = frozenset(bands_of(packed))
    return [signature for signature in found if not wanted.isdisjoint(bands_of(signature.packed))]


def add_signature(tx: Tx, signature: Signature, lang: str, *, day: int) -> None:
    """Store a text."""
    values = {
        "day": day,
        "article_id": signature.article_id,
        "story_id": signature.story_id,
        "packed": signature.packed,
        "lang": lang,
    }
    key = tx.execute(signatures.insert().values(**values).returning(signatures.c.id)).scalar_one()
    add_bands(tx, [values | {"id": key}])


def add_bands(tx: Tx, rows: Iterable[Mapping[str, Any]]) -> None:
    """Let these rows of `signatures` be found; where they are already, nothing changes."""
    if tx.dialect.name == "sqlite":
        bands = [
            {"day": row["day"], "band": band, "signature_id": row["id"]}
            for row in rows
            for band in bands_of(row["packed"])
        ]
        insert_if_absent(tx, signature_bands, bands)


def _may_share_a_band(tx: Tx, packed: bytes, days: Sequence[int]) -> ColumnElement[bool]:
    if tx.dialect.name == "postgresql":
        return func.presswatch_bands(signatures.c.packed).bool_op("&&")(func.presswatch_bands(packed))
    sharing = select(signature_bands.c.signature_id).where(
        signature_bands.c.day.in_(list(days)), signature_bands.c.band.in_(bands_of(packed))
    )
    return signatures.c.id.in_(sharing)
