"""Faults of workers and of a real broker: nothing lost, and what is done twice is counted."""

from __future__ import annotations

import asyncio
import random
import signal
from pathlib import Path

import pytest

from tests.fixtures.kafka_copying import Balance, copying
from tests.fixtures.trials import AWAY_SECONDS, trials
from tests.servers.addresses import KafkaAddress
from tests.servers.kafka import Kafka

pytestmark = [pytest.mark.servers, pytest.mark.timeout(400)]

KILLS = trials(5)
ROUNDS = trials(3)
BROKER_KILLS = trials(2)
SEED = 20261124
# A killed worker redoes what it had written and not committed: one batch of fifty, and what its client held back.
TWICE_A_KILL = 300

hosts = pytest.mark.parametrize("host", ["aiokafka", "faust"])


def told(fault: str, host: str, trials: int, balance: Balance, seconds: float) -> None:
    print(
        f"\n{fault} | {host} | trials {trials} | published {balance.published} | lost {balance.lost} "
        f"| twice {balance.twice} | converged in {seconds:.1f} s"
    )


@hosts
async def test_nothing_is_lost_when_a_worker_is_killed_again_and_again(
    tmp_path: Path, kafka: KafkaAddress, host: str
) -> None:
    chance = random.Random(SEED)
    async with copying(kafka.bootstrap, tmp_path, host, workers=1) as running:
        (worker,) = running.workers
        for _ in range(KILLS):
            await asyncio.sleep(chance.uniform(0.2, 1.5))
            await worker.end(signal.SIGKILL)
            await worker.start()
        balance, seconds = await running.balance()
    told("worker kill -9", host, KILLS, balance, seconds)
    assert balance.lost == 0
    assert balance.twice <= KILLS * TWICE_A_KILL


@hosts
async def test_two_replicas_restarted_in_turn_lose_nothing(tmp_path: Path, kafka: KafkaAddress, host: str) -> None:
    chance = random.Random(SEED)
    async with copying(kafka.bootstrap, tmp_path, host, workers=2) as running:
        for _ in range(ROUNDS):
            for worker, number in zip(running.workers, (signal.SIGTERM, signal.SIGKILL), strict=True):
                code = await worker.end(number)
                assert code == (0 if number is signal.SIGTERM else -signal.SIGKILL), worker.log()[-3000:]
                await worker.start()
                await asyncio.sleep(chance.uniform(0.5, 1.5))
        balance, seconds = await running.balance()
    told("two replicas, rolling SIGTERM and kill -9", host, 2 * ROUNDS, balance, seconds)
    assert balance.lost == 0
    assert balance.twice <= ROUNDS * TWICE_A_KILL


@hosts
async def test_a_replica_that_comes_and_one_that_goes_lose_nothing(
    tmp_path: Path, kafka: KafkaAddress, host: str
) -> None:
    async with copying(kafka.bootstrap, tmp_path, host, workers=1) as running:
        second = await running.worker()
        await running.copied(300)
        # It is missed only when its session has ended: its messages wait so long.
        assert await second.end(signal.SIGTERM) == 0
        balance, seconds = await running.balance()
    told("a replica comes and goes", host, 1, balance, seconds)
    assert balance.lost == 0
    assert balance.twice <= TWICE_A_KILL


@hosts
async def test_nothing_is_lost_when_the_broker_is_killed(tmp_path: Path, own_kafka: Kafka, host: str) -> None:
    async with copying(own_kafka.bootstrap, tmp_path, host, workers=1) as running:
        for _ in range(BROKER_KILLS):
            await asyncio.to_thread(own_kafka.kill)
            await asyncio.to_thread(own_kafka.start)
            await running.copied(100)
        balance, seconds = await running.balance()
    told("broker kill -9", host, BROKER_KILLS, balance, seconds)
    assert balance.lost == 0
    assert balance.twice <= BROKER_KILLS * TWICE_A_KILL


@hosts
async def test_a_worker_stops_in_time_though_the_broker_is_away(tmp_path: Path, own_kafka: Kafka, host: str) -> None:
    async with copying(own_kafka.bootstrap, tmp_path, host, workers=1) as running:
        (worker,) = running.workers
        await asyncio.to_thread(own_kafka.kill)
        assert await worker.end(signal.SIGTERM) == 0, worker.log()[-3000:]
        await asyncio.to_thread(own_kafka.start)
        await worker.start()
        balance, seconds = await running.balance()
    told("SIGTERM while the broker is away", host, 1, balance, seconds)
    assert balance.lost == 0


@hosts
@pytest.mark.slow
async def test_a_broker_that_is_away_is_waited_for(tmp_path: Path, own_kafka: Kafka, host: str) -> None:
    async with copying(own_kafka.bootstrap, tmp_path, host, workers=1) as running:
        (worker,) = running.workers
        before = len(worker.log().splitlines())
        await asyncio.to_thread(own_kafka.stop)
        await asyncio.sleep(AWAY_SECONDS)
        lines = len(worker.log().splitlines()) - before
        await asyncio.to_thread(own_kafka.start)
        await running.copied(100)
        balance, seconds = await running.balance()
    told(f"broker away {AWAY_SECONDS:g} s ({lines} log lines)", host, 1, balance, seconds)
    assert balance.lost == 0
    # The clients write 8,000 a minute.
    assert lines <= 200
