"""The folder of the embedded index: made, opened, and refused with one clear sentence.

Beside tantivy's files lies `presswatch.json` with the versions that the documents were made by.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from presswatch_query.analyser import ANALYSER_VERSION
from presswatch_shared.errors import BadInput
from presswatch_shared.index.tantivy_schema import SCHEMA_VERSION, TOKENIZER, build_schema

if TYPE_CHECKING:
    import tantivy

__all__ = ["Versions", "create", "has_index", "open_existing", "remove"]

SIDECAR = "presswatch.json"
META = "meta.json"
SEGMENTS = "*.store"
MEND = "run `presswatch admin reindex` to build it anew from the stream"


class Versions(msgspec.Struct, frozen=True):
    """By what the documents of an index were made."""

    schema: int
    analyser: int


CURRENT = Versions(SCHEMA_VERSION, ANALYSER_VERSION)


def has_index(folder: Path) -> bool:
    """Whether anything was ever written here."""
    return (folder / META).exists() or any(folder.glob(SEGMENTS))


def create(folder: Path) -> tantivy.Index:
    """A new index, empty.

    Raises:
        BadInput: the folder cannot be written.
    """
    import tantivy

    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / SIDECAR).write_bytes(msgspec.json.encode(CURRENT))
        return _ready(tantivy.Index(build_schema(), str(folder)))
    except (OSError, ValueError) as error:
        raise BadInput(f"the search index cannot be made in {folder}: {error}") from error


def open_existing(folder: Path) -> tantivy.Index:
    """The index in the folder.

    Raises:
        BadInput: made by other versions, or damaged; the text says how to mend it.
    """
    import tantivy

    _check_versions(folder)
    if not (folder / META).exists():
        raise BadInput(f"the search index in {folder} has lost its {META}: {MEND}")
    try:
        index = _ready(tantivy.Index(build_schema(), str(folder)))
        # Opening reads only the list of segments; a searcher opens their files.
        index.searcher()
    except (OSError, ValueError) as error:
        raise BadInput(f"the search index in {folder} cannot be read ({_first_line(error)}): {MEND}") from error
    return index


def remove(folder: Path) -> None:
    """Delete the index with all its files."""
    if folder.exists():
        shutil.rmtree(folder)


def _check_versions(folder: Path) -> None:
    try:
        found = msgspec.json.decode((folder / SIDECAR).read_bytes(), type=Versions)
    except (OSError, msgspec.MsgspecError) as error:
        raise BadInput(f"the search index in {folder} does not say which version made it: {MEND}") from error
    if found != CURRENT:
        versions = f"schema {found.schema}, analyser {found.analyser}; now {CURRENT.schema} and {CURRENT.analyser}"
        raise BadInput(f"the search index in {folder} was made by another version ({versions}): {MEND}")


def _ready(index: tantivy.Index) -> tantivy.Index:
    import tantivy

    index.register_tokenizer(TOKENIZER, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    index.config_reader(reload_policy="manual")
    return index


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
