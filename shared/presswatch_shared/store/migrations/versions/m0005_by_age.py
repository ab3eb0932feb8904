"""Old rows of the inbox and digests are found by their age."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_inbox_created_at"), "inbox", ["created_at"])
    op.create_index(op.f("ix_digests_created_at"), "digests", ["created_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_digests_created_at"), table_name="digests")
    op.drop_index(op.f("ix_inbox_created_at"), table_name="inbox")
