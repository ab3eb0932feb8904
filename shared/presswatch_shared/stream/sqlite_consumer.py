"""A member of a consumer group on the SQLite log."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from presswatch_shared.clock import SECOND
from presswatch_shared.stream.port import RawOut, RawRecord, Revoked
from presswatch_shared.stream.positions import ends_of
from presswatch_shared.stream.sqlite_group import Member, plan, refuse_unless_held, share
from presswatch_shared.stream.sqlite_rows import append, partition_in, read_from, save_offsets

if TYPE_CHECKING:
    from presswatch_shared.stream.sqlite_log import SqliteLog

__all__ = ["SqliteConsumer"]


class SqliteConsumer:
    """Made by `SqliteLog.consumer`. Reads the partitions it holds in turn, so that a busy one starves no other."""

    def __init__(self, log: SqliteLog, member: Member, names: Mapping[int, str]) -> None:
        self.member = member
        self.topics = frozenset(names.values())
        self.wake = asyncio.Event()
        self._log = log
        self._names = names
        self._tps = {(name, partition_in(tp)): tp for tp, name in names.items()}
        self._committed: dict[int, int] = {}
        self._next: dict[int, int] = {}
        self._lost = False
        self._turn = 0
        self._share_at = 0.0

    async def join(self) -> None:
        """Become a member and take what is free."""
        await self._share()

    async def poll(self, limit: int, wait: float) -> Sequence[RawRecord]:
        loop = asyncio.get_running_loop()
        until = loop.time() + wait
        while True:
            self._log.check_attendant()
            self.wake.clear()
            await self._share_when_due()
            batch = await self._read(limit)
            left = min(until, self._share_at) - loop.time()
            if batch or loop.time() >= until:
                return batch
            if left > 0:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.wake.wait(), left)

    async def commit(self, batch: Sequence[RawRecord], outs: Sequence[RawOut]) -> None:
        rows = await self._log.rows(outs)
        done = self._ends(batch)

        def write(connection: sqlite3.Connection) -> None:
            refuse_unless_held(connection, self.member, done)
            append(connection, rows, self._log.clock.now())
            save_offsets(connection, self.member.group, done)

        try:
            await self._log.writer.run(write)
        except Revoked:
            # What is held now is asked anew at the next poll: else the same messages would be polled and refused again.
            self._lost = True
            self.keep(())
            raise
        self._committed.update((tp, end) for tp, end in done.items() if tp in self._committed)
        self._log.appended(outs)

    async def rewind(self) -> None:
        self._next = dict(self._committed)

    async def close(self) -> None:
        self._next.clear()
        self._committed.clear()
        await self._log.left(self)

    def keep(self, held: Collection[int]) -> None:
        """Forget the partitions that are not held any more."""
        for tp in set(self._committed) - set(held):
            del self._committed[tp], self._next[tp]

    def _ends(self, batch: Sequence[RawRecord]) -> Mapping[int, int]:
        return {self._tps[place]: end for place, end in ends_of(batch).items()}

    async def _read(self, limit: int) -> Sequence[RawRecord]:
        tps = sorted(self._next)
        if not tps:
            return []
        self._turn = (self._turn + 1) % len(tps)
        starts = [(tp, self._next[tp]) for tp in tps[self._turn :] + tps[: self._turn]]
        batch = await self._log.reader.run(partial(read_from, starts=starts, names=self._names, limit=limit))
        self._next.update((tp, end) for tp, end in self._ends(batch).items() if tp in self._next)
        return batch

    async def _share_when_due(self) -> None:
        if self._lost:
            await self._share()
            self._lost = False
            return
        if asyncio.get_running_loop().time() < self._share_at:
            return
        now = self._log.clock.now()
        # Look before: taking part in the sharing needs the write lock.
        if await self._log.reader.run(partial(plan, member=self.member, idle=self._idle(), now=now)):
            await self._share()
        else:
            self._share_at = asyncio.get_running_loop().time() + self._log.settings.share_every

    async def _share(self) -> None:
        idle = self._idle()

        def take_part(connection: sqlite3.Connection) -> Mapping[int, int]:
            now = self._log.clock.now()
            return share(connection, self.member, idle, now=now, until=now + round(self._log.settings.lease * SECOND))

        held = await self._log.writer.run(take_part)
        self.keep(held)
        for tp, committed in held.items():
            if tp not in self._committed:
                self._committed[tp] = self._next[tp] = committed
        self._share_at = asyncio.get_running_loop().time() + self._log.settings.share_every

    def _idle(self) -> set[int]:
        """The partitions of which nothing is polled and not committed."""
        return {tp for tp, committed in self._committed.items() if self._next[tp] == committed}
