"""Progress of long work: on stderr, and only on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Display

__all__ = ["Count", "Progress", "counting", "measuring"]

Count = Callable[[int], None]
"""Takes how many are done."""
Progress = Callable[[int, int], None]
"""Takes how many are done and how many there are."""


@contextmanager
def counting(what: str) -> Iterator[Count]:
    """A growing number."""
    with _shown(TextColumn("{task.completed:,.0f}"), TextColumn(what)) as shown:
        task = shown.add_task(what, total=None)
        yield lambda done: shown.update(task, completed=done)


@contextmanager
def measuring(what: str) -> Iterator[Progress]:
    """A bar with the time that is left."""
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with _shown(*columns) as shown:
        task = shown.add_task(what, total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)


def _shown(*columns: ProgressColumn) -> Display:
    console = Console(stderr=True)
    return Display(*columns, console=console, transient=True, disable=not console.is_terminal)
