"""Options and small steps that several commands share."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from presswatch_cli.interface.context import CommandContext
from presswatch_shared.errors import BadInput

__all__ = ["AsJson", "context_of", "now", "open_text", "print_json"]

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


def context_of(context: typer.Context) -> CommandContext:
    """What the root command made."""
    made = context.obj
    assert isinstance(made, CommandContext)
    return made


def now() -> int:
    """The machine's clock: commands are where time enters."""
    from presswatch_shared.clock import SystemClock

    return SystemClock().now()


def print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


@contextmanager
def open_text(path: Path | None) -> Iterator[IO[str]]:
    """A UTF-8 text file, or standard input for `-` and nothing.

    Raises:
        BadInput: it cannot be read.
    """
    if path is None or str(path) == "-":
        sys.stdin.reconfigure(encoding="utf-8", errors="surrogatepass")  # type: ignore[union-attr]  # a text stream
        yield sys.stdin
        return
    try:
        handle = path.open(encoding="utf-8", errors="surrogatepass")
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}") from error
    with handle:
        yield handle
