"""The language a user reads the pages in; empty is the one the browser asks for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("language", sa.String(8), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("users", "language")
