"""The last polls of each source; its visits are found by their age."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "source_polls",
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("items_new", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source_id", "at", name=op.f("pk_source_polls")),
    )
    op.create_index(op.f("ix_ledger_source_id_opened_at"), "ledger", ["source_id", "opened_at"])
    op.drop_index(op.f("ix_ledger_source_id"), table_name="ledger")


def downgrade() -> None:
    op.create_index(op.f("ix_ledger_source_id"), "ledger", ["source_id"])
    op.drop_index(op.f("ix_ledger_source_id_opened_at"), table_name="ledger")
    op.drop_table("source_polls")
