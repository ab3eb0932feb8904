"""What a policy needs to know of the alerts before: when the last one was told, how many lately, what is held back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Column, ColumnElement, String, Table, delete, func, select, update

from presswatch_shared.clock import Micros
from presswatch_shared.store.database import Tx, insert_if_absent
from presswatch_shared.store.inbox import PENDING, READ, SENT, SUPPRESSED, UNREAD, inbox
from presswatch_shared.store.metadata import metadata, micros
from presswatch_shared.store.ownership import Owners, belongs_to
from presswatch_shared.watch_policy import Reason

__all__ = [
    "count_held_back",
    "count_sent",
    "last_sent",
    "mute_story",
    "muted_stories",
    "suppress_pending",
    "unmute_story",
]

HELD_BACK = (Reason.QUIET_HOURS, Reason.COOL_DOWN, Reason.RATE)

muted = Table(
    "muted_stories",
    metadata,
    Column("owner", String(64), primary_key=True),
    Column("story_id", String(32), primary_key=True),
    micros("muted_at"),
)


def last_sent(tx: Tx, watch_id: str) -> Micros | None:
    """When an alert of the watch last went to the channels by itself, not in a digest."""
    return tx.execute(select(func.max(inbox.c.created_at)).where(*_sent(watch_id))).scalar()


def count_sent(tx: Tx, watch_id: str, *, after: Micros) -> int:
    """How many did so after a moment."""
    statement = select(func.count()).select_from(inbox).where(*_sent(watch_id), inbox.c.created_at > after)
    return tx.execute(statement).scalar_one()


def count_held_back(tx: Tx, watch_id: str, *, after: Micros) -> int:
    """How many came after a moment and were held back by quiet hours, cool-down or the most an hour."""
    held = (inbox.c.watch_id == watch_id, inbox.c.told == SUPPRESSED, inbox.c.reason.in_([*HELD_BACK]))
    statement = select(func.count()).select_from(inbox).where(*held, inbox.c.created_at > after)
    return tx.execute(statement).scalar_one()


def mute_story(tx: Tx, *, owner: str, story_id: str, now: Micros) -> bool:
    """Nothing more is told of a story: its items are read, and those that wait for a digest leave it.

    False where it was muted before.
    """
    new = insert_if_absent(tx, muted, [{"owner": owner, "story_id": story_id, "muted_at": now}])
    of_story = (inbox.c.owner == owner, inbox.c.story_id == story_id)
    tx.execute(update(inbox).where(*of_story, inbox.c.state == UNREAD).values(state=READ))
    _suppress(tx, of_story, Reason.MUTED)
    return new > 0


def unmute_story(tx: Tx, *, owner: str, story_id: str) -> bool:
    """Tell of a story again, from its next alert on. False where it was not muted."""
    wanted = (muted.c.owner == owner) & (muted.c.story_id == story_id)
    return tx.execute(delete(muted).where(wanted)).rowcount > 0


def muted_stories(tx: Tx, pairs: Iterable[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """Those of these (owner, story) pairs that are muted."""
    wanted = frozenset(pairs)
    stories = muted.c.story_id.in_(sorted({story for _, story in wanted}))
    rows = tx.execute(select(muted.c.owner, muted.c.story_id).where(stories)).all()
    return frozenset((row.owner, row.story_id) for row in rows) & wanted


def suppress_pending(tx: Tx, watch_id: str, reason: Reason) -> int:
    """End the wait of a watch's alerts for a digest; how many there were."""
    return _suppress(tx, (inbox.c.watch_id == watch_id,), reason)


def reasons(tx: Tx, *, watch_id: str | None = None, owners: Owners = None) -> Mapping[str, int]:
    """How many alerts were suppressed for which reason."""
    wanted = (inbox.c.told == SUPPRESSED, *belongs_to(inbox.c.watch_id, owners))
    statement = select(inbox.c.reason, func.count()).where(*wanted)
    if watch_id is not None:
        statement = statement.where(inbox.c.watch_id == watch_id)
    return {row[0]: row[1] for row in tx.execute(statement.group_by(inbox.c.reason))}


def _suppress(tx: Tx, which: Sequence[ColumnElement[bool]], reason: Reason) -> int:
    values = {"told": SUPPRESSED, "reason": reason.value, "window_end": None}
    return tx.execute(update(inbox).where(*which, inbox.c.told == PENDING).values(**values)).rowcount


def _sent(watch_id: str) -> Sequence[ColumnElement[bool]]:
    return (inbox.c.watch_id == watch_id, inbox.c.told == SENT, inbox.c.digest_id.is_(None))
