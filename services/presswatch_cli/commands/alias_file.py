"""The file of `--aliases`: a JSON object of names and their lists of entries."""

from __future__ import annotations

import json
from pathlib import Path

from presswatch_query import Aliases, BadAlias
from presswatch_shared.errors import BadInput

__all__ = ["read_aliases"]


def read_aliases(path: Path | None) -> Aliases:
    """The aliases of a file; none without a file.

    Raises:
        BadInput: it cannot be read, or an alias in it cannot be.
    """
    if path is None:
        return Aliases()
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise BadInput(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{path} is no JSON: {error}") from error
    if not isinstance(document, dict):
        raise BadInput(f"{path} is no JSON object of names and lists of entries")
    try:
        return Aliases(document)
    except BadAlias as error:
        raise BadInput(f"{path}: {error}") from error
