"""The index that the settings name."""

from __future__ import annotations

from pathlib import Path

from presswatch_shared.errors import BadInput
from presswatch_shared.index.port import ArticleIndex

__all__ = ["index_folder", "open_index"]


def index_folder(data: Path) -> Path:
    """Where the embedded index lies in the data folder."""
    return data / "index"


def open_index(setting: str, data: Path, *, write: bool) -> ArticleIndex:
    """The index of `PRESSWATCH_INDEX`; one process at a time opens the embedded one to write.

    Raises:
        BadInput: an unknown setting, or an index that cannot be used; the text says how to mend it.
    """
    if setting != "embedded":
        raise BadInput(f"PRESSWATCH_INDEX is {setting!r}: use embedded")
    from presswatch_shared.index.tantivy_index import open_tantivy

    return open_tantivy(index_folder(data), write=write)
