"""Hosts by politeness key: when each may be asked next. In the store, so that no restart and no second crawler bursts.

A fetch is recorded before it starts: `reserve` moves the next allowed moment and marks the host as busy.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Column, ColumnElement, Float, Integer, String, Table, and_, select
from sqlalchemy import update as change

from presswatch_shared.clock import SECOND, Micros
from presswatch_shared.store.database import Tx, insert_if_absent
from presswatch_shared.store.metadata import metadata, micros

__all__ = [
    "Host",
    "back_off",
    "ensure_hosts",
    "get_host",
    "get_hosts",
    "hosts",
    "is_free",
    "note_answer",
    "release",
    "renew",
    "reserve",
    "set_crawl_delay",
    "void_reservations",
]

# How much the newest response time counts in the smoothed one.
SMOOTHING = 0.3
FORGIVEN_AFTER = 30 * 60 * SECOND

hosts = Table(
    "hosts",
    metadata,
    Column("key", String(255), primary_key=True),
    micros("next_allowed_at"),
    micros("blocked_until"),
    micros("busy_until"),
    Column("crawl_delay", Float, nullable=False),
    Column("response_seconds", Float, nullable=False),
    Column("incidents", Integer, nullable=False),
    micros("last_incident_at"),
    Column("block_reason", String(64), nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """What is known of a host. Moments in µs."""

    key: str
    next_allowed_at: Micros = 0
    blocked_until: Micros = 0
    busy_until: Micros = 0
    crawl_delay: float = 0.0
    response_seconds: float = 0.0
    incidents: int = 0
    last_incident_at: Micros = 0
    block_reason: str = ""

    def delay(self, setting: float) -> float:
        """Least seconds from one fetch to the next."""
        return max(setting, self.crawl_delay)

    def recent_incidents(self, now: Micros) -> int:
        """Times it said "too many" without thirty quiet minutes since."""
        return self.incidents if now - max(self.last_incident_at, self.blocked_until) < FORGIVEN_AFTER else 0


def ensure_hosts(tx: Tx, keys: Collection[str]) -> None:
    """Rows for hosts seen for the first time."""
    insert_if_absent(tx, hosts, [asdict(Host(key=key)) for key in sorted(set(keys))])


def get_host(tx: Tx, key: str) -> Host:
    return get_hosts(tx, [key]).get(key, Host(key=key))


def get_hosts(tx: Tx, keys: Collection[str]) -> Mapping[str, Host]:
    rows = tx.execute(select(hosts).where(hosts.c.key.in_(sorted(keys))))
    return {row.key: Host(**row._mapping) for row in rows}


def is_free(now: Micros) -> ColumnElement[bool]:
    """The condition under which a host may be asked."""
    return and_(hosts.c.next_allowed_at <= now, hosts.c.blocked_until <= now, hosts.c.busy_until <= now)


def reserve(tx: Tx, found: Sequence[Host], *, setting: float, now: Micros, busy_until: Micros) -> None:
    """Record that a fetch begins on each of these hosts."""
    for host in found:
        next_allowed = now + round(host.delay(setting) * SECOND)
        values = {"busy_until": busy_until, "next_allowed_at": next_allowed}
        tx.execute(change(hosts).where(hosts.c.key == host.key).values(**values))


def note_answer(tx: Tx, key: str, *, seconds: float) -> None:
    """An answer of the host took so long."""
    last = get_host(tx, key).response_seconds
    smoothed = seconds if not last else last * (1 - SMOOTHING) + seconds * SMOOTHING
    tx.execute(change(hosts).where(hosts.c.key == key).values(response_seconds=smoothed))


def release(tx: Tx, keys: Collection[str], *, setting: float, now: Micros) -> None:
    """The fetches on these hosts are over: each rests for its delay, and at least for one smoothed response time. A
    setting of 0 is for hosts of one's own: they get no rest that robots.txt does not ask for."""
    for key, host in sorted(get_hosts(tx, keys).items()):
        rest = max(host.delay(setting), host.response_seconds if setting else 0.0)
        later = max(host.next_allowed_at, now + round(rest * SECOND))
        tx.execute(change(hosts).where(hosts.c.key == key).values(busy_until=0, next_allowed_at=later))


def renew(tx: Tx, keys: Collection[str], *, busy_until: Micros) -> None:
    """Fetches on these hosts go on. A host that was released meanwhile stays free."""
    busy = select(hosts.c.key).where(hosts.c.key.in_(sorted(keys)), hosts.c.busy_until > 0).order_by(hosts.c.key)
    # A row that somebody holds is about to be released.
    found = tx.execute(busy.with_for_update(skip_locked=True)).scalars().all()
    tx.execute(change(hosts).where(hosts.c.key.in_(found)).values(busy_until=busy_until))


def back_off(tx: Tx, key: str, *, until: Micros, reason: str, now: Micros) -> None:
    """The host said "too many" (429) or "not now" (503): leave it alone until then."""
    count = get_host(tx, key).recent_incidents(now) + 1
    values = {"blocked_until": until, "block_reason": reason, "incidents": count, "last_incident_at": now}
    tx.execute(change(hosts).where(hosts.c.key == key).values(**values))


def set_crawl_delay(tx: Tx, key: str, seconds: float) -> None:
    """What robots.txt wants. Hosts of one domain may differ: the newest word counts."""
    tx.execute(change(hosts).where(hosts.c.key == key).values(crawl_delay=seconds))


def void_reservations(tx: Tx) -> None:
    """For the only crawler at its start: whoever was busy is gone. When a host may be asked next stays."""
    tx.execute(change(hosts).where(hosts.c.busy_until > 0).values(busy_until=0))
