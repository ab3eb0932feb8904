"""`presswatch watch …`: what to look for."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from presswatch_cli.commands.watch_kinds import WatchFormat
from presswatch_cli.interface import telling
from presswatch_cli.interface.options import AsJson, WatchId, context_of, now, open_text, print_json
from presswatch_cli.interface.text_command import TextCommand
from presswatch_shared.errors import BadInput

__all__ = ["app", "match"]

app = typer.Typer(help="Watches: what to look for, and whom to tell.", no_args_is_help=True)

telling.register(app)

Aliases = Annotated[Path | None, typer.Option("--aliases", help="A JSON file: names and their lists of entries.")]


@app.command()
def add(
    context: typer.Context,
    query: Annotated[str, typer.Argument(help="What to look for, in the watch language.")],
    name: Annotated[str, typer.Option(help="What to call it; the query where nothing is given.")] = "",
    webhook: Annotated[list[str] | None, typer.Option(help="An address that is told of each alert.")] = None,
    secret: Annotated[str, typer.Option(help="Signs what the webhook is sent (whsec_…); made where not given.")] = "",
    email: Annotated[list[str] | None, typer.Option(help="A mail address that is told of each alert.")] = None,
    digest: Annotated[str | None, typer.Option(help="Tell hourly, daily or weekly; else at once.")] = None,
    at: Annotated[str | None, typer.Option(help="When a digest is due, such as 08:00.")] = None,
    day: Annotated[str | None, typer.Option(help="Day of a weekly digest, such as monday.")] = None,
    zone: Annotated[str | None, typer.Option(help="Time zone of these times, such as Europe/Berlin.")] = None,
    quiet: Annotated[str | None, typer.Option(help="Quiet hours such as 22:00-07:00.")] = None,
    cool_down: Annotated[str | None, typer.Option(help="Least time between two alerts, such as 30m.")] = None,
    most_an_hour: Annotated[int | None, typer.Option(help="Most alerts an hour.")] = None,
    max_age: Annotated[str, typer.Option(help="Articles older than this when first seen do not fire; 0 = off.")] = "3d",
    include: Annotated[list[str] | None, typer.Option("--include-source", help="Only these hosts.")] = None,
    exclude: Annotated[list[str] | None, typer.Option("--exclude-source", help="All hosts but these.")] = None,
) -> None:
    """Add a watch and print its id.

    Example: presswatch watch add 'Rosoboronexport AND (Caracas OR Maracay)' --name "Arms to Venezuela"
    """
    from presswatch_cli.closed_addresses import refuse_closed
    from presswatch_cli.commands.policy import typed_options
    from presswatch_cli.commands.watch import AddOptions
    from presswatch_cli.commands.watch import add as add_watch
    from presswatch_cli.commands.watch_warnings import warning_lines, warnings_of

    options = AddOptions(
        name=name,
        webhooks=webhook or (),
        secret=secret,
        max_age=max_age,
        include_sources=include or (),
        exclude_sources=exclude or (),
        emails=email or (),
        policy=typed_options(
            mode=digest, at=at, day=day, zone=zone, quiet=quiet, cool_down=cool_down, most_an_hour=most_an_hour
        ),
    )
    made = context_of(context)
    for url in webhook or ():
        refuse_closed(url, made.settings)
    with made.store() as store:
        added = add_watch(store, query, options, now=now())
        typer.echo(added.watch.id)
        if added.new_secret:
            typer.echo(f"secret of the webhook, shown this once: {added.new_secret}", err=True)
        if email and not made.settings.smtp:
            typer.echo("mails wait until PRESSWATCH_SMTP names a mail server", err=True)
        if added.twin:
            typer.echo(f"warning: {added.twin} is the same watch; each of the two sends alerts of its own.", err=True)
        with made.index_if_any() as index:
            for line in warning_lines(warnings_of(store, index, query, now=now())):
                typer.echo(line, err=True)


@app.command("list")
def list_watches(context: typer.Context, as_json: AsJson = False) -> None:
    """List all watches."""
    from presswatch_cli.commands import watch

    with context_of(context).store() as store:
        found = watch.all_watches(store)
        failed = watch.failures(store, found)
    if as_json:
        print_json([watch.as_json(item, failed.get(item.id, "")) for item in found])
    else:
        watch.render_table(found, failed)


@app.command()
def show(context: typer.Context, watch_id: WatchId) -> None:
    """Print all there is to say of a watch, as JSON."""
    from presswatch_cli.commands.watch import describe

    with context_of(context).store() as store:
        print_json(describe(store, watch_id))


@app.command()
def pause(context: typer.Context, watch_id: WatchId) -> None:
    """Stop alerts until `presswatch watch resume`."""
    from presswatch_cli.commands.watch import pause as pause_watch

    with context_of(context).store() as store:
        pause_watch(store, watch_id, now=now())


@app.command()
def resume(context: typer.Context, watch_id: WatchId) -> None:
    """Alerts again, for what comes from now on."""
    from presswatch_cli.commands.watch import resume as resume_watch

    with context_of(context).store() as store:
        resume_watch(store, watch_id, now=now())


@app.command()
def remove(context: typer.Context, watch_id: WatchId) -> None:
    """Remove a watch; its alerts stay in the inbox."""
    from presswatch_cli.commands.watch import remove as remove_watch

    with context_of(context).store() as store:
        remove_watch(store, watch_id, now=now())


@app.command("import")
def import_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A JSON object or a plain query a line; - for standard input.")],
    kind: Annotated[
        WatchFormat,
        typer.Option(
            "--format", help="lines: ours. lucene, kql: a query a line, or Kibana's export. csv: with a header."
        ),
    ] = WatchFormat.LINES,
    as_json: AsJson = False,
) -> None:
    """Add or change watches from a file; bad lines, and what could not be carried over, are named.

    Example: presswatch watch import --format lucene queries.txt
    """
    from presswatch_cli.commands.watch_file import import_watches
    from presswatch_cli.progress import counting
    from presswatch_shared.errors import CheckFailed

    with context_of(context).store() as store, open_text(file) as lines, counting("lines") as progress:
        result = import_watches(store, lines, kind=kind, now=now(), progress=progress)
    if as_json:
        print_json(result.as_json())
    else:
        typer.echo(f"{result.added} added, {result.changed} changed, {result.unchanged} there already")
        for said in result.remarks:
            typer.echo(f"line {said.number}: {said.remark.what}: {said.remark.why}", err=True)
        for refused in result.refused:
            typer.echo(f"line {refused.number}: {refused.reason}", err=True)
    if result.refused:
        raise CheckFailed(f"lines of {file} that were not imported: {len(result.refused)}")


@app.command("export")
def export_file(
    context: typer.Context,
    with_secrets: Annotated[bool, typer.Option("--with-secrets", help="Webhook secrets, too.")] = False,
) -> None:
    """Print all watches, a JSON object a line, as `watch import` reads them."""
    from presswatch_cli.commands.watch_file import export_watches

    with context_of(context).store() as store:
        for line in export_watches(store, with_secrets=with_secrets):
            typer.echo(line)


@app.command()
def backtest(
    context: typer.Context,
    query: Annotated[str, typer.Argument(help="What to look for, in the watch language.")],
    days: Annotated[int, typer.Option(help="How many days to look back.")] = 30,
    replaces: Annotated[str, typer.Option(metavar="WATCH", help="Tell what changes for this watch.")] = "",
    against: Annotated[str, typer.Option(metavar="QUERY", help="Tell what changes beside this query.")] = "",
    as_json: AsJson = False,
) -> None:
    """Tell what a query would have fired on; or what it adds and removes beside another one.

    Example: presswatch watch backtest 'Rostec AND NOT hockey' --replaces wat_…
    """
    import asyncio

    from rich.console import Console

    from presswatch_cli.commands import backtest as command

    made = context_of(context)
    with made.store() as store, made.index() as index:
        if replaces or against:
            compared = command.run_difference(
                store, index, query, replaces=replaces, against=against, days=days, now=now()
            )
            difference = asyncio.run(compared)
            if as_json:
                typer.echo(command.render_difference_json(difference))
            else:
                command.render_difference(difference, Console())
            return
        result = asyncio.run(command.run_backtest(store, index, query, days=days, now=now()))
    if as_json:
        typer.echo(command.render_json(result))
    else:
        command.render_text(result, Console())


@app.command(cls=TextCommand)
def check(
    query: Annotated[str | None, typer.Argument(help="A query in the watch language.")] = None,
    aliases: Aliases = None,
    lines: Annotated[bool, typer.Option("--jsonl", help='Read {"id","query"} lines from standard input.')] = False,
) -> None:
    """Check a query: prints one JSON object with errors and warnings; exit 1 if any query is invalid."""
    from presswatch_cli.commands.watch_check import check_lines, check_one

    _one_of(query, lines)
    if query is not None:
        raise typer.Exit(check_one(query, aliases=aliases, out=sys.stdout))
    with open_text(None) as handle:
        raise typer.Exit(check_lines(handle, aliases=aliases, out=sys.stdout))


@app.command(cls=TextCommand)
def analyse(
    text: Annotated[str | None, typer.Argument(help="Any text.")] = None,
    lines: Annotated[bool, typer.Option("--jsonl", help='Read {"id","text"} lines from standard input.')] = False,
) -> None:
    """Print the tokens of a text as the analyser sees them, as JSON."""
    from presswatch_cli.commands.watch_analyse import analyse_lines, analyse_one

    _one_of(text, lines)
    if text is not None:
        raise typer.Exit(analyse_one(text, out=sys.stdout))
    with open_text(None) as handle:
        raise typer.Exit(analyse_lines(handle, out=sys.stdout))


def _one_of(argument: str | None, lines: bool) -> None:
    if (argument is None) != lines:
        raise BadInput("give one text as an argument, or --jsonl and lines on standard input")


def match(
    watches: Annotated[Path, typer.Option(help='A file of {"id","query"} lines.')],
    articles: Annotated[Path | None, typer.Argument(metavar="[ARTICLES.jsonl|-]")] = None,
    aliases: Aliases = None,
    spans: Annotated[bool, typer.Option("--spans", help="Tell where each watch matched.")] = False,
    skip_invalid: Annotated[bool, typer.Option("--skip-invalid", help="Match with the valid watches.")] = False,
) -> None:
    """Match articles with watches, both from files: prints {"id","watches"} a line, in order.

    Example: presswatch match --watches watches.jsonl articles.jsonl
    """
    from presswatch_cli.commands.match import run_match

    with open_text(articles) as handle:
        code = run_match(
            watches,
            handle,
            aliases=aliases,
            spans=spans,
            skip_invalid=skip_invalid,
            out=sys.stdout,
            err=sys.stderr,
        )
    raise typer.Exit(code)
