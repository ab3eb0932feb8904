"""`presswatch source …`: what is crawled."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from presswatch_cli.interface.options import AsJson, context_of, now, print_json

__all__ = ["app"]

app = typer.Typer(help="Sources: feeds, sitemaps and sites to crawl.", no_args_is_help=True)

Which = Annotated[str, typer.Argument(metavar="SOURCE", help="Id or address of a source.")]


@app.command()
def add(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="A feed, a sitemap or a home page (then its feeds are found).")],
    name: Annotated[str, typer.Option(help="What to call it; its own title where nothing is given.")] = "",
    country: Annotated[str, typer.Option(help="ISO 3166-1 alpha-2, for `country:` in queries.")] = "",
    collection: Annotated[str, typer.Option(help="A group of sources.")] = "",
) -> None:
    """Add a source and print its id; a running Presswatch begins with it within a second.

    Nothing is fetched here, so that it works without a network: `presswatch source check` looks first.

    Example: presswatch source add https://example.com/feed.xml --country DE
    """
    from presswatch_cli.closed_addresses import refuse_closed
    from presswatch_cli.commands.source import add as add_source

    refuse_closed(url, context_of(context).settings)
    with context_of(context).store() as store:
        typer.echo(add_source(store, url, name=name, country=country, collection=collection, now=now()).id)


@app.command("import")
def import_file(
    context: typer.Context, file: Annotated[Path, typer.Argument(help="A list of sources: .opml or .csv.")]
) -> None:
    """Add all sources of a file; rows that are none are named, the others are added."""
    from presswatch_cli.commands.source import import_file as import_sources
    from presswatch_cli.progress import measuring
    from presswatch_shared.errors import CheckFailed

    with context_of(context).store() as store, measuring("sources") as progress:
        outcome = import_sources(store, file, now=now(), progress=progress)
    typer.echo(f"{outcome.added} added, {outcome.known} there already")
    for problem in outcome.problems:
        typer.echo(problem, err=True)
    if outcome.problems:
        raise CheckFailed(f"rows of {file} that were not imported: {len(outcome.problems)}")


@app.command("list")
def list_sources(context: typer.Context, as_json: AsJson = False) -> None:
    """List all sources."""
    from rich.console import Console

    from presswatch_cli.commands import source

    with context_of(context).store() as store:
        found = source.all_sources(store)
    if as_json:
        print_json([source.describe(item) for item in found])
    else:
        source.render_table(found, Console())


@app.command()
def show(context: typer.Context, which: Which) -> None:
    """Print all there is to say of a source, as JSON."""
    from presswatch_cli.commands import source

    with context_of(context).store() as store:
        print_json(source.describe(source.show(store, which)))


@app.command()
def pause(context: typer.Context, which: Which) -> None:
    """Stop polling until `presswatch source resume`."""
    from presswatch_cli.commands import source

    with context_of(context).store() as store:
        source.pause(store, which, now=now())


@app.command()
def resume(context: typer.Context, which: Which) -> None:
    """Poll again, beginning at once."""
    from presswatch_cli.commands import source

    with context_of(context).store() as store:
        source.resume(store, which, now=now())


@app.command()
def remove(context: typer.Context, which: Which) -> None:
    """Forget a source; its articles stay."""
    from presswatch_cli.commands import source

    with context_of(context).store() as store:
        source.remove(store, which)


@app.command()
def check(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="The address to look at.")],
    as_json: AsJson = False,
) -> None:
    """Look at an address: what it would be as a source. Nothing is saved."""
    from rich.console import Console

    from presswatch_cli.commands import source
    from presswatch_cli.composition import Parts

    async def look() -> None:
        parts = Parts(context_of(context).settings)
        try:
            found = await source.check(parts.client(), url)
        finally:
            await parts.close()
        if as_json:
            print_json(found)
        else:
            source.render_preview(found, Console())

    asyncio.run(look())


@app.command("export")
def export_file(
    context: typer.Context, form: Annotated[str, typer.Option("--format", help="opml or csv")] = "opml"
) -> None:
    """Print all sources as a file that `source import` reads."""
    from presswatch_cli.commands import source

    with context_of(context).store() as store:
        typer.echo(source.export(store, form), nl=False)
