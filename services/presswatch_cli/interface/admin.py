"""`presswatch admin …`: set-up and repair."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from presswatch_cli.interface import backups, users
from presswatch_cli.interface.options import AsJson, context_of, now, print_json

__all__ = ["app"]

app = typer.Typer(help="Set-up and repair.", no_args_is_help=True)
tokens = typer.Typer(help="Tokens for the API, needed where it is not bound to loopback.", no_args_is_help=True)
app.add_typer(tokens, name="token")
app.add_typer(users.app, name="user")
backups.register(app)


@app.command()
def migrate(context: typer.Context) -> None:
    """Bring the store to this version's shape; other commands do so by themselves."""
    from presswatch_shared.store.migrate import HEAD

    with context_of(context).store():
        typer.echo(f"the store is at schema {HEAD}")


@app.command()
def topics(context: typer.Context, as_json: AsJson = False) -> None:
    """Make the topics on Kafka and mend their configs; what is as it should be is left alone."""
    from presswatch_cli.commands.topics import apply_topics, render_text
    from presswatch_shared.logs import configure

    # What the driver warns of is the reason that the command itself gives.
    configure("ERROR")
    changes = asyncio.run(apply_topics(context_of(context).settings))
    if as_json:
        print_json([change.as_json() for change in changes])
    else:
        render_text(changes)


@app.command()
def index(
    context: typer.Context,
    print_: Annotated[bool, typer.Option("--print", help="Print the templates as JSON and change nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Set up the search server: templates, this month's indices, aliases. What is as it should be is left alone."""
    from presswatch_cli.commands.index_setup import apply_index, printed_templates

    settings = context_of(context).settings
    if print_:
        print_json(printed_templates(settings))
        return
    changes = asyncio.run(apply_index(settings))
    if as_json:
        print_json({"changed": list(changes)})
    else:
        typer.echo("\n".join(changes) or "nothing to change")


@app.command()
def kibana(
    context: typer.Context,
    watches: Annotated[bool, typer.Option("--watches", help="A saved search for each watch, too.")] = False,
    wait: Annotated[float, typer.Option(min=0, max=3600, help="Seconds until Kibana has to be ready.")] = 120.0,
    print_: Annotated[
        bool, typer.Option("--print", help="Print the objects, a line each, and import nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Data views, saved searches and dashboards into Kibana; what is there from before is brought up to date."""
    from presswatch_cli.commands.kibana import apply_kibana, printed_objects, render_text
    from presswatch_shared.errors import CheckFailed

    if print_:
        typer.echo(printed_objects(context_of(context).settings), nl=False)
        return
    with context_of(context).store() if watches else nullcontext() as store:
        outcome = apply_kibana(context_of(context).settings, store, wait_seconds=wait)
    if as_json:
        print_json(outcome.as_json())
    else:
        typer.echo(render_text(outcome))
    if outcome.refused:
        raise CheckFailed(f"Kibana refused {len(outcome.refused)} objects: {'; '.join(outcome.refused)}")


@app.command()
def reindex(
    context: typer.Context,
    from_stream: Annotated[
        bool, typer.Option("--from-stream", help="The one source there is: the stream keeps every article.")
    ] = True,
) -> None:
    """Put every article of the stream into the index anew.

    A search server is filled while searches and services go on: what is there stays until its newer form takes its
    place. The embedded index is built beside the old one; stop a running Presswatch first, it has one writer.
    """
    from presswatch_cli.commands.reindex import reindex as rebuild
    from presswatch_cli.progress import measuring

    with measuring("messages") as progress:
        outcome = asyncio.run(rebuild(context_of(context).settings, progress))
    counts = ", ".join(f"{count} {name}" for name, count in sorted(outcome.outcomes.items()))
    typer.echo(f"{outcome.read} messages read: {counts or 'no articles'}; {outcome.skipped} skipped")


@app.command()
def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Where the archive is written; it holds the secrets of channels.")],
    leave_messages: Annotated[
        bool, typer.Option("--leave-messages", help="Although messages wait in the stream, which is not exported.")
    ] = False,
) -> None:
    """Write sources, watches, alerts, articles and all else but the stream into one archive. Stop Presswatch first."""
    from presswatch_cli.commands.export import export as write_archive
    from presswatch_cli.progress import counting

    with counting("records") as progress:
        work = write_archive(context_of(context).settings, file, progress=progress, leave_messages=leave_messages)
        counts = asyncio.run(work)
    for name, count in sorted(counts.items()):
        typer.echo(f"{name}: {count}")


@app.command("import")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="An archive of `presswatch admin export`.")],
    merge: Annotated[
        bool, typer.Option("--merge", help="Into stores that are not empty: what is there stays.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Read an archive into the stores of the settings, and compare the counts. Stop Presswatch first."""
    from rich.console import Console

    from presswatch_cli.commands.import_archive import import_archive, render_text
    from presswatch_cli.progress import measuring
    from presswatch_shared.errors import CheckFailed

    with measuring("records") as progress:
        outcome = asyncio.run(import_archive(context_of(context).settings, file, merge=merge, progress=progress))
    if as_json:
        print_json(outcome.as_json())
    else:
        render_text(outcome, Console())
    if outcome.again:
        typer.echo("this archive was imported before: nothing was changed", err=True)
    if outcome.differing:
        raise CheckFailed(f"{len(outcome.differing)} counts differ: {', '.join(one.name for one in outcome.differing)}")


@tokens.command()
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Who or what will use it.")],
    scope: Annotated[list[str], typer.Option(help="read, write, admin or metrics; may be given several times.")],
    expires: Annotated[str | None, typer.Option(help="A date, or how long it is valid: 90d.")] = None,
    user: Annotated[str, typer.Option(help="Whose it is: it may at most what they may, and sees their watches.")] = "",
) -> None:
    """Make a token and print its secret, this once."""
    from presswatch_cli.commands.token import add_token

    with context_of(context).store() as store:
        token, secret = add_token(store, name, scope, expires, user=user, now=now())
    typer.echo(f"{token.id}: the secret is shown this once", err=True)
    typer.echo(secret)


@tokens.command("list")
def list_tokens(context: typer.Context, as_json: AsJson = False) -> None:
    """List all tokens that were not revoked."""
    from presswatch_cli.commands.token import token_cells, token_rows
    from presswatch_cli.tables import render_rows

    with context_of(context).store() as store:
        rows = token_rows(store)
    if as_json:
        print_json(rows)
        return
    if not rows:
        typer.echo("no tokens: make one with `presswatch admin token add NAME --scope read`", err=True)
    render_rows(tuple(rows[0]) if rows else (), [token_cells(row) for row in rows])


@tokens.command()
def revoke(context: typer.Context, token: Annotated[str, typer.Argument(help="Id of a token.")]) -> None:
    """End a token for good."""
    from presswatch_cli.commands.token import revoke_token

    with context_of(context).store() as store:
        revoke_token(store, token, now=now())


@app.command("audit")
def show_audit(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many to print.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Who changed what by the web page and the API, the newest first."""
    from presswatch_cli.commands.user import audit_rows
    from presswatch_cli.tables import render_rows

    with context_of(context).store() as store:
        rows = audit_rows(store, limit)
    if as_json:
        print_json(rows)
    else:
        render_rows(tuple(rows[0]) if rows else (), [[str(value or "") for value in row.values()] for row in rows])
