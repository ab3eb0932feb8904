"""`presswatch run` and the single services: hold the data folder, build, run until told to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import nullcontext

from presswatch_cli.clock_watch import ClockWatch
from presswatch_cli.completeness import CompletenessGauges
from presswatch_cli.composition import Parts
from presswatch_cli.data_folder import hold, prepare
from presswatch_cli.database_clock import DatabaseClock
from presswatch_cli.maintenance import Maintenance
from presswatch_cli.roles import Started, services_of
from presswatch_cli.supervise import Service, supervise
from presswatch_shared.logs import get_logger
from presswatch_shared.settings import BindAddress, Settings
from presswatch_shared.store import tokens
from presswatch_shared.stream.log_keeper import LogKeeper, keep_rules
from presswatch_shared.stream.sqlite_log import SqliteLog

__all__ = ["run_roles", "serve_parts"]


def run_roles(settings: Settings, roles: Sequence[str], started: Started) -> None:
    """Run the roles until SIGINT or SIGTERM.

    Raises:
        BadInput: the data folder is held by another process, a port is in use, a store is broken.
        ServerUnreachable: a server that the settings name does not answer.
    """
    role = "run" if len(roles) > 1 else roles[0]
    embedded = settings.store == "sqlite" or settings.stream == "sqlite"
    with hold(prepare(settings.data), role) if embedded else nullcontext():
        asyncio.run(serve_parts(Parts(settings), roles, asyncio.Event(), started))


async def serve_parts(
    parts: Parts, roles: Sequence[str], stop: asyncio.Event, started: Started, others: Sequence[Service] = ()
) -> None:
    """Run the roles with given parts, and others beside them; the caller holds the data folder."""
    try:
        if isinstance(parts.stream, SqliteLog):
            # Who held a lease on this folder is gone, since we hold its lock.
            await parts.stream.void_leases(None if len(roles) > 1 else roles)
        else:
            # Said at once, with its address; an outage later on is waited for.
            await parts.stream.connect()
        clocks = await _shared_clock(parts)
        services = await services_of(parts, roles, started)
        if "web" in roles and not parts.settings.bind.is_loopback and not await parts.store.read(tokens.list_tokens):
            get_logger("web").warning("nobody can log in yet", mend="presswatch admin token add NAME --scope read")
        await supervise([*services, *clocks, *_health(parts, roles), *_housekeeping(parts, roles), *others], stop)
    finally:
        await parts.close()


async def _shared_clock(parts: Parts) -> Sequence[Service]:
    """Processes that share a database go by its clock."""
    if parts.store.is_sqlite:
        return []
    clock = DatabaseClock(parts.store, parts.clock)
    await clock.measure()
    parts.clock = clock
    return [clock]


def _health(parts: Parts, roles: Sequence[str]) -> Sequence[Service]:
    """The web service has these routes among its own; any other single service has them alone."""
    if "web" in roles:
        return []
    from presswatch_cli.health_server import HealthServer

    bind: BindAddress = parts.settings.metrics_bind
    return [HealthServer(bind, checks=parts.checks, metrics=parts.metrics)]


def _housekeeping(parts: Parts, roles: Sequence[str]) -> Sequence[Service]:
    """Beside the crawler, which every deployment has once: without one nothing new comes in."""
    if "crawler" not in roles:
        return []
    keeping: list[Service] = [
        Maintenance(parts),
        ClockWatch(parts.store, parts.clock),
        CompletenessGauges(parts.store, parts.stream, parts.clock, parts.silent_sources, parts.metrics),
    ]
    if not isinstance(parts.stream, SqliteLog):
        # Kafka removes and compacts by itself.
        return keeping
    rules = keep_rules(pages=parts.settings.retention_pages, alerts=parts.settings.retention_alerts)
    return [*keeping, LogKeeper(parts.stream, rules)]
