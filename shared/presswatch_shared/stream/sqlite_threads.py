"""The threads of the SQLite log, so that the loop never waits for a disk."""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from presswatch_shared.stream.sqlite_file import connect, translated

__all__ = ["SqliteReader", "SqliteWriter"]

T = TypeVar("T")
# Jobs that wait share one transaction, so that five stages pay for one fsync.
JOBS_A_TRANSACTION = 64


@dataclass(frozen=True, slots=True)
class _Job(Generic[T]):
    work: Callable[[sqlite3.Connection], T]
    future: Future[T]


class SqliteWriter:
    """One thread with one connection: each job is done whole or not at all, and durable when its caller goes on."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = connect(path)
        self._jobs: queue.SimpleQueue[_Job[Any] | None] = queue.SimpleQueue()
        self._closed = False
        # A daemon, so that a forgotten `close` cannot keep the process alive.
        self._thread = threading.Thread(target=self._run, name="stream-write", daemon=True)
        self._thread.start()

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """`work(connection)` inside a transaction.

        Raises:
            Retry: busy, full or an I/O error; nothing was changed.
            BadInput: the file is damaged.
        """
        if self._closed:
            raise RuntimeError("the stream log is closed")
        future: Future[T] = Future()
        self._jobs.put(_Job(work, future))
        return await asyncio.wrap_future(future)

    async def close(self) -> None:
        """Finish the jobs that wait, then close the connection."""
        if not self._closed:
            self._closed = True
            self._jobs.put(None)
            await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        last = False
        while not last:
            jobs, last = self._take()
            if jobs:
                self._transact(jobs)
        self._connection.close()

    def _take(self) -> tuple[Sequence[_Job[Any]], bool]:
        """The jobs that wait, and whether they are the last."""
        jobs: list[_Job[Any]] = []
        found = self._jobs.get()
        while found is not None:
            if found.future.set_running_or_notify_cancel():
                jobs.append(found)
            if len(jobs) == JOBS_A_TRANSACTION:
                return jobs, False
            try:
                found = self._jobs.get_nowait()
            except queue.Empty:
                return jobs, False
        return jobs, True

    def _transact(self, jobs: Sequence[_Job[Any]]) -> None:
        settle: list[Callable[[], None]] = []
        try:
            with translated(self._path):
                self._connection.execute("BEGIN IMMEDIATE")
                settle.extend([self._attempt(job) for job in jobs])
                self._connection.execute("COMMIT")
        # The border between this thread and its callers: each of them gets the error, whatever it is.
        except Exception as error:  # noqa: BLE001
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            for job in jobs:
                job.future.set_exception(error)
        else:
            for finish in settle:
                finish()

    def _attempt(self, job: _Job[Any]) -> Callable[[], None]:
        """Do a job inside the open transaction; gives what to tell its caller after the commit."""
        self._connection.execute("SAVEPOINT job")
        try:
            with translated(self._path):
                result = job.work(self._connection)
        # A job that fails is undone alone and tells its caller; the others of the transaction stand.
        except Exception as error:
            if not self._connection.in_transaction:
                # SQLite has rolled back everything, as it does when the disk is full.
                raise
            self._connection.execute("ROLLBACK TO job")
            self._connection.execute("RELEASE job")
            failure = error
            return lambda: job.future.set_exception(failure)
        self._connection.execute("RELEASE job")
        return lambda: job.future.set_result(result)


class SqliteReader:
    """One thread with one connection for what only reads: it never waits for a writer."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = connect(path)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="stream-read")

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """`work(connection)` on one state of the log.

        Raises:
            Retry: busy or an I/O error.
            BadInput: the file is damaged.
        """
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._read, work)

    async def close(self) -> None:
        await asyncio.to_thread(self._thread.shutdown)
        self._connection.close()

    def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        with translated(self._path):
            self._connection.execute("BEGIN")
            try:
                return work(self._connection)
            finally:
                self._connection.execute("ROLLBACK")
