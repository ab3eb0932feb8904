"""Bands of signatures from the signatures themselves: on PostgreSQL an index over them in place of a row a band."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BANDS = 18
ROWS = 3
KEY_BITS = 14
ROWS_AT_ONCE = 1_000


def upgrade() -> None:
    op.add_column("signatures", sa.Column("lang", sa.String(length=16), server_default="", nullable=False))
    op.execute(
        "UPDATE signatures SET lang = coalesce("
        "(SELECT lang FROM articles WHERE articles.article_id = signatures.article_id), '')"
    )
    op.execute("DELETE FROM signature_bands")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_function())
        index = "CREATE INDEX ix_signatures_bands ON signatures USING gin (presswatch_bands(packed))"
        op.execute(f"{index} WITH (fastupdate=off)")
    else:
        _fill_bands()


def downgrade() -> None:
    """The bands of the version before are not made again: texts are compared with newer ones alone."""
    op.execute("DELETE FROM signature_bands")
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("ix_signatures_bands", table_name="signatures")
        op.execute("DROP FUNCTION presswatch_bands(bytea)")
    op.drop_column("signatures", "lang")


def _function() -> str:
    """Fourteen bits of each band: keys that texts share take a fraction of the room of keys of their own."""
    keys = ", ".join(_key(band) for band in range(BANDS))
    bands = f"CASE WHEN length(packed) < {BANDS * ROWS} THEN '{{}}'::integer[] ELSE ARRAY[{keys}] END"
    # In a language that is not unfolded into each query: that would take longer than the query.
    return (
        "CREATE FUNCTION presswatch_bands(packed bytea) RETURNS integer[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE "
        f"AS $$ BEGIN RETURN {bands}; END $$"
    )


def _key(band: int) -> str:
    first, second, third = (f"get_byte(packed, {band * ROWS + row})" for row in range(ROWS))
    # Multiplied by a large odd number, the upper bits depend on all of the band.
    mixed = f"({first} * 65536 + {second} * 256 + {third}) * 2654435761 % 4294967296"
    return f"{band << KEY_BITS} + (({mixed}) >> {32 - KEY_BITS})::integer"


def _fill_bands() -> None:
    connection = op.get_bind()
    rows = connection.execute(sa.text("SELECT day, id, packed FROM signatures")).fetchall()
    insert = sa.text("INSERT OR IGNORE INTO signature_bands (day, band, signature_id) VALUES (:day, :band, :id)")
    for first in range(0, len(rows), ROWS_AT_ONCE):
        bands = [
            {"day": row.day, "band": band, "id": row.id}
            for row in rows[first : first + ROWS_AT_ONCE]
            for band in _bands(row.packed)
        ]
        if bands:
            connection.execute(insert, bands)


def _bands(packed: bytes) -> list[int]:
    if len(packed) < BANDS * ROWS:
        return []
    parts = (packed[band * ROWS : (band + 1) * ROWS] for band in range(BANDS))
    return [(band << 24) | int.from_bytes(part, "big") for band, part in enumerate(parts)]
