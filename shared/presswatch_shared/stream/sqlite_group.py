"""Who reads what: members of a consumer group hold partitions by lease, so that several processes can share them."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from presswatch_shared.clock import Micros
from presswatch_shared.stream.port import Revoked
from presswatch_shared.stream.sharing import Share, next_share, quota
from presswatch_shared.stream.sqlite_rows import partition_in

__all__ = ["Member", "leave", "plan", "refuse_unless_held", "renew", "share", "void"]


@dataclass(frozen=True, slots=True)
class Member:
    """One consumer of a group."""

    group: str
    owner: str
    tps: tuple[int, ...]


def plan(connection: sqlite3.Connection, member: Member, idle: Collection[int], now: Micros) -> Share:
    """What the member should take and give up now, in partition numbers; only reads."""
    owners = {
        row[0]
        for row in connection.execute("SELECT owner FROM members WHERE grp = ? AND until > ?", (member.group, now))
    }
    held, taken, busy = set[int](), set[int](), set[int]()
    for tp, owner, until in connection.execute("SELECT tp, owner, until FROM leases WHERE grp = ?", (member.group,)):
        if owner == member.owner:
            held.add(partition_in(tp))
            if tp not in idle:
                busy.add(partition_in(tp))
        elif until > now:
            taken.add(partition_in(tp))
    numbers = {partition_in(tp) for tp in member.tps}
    most = quota(len(numbers), owners | {member.owner}, member.owner)
    return next_share(numbers, held=held, taken=taken, idle=held - busy, most=most)


def share(
    connection: sqlite3.Connection, member: Member, idle: Collection[int], *, now: Micros, until: Micros
) -> Mapping[int, int]:
    """Take and give up what `plan` says; the partitions then held, each with the group's committed offset."""
    _attend(connection, member, now=now, until=until)
    step = plan(connection, member, idle, now)
    take = [tp for tp in member.tps if partition_in(tp) in step.take]
    give = [tp for tp in member.tps if partition_in(tp) in step.give]
    connection.executemany("DELETE FROM leases WHERE grp = ? AND tp = ?", [(member.group, tp) for tp in give])
    connection.executemany(
        "INSERT INTO leases VALUES (?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET owner = excluded.owner, until = excluded.until",
        [(member.group, tp, member.owner, until) for tp in take],
    )
    # Retention looks here for what a group has yet to read, also before its first commit.
    connection.executemany(
        "INSERT INTO offsets VALUES (?, ?, 0) ON CONFLICT DO NOTHING", [(member.group, tp) for tp in take]
    )
    rows = connection.execute(
        "SELECT l.tp, o.next_offset FROM leases l JOIN offsets o ON o.grp = l.grp AND o.tp = l.tp "
        "WHERE l.grp = ? AND l.owner = ?",
        (member.group, member.owner),
    )
    return dict(rows.fetchall())


def renew(
    connection: sqlite3.Connection, members: Sequence[Member], *, now: Micros, until: Micros
) -> Sequence[set[int]]:
    """Prolong what each member still holds, and say what that is."""
    held = []
    for member in members:
        _attend(connection, member, now=now, until=until)
        rows = connection.execute(
            "UPDATE leases SET until = ? WHERE grp = ? AND owner = ? RETURNING tp", (until, member.group, member.owner)
        )
        held.append({row[0] for row in rows.fetchall()})
    return held


def refuse_unless_held(connection: sqlite3.Connection, member: Member, tps: Iterable[int]) -> None:
    """Raises: Revoked: another member has taken one of the partitions."""
    rows = connection.execute("SELECT tp FROM leases WHERE grp = ? AND owner = ?", (member.group, member.owner))
    lost = set(tps) - {row[0] for row in rows.fetchall()}
    if lost:
        raise Revoked(f"{len(lost)} partitions of group {member.group} belong to another member now")


def leave(connection: sqlite3.Connection, member: Member) -> None:
    """Give everything back."""
    connection.execute("DELETE FROM members WHERE grp = ? AND owner = ?", (member.group, member.owner))
    connection.execute("DELETE FROM leases WHERE grp = ? AND owner = ?", (member.group, member.owner))


def void(connection: sqlite3.Connection, groups: Sequence[str] | None) -> None:
    """Forget the members and leases of these groups, or of all: whoever held them is known to be gone."""
    names = (
        groups if groups is not None else [row[0] for row in connection.execute("SELECT name FROM groups").fetchall()]
    )
    for table in ("members", "leases"):
        # S608: the names of tables are those above.
        connection.executemany(f"DELETE FROM {table} WHERE grp = ?", [(name,) for name in names])  # noqa: S608


def _attend(connection: sqlite3.Connection, member: Member, *, now: Micros, until: Micros) -> None:
    connection.execute(
        "INSERT INTO groups VALUES (?, ?) ON CONFLICT DO UPDATE SET seen_at = excluded.seen_at", (member.group, now)
    )
    connection.execute("DELETE FROM members WHERE grp = ? AND until <= ?", (member.group, now))
    connection.execute(
        "INSERT INTO members VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET until = excluded.until",
        (member.group, member.owner, until),
    )
