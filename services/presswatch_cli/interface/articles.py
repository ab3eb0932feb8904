"""Commands about articles: search, extract, enrich."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from presswatch_cli.interface.options import AsJson, context_of, now, open_text, print_json
from presswatch_shared.errors import BadInput, CheckFailed

__all__ = ["register"]

Lines = Annotated[bool, typer.Option("--jsonl", help="Read JSON lines, print one JSON object a line, in order.")]
Workers = Annotated[int, typer.Option(min=1, max=256, help="Processes that work at the same time.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the root."""
    app.command()(search)
    app.command()(extract)
    app.command()(enrich)


def search(
    context: typer.Context,
    query: Annotated[str, typer.Argument(help="What to look for, in the watch language.")],
    since: Annotated[str | None, typer.Option(help="A date, a time, or how long ago: 7d.")] = None,
    until: Annotated[str | None, typer.Option(help="Likewise; a date counts whole.")] = None,
    source: Annotated[list[str] | None, typer.Option(help="Host; may be given several times.")] = None,
    lang: Annotated[list[str] | None, typer.Option(help="ISO 639-1; may be given several times.")] = None,
    country: Annotated[list[str] | None, typer.Option(help="ISO 3166-1; may be given several times.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many to print.")] = 20,
    count: Annotated[bool, typer.Option("--count", help="Only how many there are.")] = False,
    as_json: AsJson = False,
) -> None:
    """Search what is indexed.

    Example: presswatch search 'title:Rostec AND NOT source:tass.com' --since 7d
    """
    from rich.console import Console

    from presswatch_cli.commands import search as command
    from presswatch_cli.commands.watch import checked_query

    options = command.SearchOptions(
        since=since,
        until=until,
        sources=source or (),
        langs=lang or (),
        countries=country or (),
        limit=limit,
        count=count,
    )
    made = context_of(context)
    with made.store() as store:
        parsed = checked_query(store, query)
    with made.index() as index:
        result = asyncio.run(command.run_search(index, parsed, options, now=now()))
        for hint in () if result.total else asyncio.run(command.hints(index, options, now=now())):
            typer.echo(hint, err=True)
    if count:
        typer.echo(command.render_count(result, as_json=as_json))
    elif as_json:
        typer.echo(command.render_json(result))
    else:
        command.render_text(result, Console())


def extract(
    context: typer.Context,
    page: Annotated[str | None, typer.Argument(metavar="[URL|FILE|-]", help="A page; - for standard input.")] = None,
    url: Annotated[str, typer.Option(help="Address of a page that is read from a file.")] = "",
    lines: Lines = False,
    workers: Workers = 1,
    site_memory: Annotated[Path | None, typer.Option(help="What is known of sites; with --jsonl.")] = None,
    learn_sites: Annotated[Path | None, typer.Option(help="Write it here, with what this run taught.")] = None,
    as_json: AsJson = False,
) -> None:
    """Turn a page into an article: title, body, authors, date, language.

    Example: presswatch extract https://example.com/news/1
    """
    from presswatch_cli.commands import extract as command

    if lines:
        _extract_lines(context, page, workers, site_memory, learn_sites)
        return
    if site_memory or learn_sites:
        raise BadInput("--site-memory and --learn-sites go with --jsonl")
    found = asyncio.run(_extract_one(context, page, url))
    if as_json:
        print_json(found)
    else:
        from rich.console import Console

        command.render_article(found, Console())
    if found["outcome"] != "article":
        raise CheckFailed(f"this page is no article: {found['outcome']}")


def enrich(
    context: typer.Context,
    file: Annotated[str | None, typer.Argument(metavar="[FILE|-]", help="JSON lines; standard input if none.")] = None,
    lines: Lines = True,
    workers: Workers = 1,
) -> None:
    """Turn pages into full articles: entities, story, near-duplicates, summary.

    Reads {"id","url","html" | "html_base64"} lines, or {"id","title","body"} lines.
    """
    from presswatch_cli.commands.enrich import enrich_lines

    _print_lines(context, file, workers, enrich_lines)


def _extract_lines(
    context: typer.Context, file: str | None, workers: int, memory: Path | None, learn: Path | None
) -> None:
    from presswatch_cli.commands.extract import extract_lines
    from presswatch_cli.site_memory_file import SitesOfRun, read_site_memory

    sites = SitesOfRun(read_site_memory(memory))
    _print_lines(context, file, workers, partial(extract_lines, sites=sites))
    if learn is not None:
        sites.save(learn)


def _print_lines(
    context: typer.Context, file: str | None, workers: int, command: Callable[..., AsyncIterator[str]]
) -> None:
    from presswatch_cli.composition import extraction_workers

    async def run() -> None:
        async with extraction_workers(context_of(context).settings, workers) as pool:
            with open_text(Path(file) if file else None) as handle:
                async for line in command(handle, pool, workers=workers, now=now()):
                    typer.echo(line)

    asyncio.run(run())


async def _extract_one(context: typer.Context, page: str | None, url: str) -> dict[str, object]:
    from presswatch_cli.commands.extract import extract_page
    from presswatch_cli.commands.one_page import NO_ADDRESS, fetch_page, read_page
    from presswatch_cli.composition import extraction_workers

    settings = context_of(context).settings
    if page and page.startswith(("http://", "https://")):
        given = await fetch_page(page, settings, now=now())
    else:
        given = read_page(page, url, now=now())
    async with extraction_workers(settings, 1) as pool:
        found = await extract_page(pool, given)
    return {name: "" if value == NO_ADDRESS else value for name, value in found.items()}
