from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from presswatch_shared.clock import SystemClock
from presswatch_shared.errors import BadInput
from presswatch_shared.metrics import Metrics
from presswatch_shared.stream.health import StageHealth, StageState
from presswatch_shared.stream.memory_log import MemoryLog
from presswatch_shared.stream.stage_service import stage_service
from presswatch_shared.stream.supervisor import StageSupervisor, WatchSettings
from tests.fixtures.clocks import FakeClock
from tests.fixtures.stages import STAGE, FunctionStage, raw_page
from tests.fixtures.waiting import until

TOPIC = "pages.fetched"
Work = Callable[[asyncio.Event], Awaitable[None]]


class Scripted:
    """Runs the next work of the script each time it is started; the last one again and again."""

    def __init__(self, *works: Work) -> None:
        self.works = works
        self.starts = 0
        self.cancelled = 0

    async def run(self, stop: asyncio.Event) -> None:
        self.starts += 1
        try:
            await self.works[min(self.starts, len(self.works)) - 1](stop)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise


async def fail(_: asyncio.Event) -> None:
    raise ZeroDivisionError("a fault of the engine's surroundings")


async def steady(stop: asyncio.Event) -> None:
    await stop.wait()


async def hang(_: asyncio.Event) -> None:
    await asyncio.Event().wait()


class Scene:
    def __init__(self, runner: Scripted) -> None:
        self.clock = FakeClock()
        self.stream = MemoryLog(clock=self.clock)
        self.health = StageHealth("testing", self.clock)
        self.metrics = Metrics()
        self.rests: list[float] = []
        self.stop = asyncio.Event()
        self.supervisor = StageSupervisor(
            lambda: runner,
            topics=[TOPIC],
            stream=self.stream,
            health=self.health,
            metrics=self.metrics,
            settings=WatchSettings(look_every=0.01, stuck_after=60.0),
            rest=self.rest,
        )

    async def rest(self, stop: asyncio.Event, seconds: float) -> None:
        self.rests.append(seconds)
        await asyncio.sleep(0)

    async def end(self, task: asyncio.Task[None]) -> None:
        self.stop.set()
        await asyncio.wait_for(task, 5)

    def metric(self, name: str, **labels: str) -> float | None:
        return self.metrics.registry.get_sample_value(f"presswatch_{name}", labels)


async def test_a_stage_that_fails_is_restarted_ever_later() -> None:
    runner = Scripted(*[fail] * 8, steady)
    scene = Scene(runner)
    task = asyncio.create_task(scene.supervisor.run(scene.stop))
    await until(lambda: runner.starts == 9)
    assert scene.rests == [0.5, 1.0, 2.0, 5.0, 15.0, 60.0, 60.0, 60.0]
    assert scene.metric("stage_restarts_total", stage="testing") == 8
    await scene.end(task)


async def test_after_a_finished_batch_the_waits_begin_anew() -> None:
    async def work_then_fail(_: asyncio.Event) -> None:
        scene.health.finished_batch()
        raise ZeroDivisionError

    runner = Scripted(fail, fail, work_then_fail, steady)
    scene = Scene(runner)
    task = asyncio.create_task(scene.supervisor.run(scene.stop))
    await until(lambda: runner.starts == 4)
    assert scene.rests == [0.5, 1.0, 0.5]
    await scene.end(task)


async def test_a_failing_stage_says_so() -> None:
    scene = Scene(Scripted(fail))
    task = asyncio.create_task(scene.supervisor.run(scene.stop))
    await until(lambda: scene.rests)
    assert scene.health.state is StageState.FAILING
    assert "ZeroDivisionError" in await scene.health.check()
    await scene.end(task)


async def test_a_stage_that_can_never_run_ends_with_its_sentence() -> None:
    async def refuse(_: asyncio.Event) -> None:
        raise BadInput("the stream log is damaged")

    scene = Scene(Scripted(refuse))
    with pytest.raises(BadInput, match="damaged"):
        await scene.supervisor.run(scene.stop)
    assert scene.rests == []


async def test_with_lag_and_no_progress_the_stage_is_restarted() -> None:
    runner = Scripted(hang, steady)
    scene = Scene(runner)
    await scene.stream.publish([raw_page(1)])
    task = asyncio.create_task(scene.supervisor.run(scene.stop))
    await until(lambda: runner.starts == 1)
    scene.clock.forward(61)
    await until(lambda: runner.starts == 2)
    assert runner.cancelled == 1
    await scene.end(task)


async def test_without_lag_standing_still_is_no_fault() -> None:
    runner = Scripted(steady)
    scene = Scene(runner)
    task = asyncio.create_task(scene.supervisor.run(scene.stop))
    for _ in range(10):
        scene.clock.forward(50)
        await asyncio.sleep(0.02)
    assert runner.starts == 1
    await scene.end(task)


@pytest.mark.parametrize("sign", ["retry", "batch", "pause"])
async def test_whoever_retries_works_or_is_paused_is_not_stuck(sign: str) -> None:
    runner = Scripted(steady)
    scene = Scene(runner)
    await scene.stream.publish([raw_page(1)])
    task = asyncio.create_task(scene.supervisor.run(scene.stop))
    await until(lambda: runner.starts == 1)
    for _ in range(8):
        scene.clock.forward(40)
        if sign == "retry":
            scene.health.progressed()
        elif sign == "batch":
            scene.health.finished_batch()
        else:
            scene.health.turn(StageState.PAUSED, "too many failures")
        await asyncio.sleep(0.02)
    assert runner.starts == 1
    await scene.end(task)


async def test_lag_is_measured() -> None:
    scene = Scene(Scripted(steady))
    await scene.stream.publish([raw_page(1), raw_page(2)])
    scene.clock.forward(30)
    task = asyncio.create_task(scene.supervisor.run(scene.stop))
    await until(lambda: scene.metric("consumer_lag_records", stage="testing", topic=TOPIC) == 2)
    assert scene.metric("consumer_lag_seconds", stage="testing", topic=TOPIC) == 30
    await scene.end(task)


async def test_a_stage_that_cancels_itself_is_restarted() -> None:
    async def cancel_itself(_: asyncio.Event) -> None:
        raise asyncio.CancelledError

    runner = Scripted(cancel_itself, steady)
    scene = Scene(runner)
    task = asyncio.create_task(scene.supervisor.run(scene.stop))
    await until(lambda: runner.starts == 2)
    await scene.end(task)


async def test_a_stage_service_runs_its_stage_from_one_call(tmp_path: Path) -> None:
    stream, stage, stop = MemoryLog(clock=SystemClock()), FunctionStage(), asyncio.Event()
    await stream.publish([raw_page(number) for number in range(20)])
    service = stage_service(stage, stream, folder=tmp_path, clock=SystemClock(), metrics=Metrics())
    assert service.name == STAGE
    task = asyncio.create_task(service.run(stop))
    await until(lambda: len(stage.handled) == 20)
    assert await service.health.check() == ""
    stop.set()
    await asyncio.wait_for(task, 5)
    assert service.health.state is StageState.STOPPED


@pytest.mark.parametrize(
    ("state", "after", "ready"),
    [
        pytest.param(StageState.STARTING, 0, True, id="starting"),
        pytest.param(StageState.RUNNING, 900, True, id="running"),
        pytest.param(StageState.RETRYING, 10, True, id="retrying for a moment"),
        pytest.param(StageState.RETRYING, 61, False, id="retrying for long"),
        pytest.param(StageState.PAUSED, 0, False, id="paused"),
        pytest.param(StageState.FAILING, 0, False, id="failing"),
        pytest.param(StageState.STOPPED, 0, True, id="stopped"),
    ],
)
async def test_readiness_follows_the_state(state: StageState, after: float, ready: bool) -> None:
    clock = FakeClock()
    health = StageHealth("testing", clock)
    health.turn(state, "because")
    clock.forward(after)
    health.turn(state, "because still")
    assert (await health.check() == "") is ready
