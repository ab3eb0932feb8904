"""Shows a refused query: the sentence, the query, a caret under the place, and what would do."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from presswatch_query import Problem

__all__ = ["refusal"]

WINDOW = 60
MOST_FAULTS = 10


def refusal(query: str, faults: Sequence[Problem]) -> str:
    """Several lines, one block a fault; of a long query only its neighbourhood, of many faults the first."""
    more = [f"and {len(faults) - MOST_FAULTS} faults more"] if len(faults) > MOST_FAULTS else []
    return "\n".join([*(_block(query, fault) for fault in faults[:MOST_FAULTS]), *more])


def _block(query: str, fault: Problem) -> str:
    first, last = max(0, fault.start - WINDOW), min(len(query), fault.start + WINDOW)
    shown = "".join(letter if letter.isprintable() else " " for letter in query[first:last])
    before, marked = shown[: fault.start - first], shown[fault.start - first : fault.end - first]
    pointer = " " * cell_len(before) + "^" * max(1, cell_len(marked))
    lines = [fault.message, f"  {shown}", f"  {pointer}"]
    if fault.suggestion:
        lines.append(f"  try: {fault.suggestion}")
    return "\n".join(lines)
