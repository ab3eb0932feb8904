"""`presswatch source add|import|list|show|pause|resume|remove|check|export`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from presswatch_cli.tables import render_rows
from presswatch_crawler.source_lists.model import MAX_BYTES, ListedSource, ReadList
from presswatch_crawler.source_lists.opml import read_opml, write_opml
from presswatch_crawler.source_lists.table import read_csv, write_csv
from presswatch_shared.clock import Micros, iso
from presswatch_shared.errors import BadInput
from presswatch_shared.http.port import HttpClient
from presswatch_shared.store import sources
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.sources import ACTIVE, PAUSED, Source

__all__ = [
    "ImportOutcome",
    "add",
    "all_sources",
    "check",
    "describe",
    "export",
    "import_file",
    "pause",
    "read_file",
    "remove",
    "render_preview",
    "render_table",
    "resume",
    "show",
]

AT_ONCE = 500
READERS: Mapping[str, Callable[[bytes], ReadList]] = {
    ".opml": read_opml,
    ".xml": read_opml,
    ".csv": read_csv,
    ".txt": read_csv,
}
MOMENTS = ("created_at", "due_at", "last_poll_at", "last_success_at", "last_new_at")
HIDDEN = ("leased_until", "fetch_url", "hops", "body_hash", "moved_polls", "politeness_key", "etag", "last_modified")


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """How many sources are new, how many were there already, and a sentence a row that is none."""

    added: int
    known: int
    problems: Sequence[str]


def add(store: Store, url: str, *, name: str = "", country: str = "", collection: str = "", now: Micros) -> Source:
    """The new source, or the one with this address. The crawler finds out what it is at its first poll.

    Raises:
        BadInput: no address that could be fetched, or no country.
    """
    checked = _country(country)
    return store.run_now(
        lambda tx: sources.add_source(tx, url=url, name=name, country=checked, collection=collection, now=now)
    )


def read_file(path: Path) -> ReadList:
    """The sources in an OPML or CSV file.

    Raises:
        BadInput: it cannot be read; the sentence names file and line.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None and path.exists():
        raise BadInput(f"{path} is neither .opml nor .csv: rename it by what is in it")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BadInput(f"{path} is larger than {MAX_BYTES // 1024 // 1024} MiB: no list of sources is")
        content = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}") from error
    try:
        return (reader or read_csv)(content)
    except BadInput as error:
        raise BadInput(f"{path}, {error}") from error


def import_file(
    store: Store, path: Path, *, now: Micros, progress: Callable[[int, int], None] = lambda done, total: None
) -> ImportOutcome:
    """Add all sources of a file; `progress(done, total)` is told as it goes.

    Raises:
        BadInput: the file cannot be read at all.
    """
    found = read_file(path)
    added = 0
    for start in range(0, len(found.sources), AT_ONCE):
        added += store.run_now(_add_many, found.sources[start : start + AT_ONCE], now)
        progress(min(start + AT_ONCE, len(found.sources)), len(found.sources))
    return ImportOutcome(added, len(found.sources) - added, [f"{path}, {problem}" for problem in found.problems])


def all_sources(store: Store) -> Sequence[Source]:
    """By name, then address."""
    return sorted(store.read_now(sources.list_sources), key=lambda source: (source.name.lower(), source.url))


def show(store: Store, which: str) -> Source:
    """One source, by id or address.

    Raises:
        BadInput: there is none.
    """
    return store.read_now(_find, which)


def pause(store: Store, which: str, *, now: Micros) -> Source:
    """No more polls, of its children neither; what waits in the frontier is still fetched."""
    return store.run_now(_set_state, which, PAUSED, now)


def resume(store: Store, which: str, *, now: Micros) -> Source:
    """Polled again, at once."""
    return store.run_now(_set_state, which, ACTIVE, now)


def remove(store: Store, which: str) -> Source:
    """Forgotten, with its children; its articles stay."""
    return store.run_now(_remove, which)


async def check(client: HttpClient, url: str) -> Mapping[str, Any]:
    """What the address would be as a source; nothing is saved.

    Raises:
        BadInput: it can be none; the sentence says why.
    """
    from presswatch_crawler.preview import preview_source

    return await preview_source(client, url)


def export(store: Store, form: str = "opml") -> str:
    """All sources that people added, as `opml` or `csv`; found children are found again."""
    chosen = [source for source in all_sources(store) if not source.parent_id]
    if form not in ("opml", "csv"):
        raise BadInput(f"{form!r} is no format for sources: use opml or csv")
    return write_opml(chosen) if form == "opml" else write_csv(chosen)


def describe(source: Source) -> dict[str, Any]:
    """A source as JSON; moments in ISO 8601, null where there was none."""
    fields = {name: value for name, value in asdict(source).items() if name not in HIDDEN}
    return fields | {name: _iso(fields[name]) for name in MOMENTS}


def render_table(found: Sequence[Source], console: Console) -> None:
    """A table for people."""
    columns = ("id", "name", "kind", "state", "last poll", "outcome", "new at it", "url")
    render_rows(columns, [_cells(source) for source in found], console)


def _cells(source: Source) -> Sequence[str]:
    polled = (_iso(source.last_poll_at) or "never")[:16]
    new = str(source.items_new)
    return (source.id, source.name, source.kind, source.state, polled, source.last_outcome, new, source.url)


def render_preview(found: Mapping[str, Any], console: Console) -> None:
    """What `check` found, for people."""
    console.print(Text(f"{found['url']} is a {found['kind']}" + (f": {found['title']}" if found["title"] else "")))
    for item in found["items"]:
        console.print(Text(f"  {item['title'] or '(no title)'}  {item['url']}"))
    for feed in found["feeds"]:
        console.print(Text(f"  names {feed}"))


def _add_many(tx: Tx, listed: Sequence[ListedSource], now: Micros) -> int:
    before = sources.count_all(tx)
    for row in listed:
        sources.add_source(tx, url=row.url, name=row.name, country=row.country, collection=row.collection, now=now)
    return sources.count_all(tx) - before


def _find(tx: Tx, which: str) -> Source:
    found = sources.get_source(tx, which)
    if found is None and "://" in which:
        found = sources.find_source_by_url(tx, which)
    if found is None:
        raise BadInput(f"there is no source {which!r}: `presswatch source list` shows all")
    return found


def _set_state(tx: Tx, which: str, state: str, now: Micros) -> Source:
    found = _find(tx, which)
    sources.set_state(tx, found.id, state, now=now)
    return _find(tx, found.id)


def _remove(tx: Tx, which: str) -> Source:
    found = _find(tx, which)
    sources.remove_source(tx, found.id)
    return found


def _country(text: str) -> str:
    cleaned = text.strip().upper()
    if cleaned and not (len(cleaned) == 2 and cleaned.isascii() and cleaned.isalpha()):
        raise BadInput(f"{text!r} is no country: use two letters, such as DE or VE")
    return cleaned


def _iso(moment: Micros) -> str | None:
    return iso(moment or None)
