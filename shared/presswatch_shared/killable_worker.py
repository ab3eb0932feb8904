"""The worker side of `killable.py`: `python -m presswatch_shared.killable_worker package.module:function BYTES CALLS`.

The process loads its target and then forks the one that works: a worker that dies is replaced in milliseconds, with all
that was loaded, instead of the second that loading takes. (Nothing else is forked: this process holds no locks and runs
no threads. If the target started some when it was loaded, the process works itself.)

The worker reads frames (CPU deadline in ms, length, payload) from its input and answers with frames (status, length,
answer). A timer of CPU time ends it when a payload overruns; closing its input ends both.
"""

from __future__ import annotations

import enum
import gc
import importlib
import os
import resource
import signal
import struct
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

__all__ = ["FRAME", "Status", "main"]

Work = Callable[[bytes], bytes]
FRAME = struct.Struct(">II")
TASKS = Path("/proc/self/task")
PARENT_CHECK_SECONDS = 1.0
# How errors reach the parent: short, so that nothing of a page fills the logs.
MESSAGE_LENGTH = 500


class Status(enum.IntEnum):
    """What an answer is."""

    READY = 0
    ANSWER = 1
    MEMORY = 2
    FAILED = 3
    TIMEOUT = 4


REPLACE_ME = 70
"""Exit code of a worker whose memory is used up, or that has worked long enough."""


def main(target: str, memory_bytes: int, calls: int) -> None:
    """Answer frames until the input closes; the worker is a new one after `calls` frames."""
    fd_in, fd_out = _take_over_pipes()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    with os.fdopen(fd_out, "wb") as frames_out:
        try:
            function = _load(target)
        except (ImportError, AttributeError) as error:
            _write(frames_out, Status.FAILED, str(error).encode()[:MESSAGE_LENGTH])
            return
        if memory_bytes:
            resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        try:
            _write(frames_out, Status.READY, b"")
        except BrokenPipeError:
            # Whoever started us is gone already. At once: what is buffered would be written as the file is closed.
            os._exit(0)
        if _runs_threads():
            threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
            _answer(function, fd_in, frames_out, calls=sys.maxsize)
        else:
            _keep_one_working(function, fd_in, frames_out, calls)


def _keep_one_working(function: Work, fd_in: int, frames_out: BinaryIO, calls: int) -> None:
    """Fork workers one after the other until the input closes."""
    parent = os.getppid()
    # What is loaded is shared with all workers as long as nobody writes to it: not even the collector.
    gc.collect()
    gc.freeze()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    while True:
        worker = os.fork()
        if worker == 0:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
            threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
            os._exit(_answer(function, fd_in, frames_out, calls))
        status = _await_end(worker, parent)
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGPROF:
            # It was at work, so its frame had been read to the end: the next worker finds the next one.
            _write(frames_out, Status.TIMEOUT, b"")
        elif os.WIFSIGNALED(status):
            os.kill(os.getpid(), os.WTERMSIG(status))
        elif os.WEXITSTATUS(status) != REPLACE_ME:
            sys.exit(os.WEXITSTATUS(status))


def _await_end(worker: int, parent: int) -> int:
    """The worker's wait status. If our parent is gone, so are we all."""
    while True:
        signal.sigtimedwait({signal.SIGCHLD}, PARENT_CHECK_SECONDS)
        ended, status = os.waitpid(worker, os.WNOHANG)
        if ended:
            return status
        if os.getppid() != parent:
            os.killpg(0, signal.SIGKILL)


def _answer(function: Work, fd_in: int, frames_out: BinaryIO, calls: int) -> int:
    """Answer frames; the exit code of the process."""
    with os.fdopen(fd_in, "rb") as frames_in:
        for _ in range(calls):
            head = frames_in.read(FRAME.size)
            if not head:
                return 0
            deadline, length = FRAME.unpack(head)
            status, answer = _work(function, frames_in.read(length), deadline / 1000)
            _write(frames_out, status, answer)
            if status is Status.MEMORY:
                break
    return REPLACE_ME


def _runs_threads() -> bool:
    try:
        return sum(1 for _ in TASKS.iterdir()) > 1
    except OSError:
        return threading.active_count() > 1


def _take_over_pipes() -> tuple[int, int]:
    """Keep the pipes to ourselves: whatever the target prints goes to stderr."""
    frames_in, frames_out = os.dup(0), os.dup(1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    return frames_in, frames_out


def _load(target: str) -> Work:
    module, _, name = target.partition(":")
    function: Work = getattr(importlib.import_module(module), name)
    return function


def _work(function: Work, payload: bytes, deadline: float) -> tuple[Status, bytes]:
    _arm(deadline)
    try:
        return Status.ANSWER, function(payload)
    except MemoryError:
        return Status.MEMORY, b""
    # The target met something it did not foresee: the parent gets one sentence, and this process stays fit for use.
    except Exception as error:  # noqa: BLE001
        return Status.FAILED, f"{type(error).__name__}: {error}".encode("utf-8", "replace")[:MESSAGE_LENGTH]
    finally:
        _arm(0)


def _arm(seconds: float) -> None:
    """End this process after so much CPU time; 0 disarms. By the kernel: C code would not hear a Python handler."""
    signal.setitimer(signal.ITIMER_PROF, seconds)


def _write(frames_out: BinaryIO, status: Status, answer: bytes) -> None:
    frames_out.write(FRAME.pack(status, len(answer)) + answer)
    frames_out.flush()


def _end_with(parent: int) -> None:
    """A parent that was killed closes the input, which a busy worker would see late."""
    while os.getppid() == parent:
        time.sleep(PARENT_CHECK_SECONDS)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
