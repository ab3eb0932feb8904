"""Commands that tell what happened: explain, reconcile, report."""

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
    app.command()(reconcile)
    app.command()(report)


def reconcile(
    context: typer.Context,
    repair: Annotated[bool, typer.Option("--repair", help="Put what is missing into the index.")] = False,
    as_json: AsJson = False,
) -> None:
    """Compare the stream with the index, article by article; exit 1 if something is missing.

    Example: presswatch reconcile --repair
    """
    from presswatch_cli.commands.reconcile import as_json as found_as_json
    from presswatch_cli.commands.reconcile import lines_of
    from presswatch_cli.commands.reconcile import reconcile as compare
    from presswatch_cli.progress import measuring
    from presswatch_shared.errors import CheckFailed

    with measuring("messages") as progress:
        found = asyncio.run(compare(context_of(context).settings, repair=repair, progress=progress))
    if as_json:
        print_json(found_as_json(found))
    else:
        typer.echo("\n".join(lines_of(found)))
    if not found.is_whole:
        raise CheckFailed("the index is not whole: `presswatch reconcile --repair` puts what is missing")


def report(
    context: typer.Context,
    day: Annotated[str | None, typer.Option(help="A date (UTC); today without it.")] = None,
    count: Annotated[int, typer.Option("--days", min=1, max=366, help="So many days, up to that one.")] = 1,
    source: Annotated[str | None, typer.Option(help="Id of one source, hour by hour.")] = None,
    as_json: AsJson = False,
) -> None:
    """What became of every page that was seen, each drop with its reason; exit 1 if the sums are wrong.

    Example: presswatch report --day 2026-11-24
    """
    from rich.console import Console

    from presswatch_cli.commands.report import read_report, render_text
    from presswatch_shared.errors import CheckFailed

    found = asyncio.run(read_report(context_of(context).settings, day=day, count=count, source_id=source))
    if as_json:
        print_json(found)
    else:
        render_text(found, Console(), hours=source is not None)
    if not found["balanced"]:
        raise CheckFailed("pages are not accounted for: `presswatch explain URL` tells what happened to one")


def explain(
    context: typer.Context,
    first: Annotated[str, typer.Argument(metavar="WATCH|URL", help="Id or name of a watch, or the address of a page.")],
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
