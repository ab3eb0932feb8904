"""The one loop of every stage on every host: poll, decode, handle, commit; and what happens when that fails.

Retry          the same messages again, jittered and ever later; the lag is the buffer
Poison         narrowed down to the message, which becomes a dead letter
anything else  narrowed down to the message, tried twice more, then a dead letter with its traceback;
               where this happens too often, the stage pauses with its offsets kept
death          the messages of the batch are run one by one; who kills the process three times is a dead letter
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

from presswatch_shared.clock import SECOND, Clock
from presswatch_shared.envelope import Envelope
from presswatch_shared.errors import Poison, Retry
from presswatch_shared.events import Event
from presswatch_shared.logs import get_logger
from presswatch_shared.metric_registry import exemplar
from presswatch_shared.metrics import Metrics
from presswatch_shared.stream.attempt_journal import AttemptJournal
from presswatch_shared.stream.backoff import rest
from presswatch_shared.stream.dead_letters import Failure, dead_letter
from presswatch_shared.stream.failure_window import FailureWindow
from presswatch_shared.stream.handling import StageCall
from presswatch_shared.stream.health import StageHealth, StageState
from presswatch_shared.stream.items import Item, StageInputs
from presswatch_shared.stream.pause_mark import PauseMark
from presswatch_shared.stream.port import Consumer, RawOut, RawRecord, Revoked, Stage, Stream
from presswatch_shared.stream.retrying import GivenUp, Rest, Retrying, unless_stopped
from presswatch_shared.topics import Topic

__all__ = ["EngineSettings", "OnDeadLetter", "StageRunner"]

OnDeadLetter = Callable[[Envelope | None, str], Awaitable[None]]
"""Told of a dead letter before its offset is committed: the envelope, where it could be decoded, and the stage."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """Seconds and counts."""

    batch: int = 100
    poll_wait: float = 1.0
    retry_first: float = 0.5
    retry_most: float = 60.0
    quick_attempts: int = 2
    quick_rest: float = 0.1
    suspect_rests: tuple[float, ...] = (2.0, 10.0)
    """Before a message that killed the process is run alone for the second and the third time."""
    resume_every: float = 0.5
    stop_within: float = 7.0
    """What a batch in hand has left once told to stop; then `commit_within` for its commit."""
    commit_within: float = 1.5

    @property
    def deadly(self) -> int:
        """So many deaths of one message are enough."""
        return len(self.suspect_rests) + 1


async def tell_nobody(_: Envelope | None, __: str) -> None:
    """For stages whose messages no ledger knows."""


class _Paused(Exception):
    """Too many failures: the message at hand is kept, and the stage waits."""


class StageRunner:
    """Runs one stage as one member of its consumer group."""

    def __init__(
        self,
        stage: Stage,
        stream: Stream,
        *,
        clock: Clock,
        metrics: Metrics,
        health: StageHealth,
        journal: AttemptJournal,
        pause: PauseMark,
        outputs: Sequence[Topic[Event]] = (),
        on_dead_letter: OnDeadLetter = tell_nobody,
        settings: EngineSettings | None = None,
        chance: Callable[[], float] = random.random,
        rest: Rest = rest,
    ) -> None:
        self.name = stage.name
        self._settings = settings = settings or EngineSettings()
        self._stream = stream
        self._inputs = StageInputs(stage.name, stage.inputs)
        self._clock, self._metrics, self._health = clock, metrics, health
        self._journal, self._pause = journal, pause
        self._on_dead_letter = on_dead_letter
        self._chance, self._rest = chance, rest
        self._window = FailureWindow()
        self._call = StageCall(
            stage, outputs=outputs, journal=journal, metrics=metrics, stop_within=settings.stop_within
        )
        self._retrying = Retrying(
            stage.name, settings.retry_first, settings.retry_most, chance, rest, health=health, metrics=metrics
        )
        self._in_progress = metrics.messages_in_progress.labels(stage.name)
        self._consumer: Consumer
        self._stop: asyncio.Event

    async def run(self, stop: asyncio.Event) -> None:
        """Handle messages until `stop` is set. A batch in hand is then finished, or given up without a commit."""
        self._stop = stop
        # A restart tries again.
        self._pause.clear()
        with suppress(GivenUp):
            self._consumer = await self._retrying(
                lambda: self._unless_stopped(self._stream.consumer(self.name, self._inputs.topics)), stop
            )
            try:
                self._health.turn(StageState.RUNNING)
                while not stop.is_set():
                    await self._turn()
            finally:
                with suppress(Retry):
                    await self._consumer.close()
        self._health.turn(StageState.STOPPED)

    async def _turn(self) -> None:
        """Poll once and settle all of it."""
        settings = self._settings
        batch = await self._retrying(lambda: self._consumer.poll(settings.batch, settings.poll_wait), self._stop)
        self._in_progress.set(len(batch))
        try:
            for piece in self._pieces(batch):
                await self._settle(piece)
        except Revoked as error:
            get_logger("engine").info("batch given up", stage=self.name, reason=str(error))
            await self._consumer.rewind()
        except _Paused as reason:
            await self._consumer.rewind()
            await self._wait_for_resume(str(reason))
        finally:
            self._in_progress.set(0)

    def _pieces(self, batch: Sequence[RawRecord]) -> Sequence[Sequence[Item]]:
        """The batch in one piece, but messages that may have killed the process each alone."""
        items = [self._inputs.item(raw) for raw in batch]
        pieces: list[Sequence[Item]] = []
        for suspect, group in groupby(items, key=lambda item: self._journal.is_suspect(item.raw.position)):
            members = list(group)
            pieces.extend([[item] for item in members] if suspect else [members])
        return pieces

    async def _settle(self, piece: Sequence[Item]) -> None:
        """Commit all of the piece: handled, or set aside. Where that cannot be, raises with the rest uncommitted."""
        if self._stop.is_set():
            raise GivenUp
        deaths = await self._deaths(piece)
        if deaths >= self._settings.deadly:
            failure = Failure("the process died of it", "killed", classified=True, attempts=deaths)
            await self._set_aside(piece[0], failure)
            return
        outs = await self._attempt(piece)
        if isinstance(outs, Exception):
            await self._narrow_down(piece, outs)
        else:
            await self._commit(piece, [*outs, *await self._refused(piece)])

    async def _attempt(self, piece: Sequence[Item]) -> Sequence[RawOut] | Exception:
        """The outputs, or what the stage failed with."""
        try:
            return await self._retrying(lambda: self._call(piece, self._stop), self._stop)
        except GivenUp:
            raise
        # The border between engine and stage: what the stage did not foresee is narrowed down to a message.
        except Exception as error:  # noqa: BLE001
            return error

    async def _narrow_down(self, piece: Sequence[Item], error: Exception) -> None:
        """Halve until the culprit stands alone; that one is set aside and the others are handled."""
        if len(piece) > 1:
            middle = len(piece) // 2
            await self._settle(piece[:middle])
            await self._settle(piece[middle:])
        else:
            await self._try_again(piece, error)

    async def _try_again(self, piece: Sequence[Item], error: Exception) -> None:
        """A fault that nobody named may be gone at once: a few quick attempts, then the message is set aside."""
        attempts = 1
        while not isinstance(error, Poison) and attempts <= self._settings.quick_attempts:
            await self._rest(self._stop, self._settings.quick_rest)
            if self._stop.is_set():
                raise GivenUp
            outs = await self._attempt(piece)
            if not isinstance(outs, Exception):
                await self._commit(piece, outs)
                return
            error, attempts = outs, attempts + 1
        await self._set_aside(piece[0], Failure.of(error, attempts))

    async def _refused(self, piece: Sequence[Item]) -> Sequence[RawOut]:
        """Dead letters for what could not be decoded."""
        return [await self._letter(item, Failure.of(item.refusal)) for item in piece if item.refusal]

    async def _set_aside(self, item: Item, failure: Failure) -> None:
        self._window.add(failed=not failure.classified)
        if self._window.too_many:
            raise _Paused(
                f"{self._window.failures} of the last {self._window.seen} messages failed, "
                f"the last one with {failure.error.partition(chr(10))[0][:200]}"
            )
        await self._commit([item], [await self._letter(item, failure)], outcome="dead_letter")

    async def _letter(self, item: Item, failure: Failure) -> RawOut:
        """The dead letter; whoever keeps the ledger knows of it before it is written."""
        envelope = item.record.envelope if item.record else None
        await self._retrying(lambda: self._on_dead_letter(envelope, self.name), self._stop)
        get_logger("engine").warning(
            "message set aside",
            stage=self.name,
            position=f"{item.raw.position.topic}/{item.raw.position.partition}/{item.raw.position.offset}",
            reason=failure.reason,
            error=failure.error,
        )
        trace = envelope.trace if envelope else ""
        self._metrics.dead_letters.labels(self.name, failure.reason).inc(exemplar=exemplar(trace))
        return dead_letter(item, failure, stage=self.name, now=self._clock.now())

    async def _commit(self, piece: Sequence[Item], outs: Sequence[RawOut], outcome: str = "handled") -> None:
        raws = [item.raw for item in piece]
        await self._retrying(lambda: self._unless_stopped(self._consumer.commit(raws, outs)), self._stop)
        self._journal.cleared([raw.position for raw in raws])
        self._health.finished_batch()
        if outcome == "handled":
            self._window.add(failed=False, count=sum(item.heartbeat is None for item in piece))
        self._count(piece, outs, outcome)

    def _unless_stopped(self, work: Awaitable[T]) -> Awaitable[T]:
        """Brokers may be away for longer than there is time to stop."""
        return unless_stopped(work, self._stop, within=self._settings.commit_within)

    def _count(self, piece: Sequence[Item], outs: Sequence[RawOut], outcome: str) -> None:
        kinds = Counter("heartbeat" if i.heartbeat else "dead_letter" if i.refusal else outcome for i in piece)
        for kind, count in kinds.items():
            self._metrics.messages_consumed.labels(self.name, kind).inc(count)
        for topic, count in Counter(out.topic for out in outs).items():
            self._metrics.messages_produced.labels(topic, "written").inc(count)
        for heartbeat in (item.heartbeat for item in piece if item.heartbeat):
            self._metrics.see_heartbeat(self.name, sent=heartbeat.at / SECOND, now=self._clock.now() / SECOND)

    async def _deaths(self, piece: Sequence[Item]) -> int:
        """How often the process died of this message; rests before it is tried once more."""
        position = piece[0].raw.position
        deaths = self._journal.deaths(position) if len(piece) == 1 else 0
        if 0 < deaths < self._settings.deadly:
            with self._journal.resting(position):
                await self._rest(self._stop, self._settings.suspect_rests[deaths - 1] * (0.5 + self._chance()))
            if self._stop.is_set():
                raise GivenUp
        return deaths

    async def _wait_for_resume(self, reason: str) -> None:
        """Keep the offsets and wait until somebody lifts the pause."""
        get_logger("engine").error("stage paused", stage=self.name, reason=reason)
        self._pause.set(reason, self._clock.now())
        self._health.turn(StageState.PAUSED, reason)
        self._metrics.stage_paused.labels(self.name).set(1)
        while self._pause.is_set() and not self._stop.is_set():
            await self._rest(self._stop, self._settings.resume_every)
        self._metrics.stage_paused.labels(self.name).set(0)
        self._window.clear()
        self._health.progressed()
        self._health.turn(StageState.RUNNING)
