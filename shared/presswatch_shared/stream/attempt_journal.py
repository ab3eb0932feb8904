"""Finds the message that kills the process.

Before a stage gets a batch, its positions are written to a file; after it, the file is cleared. A file that is not
clear at the start means that the process died in between. It survives the death of the process (the page cache does),
so it needs no fsync; when the power fails, nothing is known, which is right: no message did that.

After a death the messages of the batch are suspects and are run one by one. Only deaths while alone count. Before the
second and third attempt the stage rests, marked as resting: who kills the process then is not the message, and its
count begins anew. So kills from outside do not add up to a dead letter.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import msgspec

from presswatch_shared.logs import get_logger
from presswatch_shared.stream.port import Position
from presswatch_shared.stream.slots import take_slot

__all__ = ["AttemptJournal"]

FILE_BYTES = 16_384


class Suspects(msgspec.Struct, frozen=True):
    """Messages of a partition, first and last offset inclusive, that were in a batch when the process died."""

    topic: str
    partition: int
    first: int
    last: int

    def include(self, position: Position) -> bool:
        same = (self.topic, self.partition) == (position.topic, position.partition)
        return same and self.first <= position.offset <= self.last


class Lonely(msgspec.Struct):
    """A suspect that was run alone, and how often the process died of it."""

    topic: str
    partition: int
    offset: int
    deaths: int


class State(msgspec.Struct):
    """What the file holds."""

    doing: Literal["nothing", "batch", "alone", "resting"] = "nothing"
    batch: list[Suspects] = []
    suspects: list[Suspects] = []
    lonely: Lonely | None = None


class AttemptJournal:
    """The journal of one stage. Costs a few µs a batch."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        # Room from the start: writing a mark must not fail on a full disk.
        os.posix_fallocate(self._file, 0, FILE_BYTES)
        self._state = _after_restart(_load(self._file))
        self._save()

    @classmethod
    def of_replica(cls, folder: Path, stage: str) -> AttemptJournal:
        """A journal that no other process on this folder writes, for as long as this one lives: replicas of a stage
        must not take each other's messages for their own."""
        slot = take_slot(folder, f"{stage}.journal")
        made = cls(folder / (f"{stage}.attempt" if slot.number == 0 else f"{stage}.attempt-{slot.number}"))
        weakref.finalize(made, slot.give_back)
        return made

    def close(self) -> None:
        os.close(self._file)

    def is_suspect(self, position: Position) -> bool:
        return any(suspects.include(position) for suspects in self._state.suspects)

    def deaths(self, position: Position) -> int:
        """How often the process died while it ran this message alone."""
        lonely = self._state.lonely
        return lonely.deaths if lonely and _place(lonely) == _place(position) else 0

    @contextmanager
    def running(self, positions: Sequence[Position]) -> Iterator[None]:
        """The block runs these messages. One suspect is run alone; anything else counts as a batch."""
        alone = len(positions) == 1 and self.is_suspect(positions[0])
        if alone:
            self._meet(positions[0])
        with self._doing("alone" if alone else "batch", [] if alone else _ranges(positions)):
            yield

    @contextmanager
    def resting(self, position: Position) -> Iterator[None]:
        """The block waits before this suspect is run again."""
        self._meet(position)
        with self._doing("resting", []):
            yield

    def cleared(self, positions: Sequence[Position]) -> None:
        """These messages are done, one way or the other: they and those before them are no suspects any more."""
        if not self._state.suspects:
            return
        for position in positions:
            self._state.suspects = [
                kept for suspects in self._state.suspects if (kept := _behind(suspects, position)) is not None
            ]
            if self._state.lonely and _place(self._state.lonely) == _place(position):
                self._state.lonely = None
        self._save()

    @contextmanager
    def _doing(self, what: Literal["batch", "alone", "resting"], batch: list[Suspects]) -> Iterator[None]:
        self._state.doing, self._state.batch = what, batch
        self._save()
        try:
            yield
        finally:
            self._state.doing, self._state.batch = "nothing", []
            self._save()

    def _meet(self, position: Position) -> None:
        if self._state.lonely is None or _place(self._state.lonely) != _place(position):
            self._state.lonely = Lonely(position.topic, position.partition, position.offset, 0)

    def _save(self) -> None:
        text = msgspec.json.encode(self._state)
        # One write, so that a process killed in the middle leaves the old text or the new one.
        os.pwrite(self._file, text + b"\n" + bytes(max(0, 64 - len(text))), 0)


def _load(file: int) -> State:
    line = os.pread(file, 1 << 20, 0).partition(b"\n")[0].rstrip(b"\0")
    try:
        return msgspec.json.decode(line, type=State) if line else State()
    except msgspec.MsgspecError as error:
        get_logger("stream").warning("attempt journal unreadable, begun anew", reason=str(error))
        return State()


def _after_restart(state: State) -> State:
    """What a new process makes of what the last one left."""
    match state.doing:
        case "batch":
            state.suspects = [*state.suspects, *(new for new in state.batch if new not in state.suspects)]
        case "alone" if state.lonely:
            state.lonely.deaths += 1
        case "resting":
            state.lonely = None
    state.doing, state.batch = "nothing", []
    return state


def _ranges(positions: Sequence[Position]) -> list[Suspects]:
    """Runs of messages of one partition. A poll gives one partition after the other, each in order."""
    found: list[Suspects] = []
    first = last = positions[0]
    for position in positions:
        if position.partition != last.partition or position.topic != last.topic:
            found.append(Suspects(first.topic, first.partition, first.offset, last.offset))
            first = position
        last = position
    return [*found, Suspects(first.topic, first.partition, first.offset, last.offset)]


def _behind(suspects: Suspects, done: Position) -> Suspects | None:
    """What is left of the suspects when the partition is done up to and with `done`."""
    if (suspects.topic, suspects.partition) != (done.topic, done.partition) or done.offset < suspects.first:
        return suspects
    if done.offset >= suspects.last:
        return None
    return msgspec.structs.replace(suspects, first=done.offset + 1)


def _place(message: Position | Lonely) -> tuple[str, int, int]:
    return message.topic, message.partition, message.offset
