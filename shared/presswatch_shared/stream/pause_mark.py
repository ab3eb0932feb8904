"""A file that says a stage is paused. Another process lifts the pause by removing it."""

from __future__ import annotations

from pathlib import Path

import msgspec

from presswatch_shared.clock import Micros

__all__ = ["PauseMark", "PauseNote", "paused_stages"]

SUFFIX = ".paused"


class PauseNote(msgspec.Struct, frozen=True):
    """Why and since when (µs) a stage is paused."""

    stage: str
    reason: str
    since: int


class PauseMark:
    """The mark of one stage in the folder."""

    def __init__(self, folder: Path, stage: str) -> None:
        self._stage = stage
        self._path = folder / f"{stage}{SUFFIX}"

    def set(self, reason: str, now: Micros) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_bytes(msgspec.json.encode(PauseNote(self._stage, reason, now)))

    def clear(self) -> None:
        self._path.unlink(missing_ok=True)

    def is_set(self) -> bool:
        return self._path.exists()


def paused_stages(folder: Path) -> list[PauseNote]:
    """The stages that are paused, by name."""
    notes = []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        try:
            notes.append(msgspec.json.decode(path.read_bytes(), type=PauseNote))
        except (msgspec.MsgspecError, FileNotFoundError):
            # Half written, or lifted meanwhile: the name says enough.
            notes.append(PauseNote(path.name.removesuffix(SUFFIX), "", 0))
    return notes
