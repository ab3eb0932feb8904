"""Work on foreign bytes in processes that may be killed: by a deadline in CPU time, a wall guard, or a memory limit.

`KillablePool("package.module:function", …)` runs `function(payload: bytes) -> bytes` in spawned worker processes (never
forked: a forked child would keep the locks of its parent). A worker ends when its input closes, so that none outlives a
parent that was killed. Frames both ways are a length in four bytes and the payload; see `killable_worker.py`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Literal

from presswatch_shared.errors import PresswatchError
from presswatch_shared.killable_worker import FRAME, Status

__all__ = ["KillablePool", "Reason", "WorkerKilled"]

Reason = Literal["timeout", "memory", "crash"]
START_SECONDS = 60.0
# A worker on a crowded machine waits for its turn: the wall guard is only for one that waits for something else.
WALL_FACTOR = 10.0


class WorkerKilled(PresswatchError):
    """The payload cost its worker too much: `reason` says what. The next payload has a new worker."""

    def __init__(self, message: str, *, reason: Reason) -> None:
        super().__init__(message)
        self.reason: Reason = reason


class KillablePool:
    """So many workers, started when first needed, replaced when they die."""

    def __init__(
        self,
        target: str,
        *,
        workers: int = 1,
        deadline_seconds: float = 3.0,
        memory_bytes: int = 1024 * 1024 * 1024,
        calls_a_worker: int = 500,
    ) -> None:
        """`deadline_seconds` of CPU time a payload; after `calls_a_worker` a worker is replaced, which bounds leaks."""
        self._target = target
        self._deadline = deadline_seconds
        self._memory = memory_bytes
        self._calls = calls_a_worker
        self._places = asyncio.Semaphore(max(1, workers))
        self._idle: list[_Worker] = []
        self._started: list[_Worker] = []
        self._closed = False

    async def call(self, payload: bytes) -> bytes:
        """The target's answer.

        Raises:
            WorkerKilled: too much CPU time, too much memory, or the worker died.
        """
        async with self._places:
            worker = self._idle.pop() if self._idle else None
            if worker is None or not worker.alive:
                worker = await self._start()
            usable = False
            try:
                answer = await worker.ask(payload, self._deadline)
                usable = not self._closed
                return answer
            except WorkerKilled:
                # Of what it has recovered from by itself it is ready for the next payload.
                usable = worker.recovered and not self._closed
                raise
            finally:
                # Whatever ended the call early (a kill, a cancelled task), an answer may still be in the pipe.
                if usable:
                    self._idle.append(worker)
                else:
                    worker.kill()

    async def close(self) -> None:
        """End all workers at once."""
        self._closed = True
        self._idle.clear()
        for worker in self._started:
            worker.kill()
        await asyncio.gather(*(worker.wait() for worker in self._started))
        self._started.clear()

    async def _start(self) -> _Worker:
        worker = await _Worker.spawn(self._target, self._memory, self._calls)
        self._started = [started for started in self._started if started.alive]
        self._started.append(worker)
        await worker.ready()
        return worker


class _Worker:
    def __init__(self, process: Process) -> None:
        self._process = process
        self.recovered = False
        """The last payload was too much, and another process has taken the place of the one that died of it."""

    @classmethod
    async def spawn(cls, target: str, memory_bytes: int, calls: int) -> _Worker:
        arguments = ("-m", "presswatch_shared.killable_worker", target, str(memory_bytes), str(calls))
        process = await asyncio.create_subprocess_exec(
            sys.executable, *arguments, stdin=PIPE, stdout=PIPE, env=_environment(), start_new_session=True
        )
        return cls(process)

    async def ready(self) -> None:
        """Until it has loaded its target."""
        try:
            status, reason = await asyncio.wait_for(self._read(), START_SECONDS)
        except (TimeoutError, asyncio.IncompleteReadError) as error:
            self.kill()
            raise WorkerKilled("a worker did not start", reason="crash") from error
        if status is not Status.READY:
            self.kill()
            raise WorkerKilled(f"a worker did not start: {reason.decode()}", reason="crash")

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    async def ask(self, payload: bytes, deadline: float) -> bytes:
        self.recovered = False
        try:
            async with asyncio.timeout(max(deadline * WALL_FACTOR, 5.0)):
                self._send(payload, deadline)
                status, answer = await self._read()
        except TimeoutError as error:
            raise WorkerKilled("a worker did not answer in time", reason="timeout") from error
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise await self._death() from error
        self.recovered = status in (Status.MEMORY, Status.TIMEOUT)
        if status is Status.TIMEOUT:
            raise WorkerKilled("a worker reached its CPU deadline", reason="timeout")
        if status is Status.MEMORY:
            raise WorkerKilled("a worker reached its memory limit", reason="memory")
        if status is Status.FAILED:
            raise WorkerKilled(f"a worker failed: {answer.decode()}", reason="crash")
        return answer

    def _send(self, payload: bytes, deadline: float) -> None:
        # Not drained: while the worker reads, nothing else is to be done for it, and its death is seen by `_read`.
        if self._process.stdin is None:
            raise ConnectionError("no pipe to the worker")
        self._process.stdin.write(FRAME.pack(round(deadline * 1000), len(payload)))
        self._process.stdin.write(payload)

    async def _read(self) -> tuple[Status, bytes]:
        if self._process.stdout is None:
            raise ConnectionError("no pipe from the worker")
        status, length = FRAME.unpack(await self._process.stdout.readexactly(FRAME.size))
        return Status(status), await self._process.stdout.readexactly(length)

    async def _death(self) -> WorkerKilled:
        code = await self._process.wait()
        if code == -signal.SIGPROF:
            return WorkerKilled("a worker reached its CPU deadline", reason="timeout")
        if code == -signal.SIGKILL:
            # Not by us: the kernel was out of memory.
            return WorkerKilled("a worker was killed", reason="memory")
        return WorkerKilled(f"a worker died with exit code {code}", reason="crash")

    def kill(self) -> None:
        """It and what it has forked: it leads a group of its own."""
        if self.alive:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        if self._process.stdin is not None:
            self._process.stdin.close()

    async def wait(self) -> None:
        """Until it is gone and its pipes are closed."""
        await self._process.wait()
        if self._process.stdout is not None:
            await self._process.stdout.read()


def _environment() -> dict[str, str]:
    """The parent's without the product's settings, which hold secrets, and with its import path. One thread a worker:
    the pool is what runs in parallel."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PRESSWATCH_")}
    roots = [str(Path(__file__).resolve().parents[1]), *(entry for entry in sys.path if entry)]
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"), "1")
    return {**kept, **threads, "PYTHONPATH": os.pathsep.join(dict.fromkeys(roots))}
