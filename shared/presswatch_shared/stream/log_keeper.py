"""Keeps the SQLite log from growing for ever: a service that takes small steps beside the running stages."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from functools import partial

from presswatch_shared.clock import DAY, SECOND, Micros
from presswatch_shared.errors import Retry
from presswatch_shared.logs import get_logger
from presswatch_shared.stream.backoff import rest
from presswatch_shared.stream.sqlite_keeping import Keep, compact_step, retain_step
from presswatch_shared.stream.sqlite_log import SqliteLog
from presswatch_shared.stream.sqlite_rows import find_topics
from presswatch_shared.topics import ALERTS_FIRED, ARTICLES_ENRICHED, DEAD_LETTER_SECONDS, PAGES_FETCHED, holds_failures

__all__ = ["LogKeeper", "keep_rules"]

# A group that was not seen for so long holds no compaction back.
ABSENT_AGE = 7 * DAY
STEP_MESSAGES = 200
# Between two steps, so that whoever appends gets its turn.
BREATH_SECONDS = 0.02


def keep_rules(*, pages: float, alerts: float) -> Callable[[str], Keep]:
    """What is kept of a topic; ages in seconds, 0 = for ever."""
    kept = {
        PAGES_FETCHED.name: Keep(age=pages or None),
        ARTICLES_ENRICHED.name: Keep(compacted=True),
        ALERTS_FIRED.name: Keep(age=alerts or None),
    }

    def rule(topic: str) -> Keep:
        if holds_failures(topic):
            return Keep(age=DEAD_LETTER_SECONDS)
        return kept.get(topic, Keep())

    return rule


class LogKeeper:
    """Removes what is too old, and what newer messages of a compacted topic replace."""

    name = "stream-keeper"

    def __init__(self, log: SqliteLog, rules: Callable[[str], Keep], *, every: float = 60.0) -> None:
        self._log = log
        self._rules = rules
        self._every = every

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await self.keep(stop)
            except Retry as error:
                get_logger("stream").warning("log not tidied now", reason=str(error))
            await rest(stop, self._every)

    async def keep(self, stop: asyncio.Event) -> None:
        """Go through all topics once."""
        for topic in await self._log.reader.run(find_topics):
            rule = self._rules(topic.name)
            for tp in topic.tps:
                if rule.age is not None:
                    before = self._before(rule.age)
                    await self._repeat(partial(retain_step, tp=tp, before=before, limit=STEP_MESSAGES), stop)
                if rule.compacted:
                    since = self._log.clock.now() - ABSENT_AGE
                    await self._repeat(partial(compact_step, tp=tp, seen_since=since, limit=STEP_MESSAGES), stop)

    def _before(self, age: float) -> Micros:
        return self._log.clock.now() - round(age * SECOND)

    async def _repeat(self, step: Callable[[sqlite3.Connection], int], stop: asyncio.Event) -> None:
        # A step that did less than it could has come to the end.
        while not stop.is_set() and await self._log.writer.run(step) == STEP_MESSAGES:
            await rest(stop, BREATH_SECONDS)
