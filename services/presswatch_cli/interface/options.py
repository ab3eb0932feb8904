"""Options and small steps that several commands share."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from presswatch_cli.interface.context import CommandContext
from presswatch_shared.errors import BadInput

__all__ = ["AsJson", "WatchId", "context_of", "now", "open_text", "print_json"]

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
WatchId = Annotated[str, typer.Argument(metavar="WATCH", help="Id or name of a watch, from `presswatch watch list`.")]


def context_of(context: typer.Context) -> CommandContext:
    """What the root command made."""
    made = context.obj
    assert isinstance(made, CommandContext)
    return made


def now() -> int:
    """The machine's clock: commands are where time enters."""
    from presswatch_shared.clock import SystemClock

    return SystemClock().now()


def print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


@contextmanager
def open_text(path: Path | None) -> Iterator[Iterator[str]]:
    """The lines of a UTF-8 text file, or of standard input for `-` and nothing.

    Raises:
        BadInput: it cannot be read; from the lines, too, where they are no UTF-8.
    """
    if path is None or str(path) == "-":
        yield _lines(sys.stdin.buffer, "standard input")
        return
    try:
        handle = path.open("rb")
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}") from error
    with handle:
        yield _lines(handle, str(path))


def _lines(handle: BinaryIO, name: str) -> Iterator[str]:
    number = 0
    try:
        for line in handle:
            number += 1
            yield line.decode("utf-8", "surrogatepass").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise BadInput(f"{name}, line {number} is no UTF-8 text: {error.reason}") from error
    except OSError as error:
        raise BadInput(f"{name} cannot be read: {error.strerror}") from error
