"""What matching each watch costs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "watch_costs",
        sa.Column("watch_id", sa.String(length=64), nullable=False),
        sa.Column("watch_version", sa.Integer(), nullable=False),
        sa.Column("candidates", sa.BigInteger(), nullable=False),
        sa.Column("matches", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("watch_id", name=op.f("pk_watch_costs")),
    )


def downgrade() -> None:
    op.drop_table("watch_costs")
