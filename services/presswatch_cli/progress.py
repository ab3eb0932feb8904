"""Progress of long work: on stderr, and only on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn

__all__ = ["counting", "measuring"]


@contextmanager
def counting(what: str) -> Iterator[Callable[[int], None]]:
    """A growing number; the callable takes how many are done."""
    with _shown(TextColumn("{task.completed:,.0f}"), TextColumn(what)) as shown:
        task = shown.add_task(what, total=None)
        yield lambda done: shown.update(task, completed=done)


@contextmanager
def measuring(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar with the time that is left; the callable takes how many are done and how many there are."""
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with _shown(*columns) as shown:
        task = shown.add_task(what, total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)


def _shown(*columns: ProgressColumn) -> Progress:
    console = Console(stderr=True)
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
