"""What indexing needs to know."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["IndexingSettings"]


@dataclass(frozen=True)
class IndexingSettings:
    """`batch` articles are written with one commit, by the stage and by a rebuild."""

    batch: int = 200
