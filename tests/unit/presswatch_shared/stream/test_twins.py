from __future__ import annotations

import random
from pathlib import Path

import pytest

from presswatch_shared.stream.memory_log import MemoryLog
from presswatch_shared.stream.port import Consumer, RawOut, RawRecord, Stream
from presswatch_shared.stream.sqlite_log import open_sqlite_log
from tests.fixtures.clocks import FakeClock

STEPS = 150


class Life:
    """The same random life of one group on any host; what it saw is remembered."""

    def __init__(self, stream: Stream, seed: int) -> None:
        self.stream = stream
        self.chance = random.Random(seed)
        self.seen: list[object] = []
        self.written = 0
        self.held: list[RawRecord] = []
        self.consumer: Consumer

    async def live(self) -> list[object]:
        self.consumer = await self.stream.consumer("group", ["a", "b"])
        for _ in range(STEPS):
            await self.chance.choice((self.publish, self.poll, self.poll, self.commit, self.rewind, self.restart))()
        lag = await self.stream.lag("group", ["a", "b"])
        ends = [sorted((await self.stream.end_offsets(topic)).items()) for topic in ("a", "b")]
        return [*self.seen, [lag[topic].records for topic in ("a", "b")], ends]

    async def publish(self) -> None:
        count = self.chance.randrange(1, 9)
        outs = [
            RawOut(self.chance.choice("ab"), f"key-{self.chance.randrange(6)}", str(self.written + number).encode())
            for number in range(count)
        ]
        self.written += count
        await self.stream.publish(outs)

    async def poll(self) -> None:
        batch = await self.consumer.poll(self.chance.randrange(1, 20), 0)
        self.held.extend(batch)
        self.seen.append([(record.position, record.value) for record in batch])

    async def commit(self) -> None:
        """A beginning of what is in hand, with an output each."""
        done = self.held[: self.chance.randrange(len(self.held) + 1)]
        await self.consumer.commit(done, [RawOut("out", record.key, record.value) for record in done])
        self.held = self.held[len(done) :]

    async def rewind(self) -> None:
        await self.consumer.rewind()
        self.held = []

    async def restart(self) -> None:
        await self.consumer.close()
        self.consumer = await self.stream.consumer("group", ["a", "b"])
        self.held = []


@pytest.mark.parametrize("seed", range(6))
async def test_the_twins_live_the_same_life(tmp_path: Path, seed: int) -> None:
    clock = FakeClock()
    lives = []
    for stream in (MemoryLog(clock=clock), open_sqlite_log(tmp_path / "stream.db", clock=clock)):
        lives.append(await Life(stream, seed).live())
        await stream.close()
    assert lives[0] == lives[1]
