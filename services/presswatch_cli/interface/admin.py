"""`presswatch admin …`: set-up and repair."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from presswatch_cli.interface.options import AsJson, context_of, now, print_json

__all__ = ["app"]

app = typer.Typer(help="Set-up and repair.", no_args_is_help=True)
tokens = typer.Typer(help="Tokens for the API, needed where it is not bound to loopback.", no_args_is_help=True)
app.add_typer(tokens, name="token")


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

    changes = asyncio.run(apply_topics(context_of(context).settings))
    if as_json:
        print_json([change.as_json() for change in changes])
    else:
        render_text(changes)


@app.command()
def reindex(context: typer.Context) -> None:
    """Build the index anew from the stream. Stop a running Presswatch first: the index has one writer."""
    from presswatch_cli.commands.reindex import reindex as rebuild
    from presswatch_cli.progress import measuring

    with measuring("messages") as progress:
        outcome = asyncio.run(rebuild(context_of(context).settings, progress))
    counts = ", ".join(f"{count} {name}" for name, count in sorted(outcome.outcomes.items()))
    typer.echo(f"{outcome.read} messages read: {counts or 'no articles'}; {outcome.skipped} skipped")


@tokens.command()
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Who or what will use it.")],
    scope: Annotated[list[str], typer.Option(help="read, write or metrics; may be given several times.")],
    expires: Annotated[str | None, typer.Option(help="A date, or how long it is valid: 90d.")] = None,
) -> None:
    """Make a token and print its secret, this once."""
    from presswatch_cli.commands.token import add_token

    with context_of(context).store() as store:
        token, secret = add_token(store, name, scope, expires, now=now())
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
