"""What a process and its children have cost so far, read from Linux's /proc."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from presswatch_shared.errors import BadInput, PresswatchError

__all__ = ["Usage", "usage_of"]

PROC = Path("/proc")
# Positions in /proc/PID/stat after the name in brackets; proc(5).
PARENT, USER, SYSTEM, USER_OF_ENDED, SYSTEM_OF_ENDED = 1, 11, 12, 13, 14


@dataclass(frozen=True, slots=True)
class Usage:
    """`cpu_seconds` of a process with all its children, ended ones too; peaks of memory in bytes."""

    cpu_seconds: float
    peak_bytes: int
    children_peak_bytes: Sequence[int]
    """Of the children that live, the largest first."""


def usage_of(pid: int) -> Usage:
    """Usage now.

    Raises:
        BadInput: a system without /proc.
        PresswatchError: there is no such process.
    """
    if not (PROC / "self" / "stat").exists():
        raise BadInput("CPU time and memory of the services are read from /proc, which only Linux has")
    tree = list(_tree(pid))
    if not tree:
        raise PresswatchError(f"process {pid} has ended")
    ticks = sum(sum(int(fields[place]) for place in range(USER, SYSTEM_OF_ENDED + 1)) for _, fields in tree)
    peaks = [_peak_bytes(member) for member, _ in tree]
    return Usage(ticks / os.sysconf("SC_CLK_TCK"), peaks[0], sorted(peaks[1:], reverse=True))


def _tree(pid: int) -> Iterator[tuple[int, list[str]]]:
    """The process and all below it, with their fields."""
    known = {int(entry.name): fields for entry in PROC.iterdir() if entry.name.isdigit() and (fields := _fields(entry))}
    waiting = [pid]
    while waiting:
        member = waiting.pop(0)
        if member in known:
            yield member, known[member]
            waiting += [child for child, fields in known.items() if int(fields[PARENT]) == member]


def _fields(entry: Path) -> list[str]:
    try:
        return (entry / "stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _peak_bytes(pid: int) -> int:
    try:
        lines = (PROC / str(pid) / "status").read_text(encoding="ascii", errors="replace").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)
