"""`presswatch dlq list|show|replay|discard|resume`: messages that were set aside, and stages that are paused."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from presswatch_query.snippet import plain
from presswatch_shared.clock import Clock, iso
from presswatch_shared.envelope import decode
from presswatch_shared.errors import BadInput, Poison
from presswatch_shared.logs import redact_text
from presswatch_shared.stream.dead_letters import DeadLetter
from presswatch_shared.stream.dlq import Entry, discard, find, load, overview, replay, waiting
from presswatch_shared.stream.pause_mark import PauseMark, PauseNote, paused_stages
from presswatch_shared.stream.port import Stream

__all__ = [
    "Chosen",
    "Replay",
    "discard_chosen",
    "list_document",
    "render_letter",
    "render_list",
    "replay_chosen",
    "resume",
    "show_document",
]

# Enough to recognise a message by; the whole is in the log.
EXCERPT_CHARACTERS = 2_000
DISCARDED_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Which dead letters are meant: these ids, or all that fit."""

    ids: Sequence[str] = ()
    stage: str | None = None
    reason: str | None = None

    def fits(self, entry: Entry) -> bool:
        letter = entry.letter
        named = not self.ids or entry.id in self.ids
        return named and self.stage in (None, letter.stage) and self.reason in (None, letter.reason)


@dataclass(frozen=True, slots=True)
class Replay:
    """How many were put back, and the ids of those that cannot be since only a part of them was kept."""

    replayed: int
    cut: Sequence[str]


async def list_document(stream: Stream, folder: Path, chosen: Chosen, *, limit: int = 50) -> Mapping[str, Any]:
    """Counts over all that were chosen, the newest of them, and the paused stages: for JSON and the table.

    `folder` holds the marks of paused stages.
    """
    found = await overview(stream, chosen.fits, limit=limit)
    return {
        "total": found.total,
        "counts": [
            {"topic": topic, "stage": stage, "reason": reason, "count": count}
            for (topic, stage, reason), count in sorted(found.counts.items(), key=lambda row: (-row[1], row[0]))
        ],
        "entries": [_row(entry) for entry in found.newest],
        "paused": [_pause(note) for note in paused_stages(folder)],
    }


async def show_document(stream: Stream, entry_id: str) -> Mapping[str, Any]:
    """One dead letter with its traceback and its message.

    Raises:
        BadInput: there is none with this id.
    """
    (entry,) = await _named(stream, [entry_id])
    try:
        letter = await load(stream, entry)
    except LookupError as error:
        raise BadInput(f"{error}: `presswatch dlq list` shows what there is") from error
    return {**_row(entry), "key": letter.key, "traceback": redact_text(letter.traceback), "message": _message(letter)}


async def replay_chosen(
    stream: Stream, chosen: Chosen, *, clock: Clock, progress: Callable[[int, int], None] = lambda done, total: None
) -> Replay:
    """Put messages back for the stage that failed; each is then no dead letter until it fails again.

    Raises:
        BadInput: an id is not there.
    """
    wanted = await _chosen(stream, chosen)
    able = [entry for entry in wanted if not entry.is_cut]
    for number, entry in enumerate(able, 1):
        try:
            await replay(stream, entry, clock=clock)
        except LookupError as error:
            raise BadInput(f"{error}: {number - 1} others were put back") from error
        progress(number, len(able))
    return Replay(len(able), [entry.id for entry in wanted if entry.is_cut])


async def discard_chosen(stream: Stream, chosen: Chosen, *, clock: Clock) -> int:
    """Give messages up; says how many. In the ledger their pages stay dead letters.

    Raises:
        BadInput: an id is not there.
    """
    wanted = await _chosen(stream, chosen)
    for first in range(0, len(wanted), DISCARDED_AT_ONCE):
        await discard(stream, wanted[first : first + DISCARDED_AT_ONCE], clock=clock)
    return len(wanted)


def resume(folder: Path, stage: str | None = None) -> Sequence[str]:
    """Lift the pause of a stage, or of all; a running product goes on within a second. Gives their names.

    Raises:
        BadInput: the stage is not paused.
    """
    names = [note.stage for note in paused_stages(folder)]
    if stage is not None and stage not in names:
        others = f"paused: {', '.join(names)}" if names else "no stage is paused"
        raise BadInput(f"stage {stage!r} is not paused ({others})")
    lifted = [name for name in names if stage in (None, name)]
    for name in lifted:
        PauseMark(folder, name).clear()
    return lifted


def render_list(document: Mapping[str, Any], console: Console) -> None:
    """Paused stages, counts, then the entries; no dead letters is said in words."""
    for pause in document["paused"]:
        console.print(
            Text(f"{pause['stage']} is paused: {plain(pause['reason'])}", style="bold red"),
            Text(f"→ presswatch dlq resume {pause['stage']}", style="yellow"),
            sep="\n",
            soft_wrap=True,
        )
    if not document["total"]:
        console.print(Text("no dead letters", style="dim"))
        return
    _table(console, ("count", "topic", "stage", "reason"), document["counts"])
    console.print()
    _table(console, ("id", "at", "stage", "reason", "error"), document["entries"])
    hidden = document["total"] - len(document["entries"])
    if hidden:
        console.print(Text(f"{hidden} older ones are not shown", style="dim"))


def render_letter(document: Mapping[str, Any], console: Console) -> None:
    """Field by field, the traceback and the beginning of the message last."""
    for name in ("id", "stage", "reason", "error", "attempts", "at", "topic", "partition", "offset", "key", "size"):
        console.print(Text(f"{name:<10}", style="bold") + Text(plain(str(document[name]))), soft_wrap=True)
    message = document["message"]
    text = message if isinstance(message, str) else msgspec.json.format(msgspec.json.encode(message)).decode()
    for name, block in (("traceback", document["traceback"]), ("message", text)):
        if block:
            console.print(Text(f"\n{name}", style="bold"), soft_wrap=True)
            console.print(Text("\n".join(plain(line) for line in block.splitlines())), soft_wrap=True)


def _table(console: Console, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    table = Table(*columns, box=None, header_style="bold", pad_edge=False)
    for row in rows:
        table.add_row(*(Text(plain(str(row[name])), overflow="fold") for name in columns))
    console.print(table)


async def _chosen(stream: Stream, chosen: Chosen) -> Sequence[Entry]:
    """The oldest first; without the texts of their errors, since all are held until they are put back."""
    entries = await _named(stream, chosen.ids) if chosen.ids else [_bare(entry) async for entry in waiting(stream)]
    return sorted((entry for entry in entries if chosen.fits(entry)), key=lambda one: (one.letter.at, one.position))


def _bare(entry: Entry) -> Entry:
    return Entry(entry.position, msgspec.structs.replace(entry.letter, error=""))


async def _named(stream: Stream, ids: Sequence[str]) -> Sequence[Entry]:
    entries = []
    for entry_id in ids:
        entry = await find(stream, entry_id)
        if entry is None:
            raise BadInput(f"there is no dead letter {entry_id!r}: `presswatch dlq list` shows what there is")
        entries.append(entry)
    return entries


def _row(entry: Entry) -> Mapping[str, Any]:
    letter = entry.letter
    return {
        "id": entry.id,
        "stage": letter.stage,
        "reason": letter.reason,
        "error": redact_text(letter.error),
        "attempts": letter.attempts,
        "at": iso(letter.at),
        "topic": letter.topic,
        "partition": letter.partition,
        "offset": letter.offset,
        "size": letter.size,
        "cut": entry.is_cut,
    }


def _pause(note: PauseNote) -> Mapping[str, Any]:
    return {"stage": note.stage, "reason": redact_text(note.reason), "since": iso(note.since or None)}


def _message(letter: DeadLetter) -> Any:
    """The event with long texts cut, or the beginning of what is no event."""
    try:
        envelope = decode(letter.raw)
    except Poison:
        return redact_text(letter.raw[:EXCERPT_CHARACTERS].decode("utf-8", "backslashreplace"))
    return {
        "id": envelope.id,
        "type": type(envelope.event).__name__,
        "at": iso(envelope.at),
        "trace": envelope.trace,
        "data": _shortened(msgspec.to_builtins(envelope.event)),
    }


def _shortened(value: Any) -> Any:
    match value:
        case str():
            return redact_text(value if len(value) <= EXCERPT_CHARACTERS else f"{value[:EXCERPT_CHARACTERS]}…")
        case dict():
            return {name: _shortened(part) for name, part in value.items()}
        case list() | tuple():
            return [_shortened(part) for part in value]
    return value
