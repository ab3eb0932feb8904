"""Commands that tell what happened: explain, deliveries."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from presswatch_cli.interface.options import AsJson, context_of, now, print_json
from presswatch_shared.errors import BadInput

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the commands to the root."""
    app.command()(explain)
    app.add_typer(deliveries_app, name="deliveries")


def explain(
    context: typer.Context,
    first: Annotated[str, typer.Argument(metavar="WATCH|URL", help="Id of a watch, or the address of a page.")],
    article: Annotated[str | None, typer.Argument(metavar="[ARTICLE|URL]", help="Article id or address.")] = None,
    as_json: AsJson = False,
) -> None:
    """Tell why a watch did or did not fire on an article; with a URL alone, what happened to that page.

    Example: presswatch explain https://example.com/news/1
    """
    from presswatch_cli.commands.explain import explain_match
    from presswatch_cli.commands.explain_page import page_story, story_lines

    made = context_of(context)
    if article is None and "://" not in first:
        raise BadInput(f"name an article beside {first!r}, by its id or URL; or give the URL of a page alone")
    with made.store() as store:
        if article is None:
            story = page_story(store, first, now=now())
            if as_json:
                print_json(story)
            else:
                typer.echo("\n".join(story_lines(story)))
            return
        with made.index() as index:
            found = asyncio.run(explain_match(store, index, first, article))
    if as_json:
        print_json(found.as_json())
    else:
        typer.echo("\n".join(found.lines()))


deliveries_app = typer.Typer(help="Deliveries: every alert and channel, with every try.", invoke_without_command=True)


@deliveries_app.callback()
def list_deliveries(
    context: typer.Context,
    state: Annotated[str | None, typer.Option(help="pending, delivered, given_up, channel_disabled, dropped.")] = None,
    watch: Annotated[str | None, typer.Option(help="Id of a watch.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    as_json: AsJson = False,
) -> None:
    """List deliveries, newest first."""
    from presswatch_cli.commands import deliveries as command

    if context.invoked_subcommand is not None:
        return
    with context_of(context).store() as store:
        rows = command.list_rows(store, state=state, watch_id=watch, limit=limit)
    if as_json:
        print_json(rows)
    else:
        command.render_table(rows)


@deliveries_app.command("tries")
def show_tries(context: typer.Context, delivery: Annotated[int, typer.Argument(help="Number of a delivery.")]) -> None:
    """Print every try of a delivery, as JSON."""
    from presswatch_cli.commands.deliveries import tries_of

    with context_of(context).store() as store:
        print_json(tries_of(store, delivery))


@deliveries_app.command("again")
def send_again(context: typer.Context, delivery: Annotated[int, typer.Argument(help="Number of a delivery.")]) -> None:
    """Deliver once more; the receiver sees the same id."""
    from presswatch_cli.commands.deliveries import send_again as again

    with context_of(context).store() as store:
        again(store, delivery, now=now())
