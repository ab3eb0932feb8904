"""The commands of `presswatch`, in the order of the help."""

from __future__ import annotations

import importlib.metadata
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from presswatch_cli.interface import (
    admin,
    aliases,
    articles,
    benchmarks,
    dead_letters,
    deliveries,
    outcomes,
    running,
    sources,
    watches,
)
from presswatch_cli.interface.context import CommandContext
from presswatch_cli.reader import ReaderLeft

__all__ = ["app"]


class Commands(TyperGroup):
    """All commands; a pipe that was closed behind us is no failure, as which click would report it."""

    def invoke(self, ctx: Any) -> Any:
        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()
        except BrokenPipeError as error:
            raise ReaderLeft from error


app = typer.Typer(
    name="presswatch",
    cls=Commands,
    help="Watches the news: crawls feeds and pages, makes articles searchable, alerts when one matches.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode="rich",
)


def _print_version(asked: bool) -> None:
    if asked:
        version()
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    config: Annotated[
        Path | None, typer.Option("--config", help="A TOML file with settings; the environment wins over it.")
    ] = None,
    _: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    context.obj = CommandContext(config)


running.register(app)
app.add_typer(sources.app, name="source")
app.add_typer(watches.app, name="watch")
app.add_typer(aliases.app, name="alias")
app.command()(watches.match)
articles.register(app)
outcomes.register(app)
app.add_typer(deliveries.app, name="deliveries")
app.add_typer(dead_letters.app, name="dlq")
app.add_typer(admin.app, name="admin")
app.add_typer(benchmarks.app, name="bench")


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(importlib.metadata.version("presswatch"))


@app.command("config")
def show_config(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Print the effective settings, secrets hidden, with where each came from."""
    from presswatch_cli.commands.config import render_json, render_table

    loaded = context.obj.loaded
    if as_json:
        typer.echo(render_json(loaded))
    else:
        render_table(loaded)
