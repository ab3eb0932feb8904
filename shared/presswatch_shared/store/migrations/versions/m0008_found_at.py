"""When a page was seen in its source, so that what became of the pages of an hour can be told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ledger", sa.Column("found_at", sa.BigInteger(), server_default="0", nullable=False))
    op.execute("UPDATE ledger SET found_at = opened_at")
    op.create_index(op.f("ix_ledger_found_at_source_id"), "ledger", ["found_at", "source_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_ledger_found_at_source_id"), table_name="ledger")
    op.drop_column("ledger", "found_at")
