"""Puts a stage, its engine and its supervisor together: one call a stage for the composition root."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from presswatch_shared.clock import SECOND, Clock
from presswatch_shared.events import Event
from presswatch_shared.metrics import Metrics
from presswatch_shared.stream.attempt_journal import AttemptJournal
from presswatch_shared.stream.engine import EngineSettings, OnDeadLetter, StageRunner, tell_nobody
from presswatch_shared.stream.health import StageHealth
from presswatch_shared.stream.items import StageInputs
from presswatch_shared.stream.pause_mark import PauseMark
from presswatch_shared.stream.port import Stage, Stream
from presswatch_shared.stream.supervisor import StageSupervisor, WatchSettings
from presswatch_shared.topics import Topic

__all__ = ["stage_service"]


def stage_service(
    stage: Stage,
    stream: Stream,
    *,
    folder: Path,
    clock: Clock,
    metrics: Metrics,
    outputs: Sequence[Topic[Event]] = (),
    on_dead_letter: OnDeadLetter = tell_nobody,
    settings: EngineSettings | None = None,
    watch: WatchSettings | None = None,
) -> StageSupervisor:
    """A service (`name`, `run(stop)`, `health`) that runs the stage.

    `folder` holds the attempt journal and the pause mark of each stage of this data folder; `outputs` are the topics
    that heartbeats are passed on to.
    """
    metrics.begin_stage(stage.name, clock.now() / SECOND)
    health = StageHealth(stage.name, clock)
    journal = AttemptJournal.of_replica(folder, stage.name)
    pause = PauseMark(folder, stage.name)

    def make_runner() -> StageRunner:
        return StageRunner(
            stage,
            stream,
            clock=clock,
            metrics=metrics,
            health=health,
            journal=journal,
            pause=pause,
            outputs=outputs,
            on_dead_letter=on_dead_letter,
            settings=settings,
        )

    topics = StageInputs(stage.name, stage.inputs).topics
    return StageSupervisor(make_runner, topics=topics, stream=stream, health=health, metrics=metrics, settings=watch)
