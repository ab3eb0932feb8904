"""What a second process brings: the same items by one process and by two that share them, in turns."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Sequence
from multiprocessing.context import ForkContext
from typing import TypeVar

__all__ = ["in_two_processes"]

T = TypeVar("T")
TURNS = 2
"""In turns, so that whatever else runs on the machine slows both alike."""


def in_two_processes(work: Callable[[T], object], items: Sequence[T], *, turns: int = TURNS) -> dict[str, float] | None:
    """Items a second of wall time by one process and by two; None where a process cannot fork.

    Forked, so that neither pays for what is loaded once.
    """
    if "fork" not in multiprocessing.get_all_start_methods():
        return None
    context = multiprocessing.get_context("fork")
    one = two = 0.0
    for _ in range(turns):
        one += _wall_seconds(context, work, [items])
        two += _wall_seconds(context, work, [items[::2], items[1::2]])
    done = turns * len(items)
    return {"one": round(done / one, 1), "two": round(done / two, 1), "ratio": round(one / two, 2)}


def _wall_seconds(context: ForkContext, work: Callable[[T], object], parts: Sequence[Sequence[T]]) -> float:
    workers = [context.Process(target=_work_on, args=(work, part)) for part in parts]
    begun = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return time.perf_counter() - begun


def _work_on(work: Callable[[T], object], items: Sequence[T]) -> None:
    for item in items:
        work(item)
