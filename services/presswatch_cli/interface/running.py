"""Commands that run: the demo, the whole product, one service; and those that look at what runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from presswatch_cli.interface.options import AsJson, context_of, print_json

if TYPE_CHECKING:
    from presswatch_shared.settings import BindAddress

__all__ = ["register"]

SERVICES = {
    "crawler": "Fetch feeds, sitemaps and pages (one service).",
    "enrichment": "Turn fetched pages into articles (one service).",
    "indexing": "Make articles searchable (one service).",
    "alerting": "Match articles with watches (one service).",
    "delivery": "Tell inboxes and webhooks of alerts (one service).",
    "web": "Serve the web page and the API (one service).",
}


def register(app: typer.Typer) -> None:
    """Add the commands to the root."""
    app.command()(demo)
    app.command()(run)
    for role, text in SERVICES.items():
        app.command(role, help=text)(_single(role))
    app.command()(status)
    app.command()(doctor)
    app.command()(healthcheck)


def demo(
    context: typer.Context,
    exit_after_alerts: Annotated[int | None, typer.Option(min=1, help="Stop when so many alerts have fired.")] = None,
    data: Annotated[Path | None, typer.Option(help="Keep the data in this folder; else it is temporary.")] = None,
) -> None:
    """The whole product on sample outlets that ship with it, offline."""
    from presswatch_cli.commands.demo import run_demo

    made = context_of(context)
    _logs(made.settings.log_level, quiet=True)
    run_demo(made.settings, data=data, exit_after_alerts=exit_after_alerts)


def run(context: typer.Context) -> None:
    """The whole product in one process."""
    from presswatch_cli.roles import ROLES

    _run(context, tuple(ROLES))


def status(context: typer.Context, as_json: AsJson = False) -> None:
    """Print counts through the pipeline, also while it runs."""
    from rich.console import Console

    from presswatch_cli.commands.status import render_text
    from presswatch_cli.composition import Parts
    from presswatch_cli.status_reader import pipeline_of, status_reader

    async def read() -> None:
        parts = Parts(context_of(context).settings)
        try:
            stages = pipeline_of(parts.settings)
            found = await status_reader(parts.store, parts.stream, parts.index(write=False), stages)()
        finally:
            await parts.close()
        if as_json:
            print_json(found)
        else:
            render_text(found, Console())

    asyncio.run(read())


def doctor(context: typer.Context, as_json: AsJson = False) -> None:
    """Check every configured part, and say how to mend what fails."""
    from presswatch_cli.commands.doctor import examine, render_text
    from presswatch_shared.errors import CheckFailed

    findings = asyncio.run(examine(context_of(context).settings))
    if as_json:
        print_json([finding.as_json() for finding in findings])
    else:
        render_text(findings)
    failed = sum(not finding.ok for finding in findings)
    if failed:
        raise CheckFailed(f"{failed} of {len(findings)} checks failed")


def healthcheck(
    context: typer.Context,
    service: Annotated[
        str, typer.Argument(envvar="HEALTHCHECK_SERVICE", help="Which one runs here: all, crawler, enrichment, …")
    ] = "all",
) -> None:
    """Ask the service that runs on this machine whether it can do its work; exit 1 if not. For containers."""
    from presswatch_cli.commands.healthcheck import ask
    from presswatch_shared.errors import BadInput

    if service not in (*SERVICES, "all"):
        raise BadInput(f"{service!r} is no service: it is one of all, {', '.join(SERVICES)}")
    typer.echo(ask(context_of(context).settings, service))


def _single(role: str) -> Callable[[typer.Context], None]:
    def command(context: typer.Context) -> None:
        _run(context, (role,))

    return command


def _run(context: typer.Context, roles: tuple[str, ...]) -> None:
    from presswatch_cli.commands.run import run_roles

    settings = context_of(context).settings
    _logs(settings.log_level)
    run_roles(settings, roles, _say_where)


def _say_where(address: BindAddress) -> None:
    typer.echo(f"Presswatch is at http://{address}/", err=True)


def _logs(level: str, *, quiet: bool = False) -> None:
    from presswatch_shared.logs import configure

    # The demo prints alerts; only what is wrong goes between them.
    configure("WARNING" if quiet and level == "INFO" else level)
