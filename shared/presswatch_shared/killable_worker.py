"""The worker side of `killable.py`: `python -m presswatch_shared.killable_worker package.module:function BYTES`.

Reads frames (CPU deadline in ms, length, payload) from its input and answers with frames (status, length, answer). A
timer of CPU time ends the process when a payload overruns; closing its input ends it, too.
"""

from __future__ import annotations

import enum
import importlib
import os
import resource
import signal
import struct
import sys
import threading
import time
from collections.abc import Callable
from typing import BinaryIO

__all__ = ["FRAME", "Status", "main"]

FRAME = struct.Struct(">II")
PARENT_CHECK_SECONDS = 1.0
# How errors reach the parent: short, so that nothing of a page fills the logs.
MESSAGE_LENGTH = 500


class Status(enum.IntEnum):
    """What an answer is."""

    READY = 0
    ANSWER = 1
    MEMORY = 2
    FAILED = 3


def main(target: str, memory_bytes: int) -> None:
    """Answer frames until the input closes."""
    frames_in, frames_out = _take_over_pipes()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    try:
        function = _load(target)
    except (ImportError, AttributeError) as error:
        _write(frames_out, Status.FAILED, str(error).encode()[:MESSAGE_LENGTH])
        return
    if memory_bytes:
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _write(frames_out, Status.READY, b"")
    while head := frames_in.read(FRAME.size):
        deadline, length = FRAME.unpack(head)
        status, answer = _work(function, frames_in.read(length), deadline / 1000)
        _write(frames_out, status, answer)


def _take_over_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Keep the pipes to ourselves: whatever the target prints goes to stderr."""
    frames_in = os.fdopen(os.dup(0), "rb")
    frames_out = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    return frames_in, frames_out


def _load(target: str) -> Callable[[bytes], bytes]:
    module, _, name = target.partition(":")
    function: Callable[[bytes], bytes] = getattr(importlib.import_module(module), name)
    return function


def _work(function: Callable[[bytes], bytes], payload: bytes, deadline: float) -> tuple[Status, bytes]:
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


def _end_with_parent(parent: int) -> None:
    """A parent that was killed closes the input, which a busy worker would see late."""
    while os.getppid() == parent:
        time.sleep(PARENT_CHECK_SECONDS)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
