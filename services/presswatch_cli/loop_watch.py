"""Ends a process whose event loop stands still, so that whoever runs it starts it anew.

Nothing on the loop can notice that: no watchdog of a stage, no health page, not even SIGTERM. What was in hand is done
again, as after `kill -9`.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from presswatch_shared.logs import get_logger

__all__ = ["EXIT_CODE", "LoopWatchSettings", "watched_loop"]

EXIT_CODE = 70  # EX_SOFTWARE of sysexits.h


@dataclass(frozen=True, slots=True)
class LoopWatchSettings:
    """Looked at so often, and ended after so many looks in a row at which the loop had done nothing.

    Looks are counted rather than seconds: a process that was stopped for a while, or a machine that slept, is well.
    """

    every_seconds: float = 5.0
    looks: int = 60


@contextmanager
def watched_loop(settings: LoopWatchSettings | None = None, end: Callable[[int], object] = os._exit) -> Iterator[None]:
    """Watch the running loop from a thread while the block lasts; `end` is called with `EXIT_CODE`."""
    over = threading.Event()
    thread = threading.Thread(
        target=_watch,
        args=(asyncio.get_running_loop(), threading.get_ident(), settings or LoopWatchSettings(), over, end),
        name="loop-watch",
        daemon=True,
    )
    thread.start()
    try:
        yield
    finally:
        over.set()


def _watch(
    loop: asyncio.AbstractEventLoop,
    thread: int,
    settings: LoopWatchSettings,
    over: threading.Event,
    end: Callable[[int], object],
) -> None:
    still = 0
    moved = _asked(loop)
    while not over.wait(settings.every_seconds):
        still = 0 if moved.is_set() else still + 1
        if still == settings.looks:
            get_logger("supervisor").error(
                "the event loop stands still: the process ends, and has to be started anew",
                seconds=settings.looks * settings.every_seconds,
                where=_stack(thread),
            )
            end(EXIT_CODE)
            return
        if moved.is_set():
            moved = _asked(loop)


def _asked(loop: asyncio.AbstractEventLoop) -> threading.Event:
    """Set when the loop comes to it."""
    moved = threading.Event()
    if not loop.is_closed():
        loop.call_soon_threadsafe(moved.set)
    return moved


def _stack(thread: int) -> str:
    frame = sys._current_frames().get(thread)  # documented, and the only way to another thread's stack
    return "".join(traceback.format_stack(frame)) if frame else ""
