"""What a second process brings: the same items by one process and by two that share them, in turns."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Sequence
from multiprocessing.context import ForkContext
from typing import NamedTuple, TypeVar

__all__ = ["in_two_processes", "two_processes_line"]

T = TypeVar("T")
TURNS = 2
"""In turns, so that whatever else runs on the machine slows both alike."""
WARM_UP = 20
LONGEST_WARM_UP_SECONDS = 120
LOOPS = range(60)
ADDITIONS = 20_000
"""Of a loop: about a millisecond."""


class _Spent(NamedTuple):
    wall: float
    cpu: float


def in_two_processes(
    work: Callable[[T], object], items: Sequence[T], *, turns: int = TURNS, warm_up: int = WARM_UP
) -> dict[str, float] | None:
    """Items a second of wall time by one process and by two; None where a process cannot fork.

    Forked, so that neither pays for what is loaded once. Each goes through its first `warm_up` items before the clock
    starts: a forked process copies each page of memory when it first counts a reference in it, a service does not.

    `ratio` is by wall time. `ratio_by_cpu` is what it would be with both cores for itself: twice the CPU seconds of the
    one, by those of the two together. `ratio_of_additions` is that of a loop that needs no memory, by wall time.
    """
    if "fork" not in multiprocessing.get_all_start_methods():
        return None
    context = multiprocessing.get_context("fork")
    one, two = _in_turns(context, work, items, turns, warm_up)
    loop, loops = _in_turns(context, _add, LOOPS, turns, 0)
    done = turns * len(items)
    return {
        "one": round(done / one.wall, 1),
        "two": round(done / two.wall, 1),
        "ratio": round(one.wall / two.wall, 2),
        "ratio_by_cpu": round(2 * one.cpu / two.cpu, 2),
        "ratio_of_additions": round(loop.wall / loops.wall, 2),
    }


def two_processes_line(figures: dict[str, float]) -> str:
    """The figures for a terminal."""
    return (
        f"two processes: {figures['two']:,.0f} articles/s, {figures['ratio']} × one "
        f"({figures['ratio_by_cpu']} by CPU seconds; a loop of additions {figures['ratio_of_additions']})"
    )


def _in_turns(
    context: ForkContext, work: Callable[[T], object], items: Sequence[T], turns: int, warm_up: int
) -> tuple[_Spent, _Spent]:
    """By one process and by two."""
    one, two = [], []
    for _ in range(turns):
        one.append(_spent(context, work, [items], warm_up))
        two.append(_spent(context, work, [items[::2], items[1::2]], warm_up))
    return _sum(one), _sum(two)


def _sum(turns: Sequence[_Spent]) -> _Spent:
    return _Spent(sum(turn.wall for turn in turns), sum(turn.cpu for turn in turns))


def _spent(context: ForkContext, work: Callable[[T], object], parts: Sequence[Sequence[T]], warm_up: int) -> _Spent:
    """The seconds of the longest and the CPU seconds of all.

    Raises:
        RuntimeError: one of the processes failed; it has written why.
    """
    begin = context.Barrier(len(parts))
    results = context.SimpleQueue()

    def work_on(part: Sequence[T]) -> None:
        for item in part[:warm_up]:
            work(item)
        begin.wait(LONGEST_WARM_UP_SECONDS)
        wall, cpu = time.perf_counter(), time.process_time()
        for item in part:
            work(item)
        results.put((time.perf_counter() - wall, time.process_time() - cpu))

    workers = [context.Process(target=work_on, args=(part,)) for part in parts]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if any(worker.exitcode for worker in workers):
        raise RuntimeError("a process of the benchmark failed")
    spent = [_Spent(*results.get()) for _ in workers]
    return _Spent(max(part.wall for part in spent), sum(part.cpu for part in spent))


def _add(_: int) -> int:
    return sum(number for number in range(ADDITIONS))
