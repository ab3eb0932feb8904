"""How a watch tells: policies, digests, muted stories, notices, and channels with tokens and retired secrets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _tables()
    op.add_column("channels", sa.Column("token", sa.String(length=64), nullable=True))
    op.add_column("channels", sa.Column("retired_secrets", sa.JSON(), nullable=False, server_default="[]"))
    op.create_index(op.f("ix_channels_token"), "channels", ["token"], unique=True)
    for name, length in (("watch_id", 64), ("story_id", 32), ("told", 16), ("reason", 32)):
        op.add_column("inbox", sa.Column(name, sa.String(length=length), nullable=False, server_default=""))
    op.add_column("inbox", sa.Column("window_end", sa.BigInteger(), nullable=True))
    op.add_column("inbox", sa.Column("digest_id", sa.String(length=32), nullable=True))
    # What was in the inbox before went to the channels at once.
    of_item = "FROM alerts WHERE alerts.alert_id = inbox.alert_id"
    op.execute(
        f"UPDATE inbox SET told = 'sent', watch_id = coalesce((SELECT watch_id {of_item}), ''), "  # noqa: S608 (no input)
        f"story_id = coalesce((SELECT story_id {of_item}), '')"
    )
    op.create_index(op.f("ix_inbox_story_id"), "inbox", ["story_id"], unique=False)
    op.create_index(op.f("ix_inbox_digest_id"), "inbox", ["digest_id"], unique=False)
    op.create_index("ix_inbox_watch_id_told_created_at", "inbox", ["watch_id", "told", "created_at"], unique=False)
    op.create_index("ix_inbox_told_window_end", "inbox", ["told", "window_end"], unique=False)


def downgrade() -> None:
    for name in ("told_window_end", "watch_id_told_created_at", "digest_id", "story_id"):
        op.drop_index(f"ix_inbox_{name}", "inbox")
    for name in ("digest_id", "window_end", "reason", "told", "story_id", "watch_id"):
        op.drop_column("inbox", name)
    op.drop_index("ix_channels_token", "channels")
    for name in ("retired_secrets", "token"):
        op.drop_column("channels", name)
    for name in ("notices", "muted_stories", "digests", "watch_policies"):
        op.drop_table(name)


def _tables() -> None:
    op.create_table(
        "watch_policies",
        sa.Column("watch_id", sa.String(length=64), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=True),
        sa.Column("quiet_until", sa.Integer(), nullable=True),
        sa.Column("cool_down_seconds", sa.Float(), nullable=False),
        sa.Column("most_an_hour", sa.Integer(), nullable=False),
        sa.Column("most_listed", sa.Integer(), nullable=False),
        sa.Column("snoozed_until", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("watch_id", name=op.f("pk_watch_policies")),
    )
    op.create_table(
        "digests",
        sa.Column("digest_id", sa.String(length=32), nullable=False),
        sa.Column("watch_id", sa.String(length=64), nullable=False),
        sa.Column("window_end", sa.BigInteger(), nullable=False),
        sa.Column("window_start", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest_id", name=op.f("pk_digests")),
        sa.UniqueConstraint("watch_id", "window_end", name=op.f("uq_digests_watch_id_window_end")),
    )
    op.create_table(
        "muted_stories",
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("story_id", sa.String(length=32), nullable=False),
        sa.Column("muted_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "story_id", name=op.f("pk_muted_stories")),
    )
    op.create_table(
        "notices",
        sa.Column("notice_id", sa.String(length=32), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("watch_id", sa.String(length=64), nullable=False),
        sa.Column("channel_id", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_notices")),
    )
    op.create_index(op.f("ix_notices_owner"), "notices", ["owner"], unique=False)
    op.create_index(op.f("ix_notices_created_at"), "notices", ["created_at"], unique=False)
