"""`presswatch deliveries …`: the ledger of what went out."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from presswatch_cli.interface.options import AsJson, context_of, now, print_json
from presswatch_shared.errors import BadInput

if TYPE_CHECKING:
    from presswatch_shared.store.deliveries import DeliveryFilter

__all__ = ["app"]

app = typer.Typer(help="Deliveries: every alert and channel, with every try.", invoke_without_command=True)


def _number(text: str) -> int:
    from presswatch_cli.commands.deliveries import number_of

    return number_of(text)


Number = Annotated[int, typer.Argument(metavar="DELIVERY", parser=_number, help="Number of a delivery.")]
State = Annotated[str | None, typer.Option(help="pending, delivered, given_up, channel_disabled, dropped, superseded.")]
Watch = Annotated[str | None, typer.Option(help="Id of a watch.")]
Channel = Annotated[str | None, typer.Option(help="webhook, email or apprise; or the id of a channel.")]
Outcome = Annotated[str | None, typer.Option(help="How the last try ended, such as timeout, rejected, bounced.")]
Alert = Annotated[str | None, typer.Option(help="Id of an alert.")]
Containing = Annotated[str | None, typer.Option("--text", help="Part of a target, or of the last answer.")]
Since = Annotated[str | None, typer.Option(help="Queued since: a date, a time, or an age such as 7d.")]
Until = Annotated[str | None, typer.Option(help="Queued before.")]
Limit = Annotated[int, typer.Option(min=1, max=10_000)]


@app.callback()
def bare(
    context: typer.Context,
    state: State = None,
    watch: Watch = None,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """List deliveries, newest first."""
    if context.invoked_subcommand is None:
        _list(context, _filter(state=state, watch=watch), limit, as_json)


@app.command("list")
def list_deliveries(
    context: typer.Context,
    state: State = None,
    watch: Watch = None,
    channel: Channel = None,
    outcome: Outcome = None,
    alert: Alert = None,
    text: Containing = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """List deliveries, newest first.

    Example: presswatch deliveries list --channel email --outcome bounced --since 7d
    """
    only = _filter(
        state=state, watch=watch, channel=channel, outcome=outcome, alert=alert, text=text, since=since, until=until
    )
    _list(context, only, limit, as_json)


@app.command()
def show(context: typer.Context, delivery: Number) -> None:
    """Print a delivery with every try of it, as JSON."""
    from presswatch_cli.commands.deliveries import show as show_delivery

    with context_of(context).store() as store:
        print_json(show_delivery(store, delivery))


@app.command()
def replay(
    context: typer.Context,
    delivery: Annotated[
        int | None, typer.Argument(metavar="[DELIVERY]", parser=_number, help="Number of a delivery.")
    ] = None,
    state: State = None,
    watch: Watch = None,
    channel: Channel = None,
    since: Since = None,
    until: Until = None,
) -> None:
    """Deliver once more, under the same id for the receiver: one delivery, or all that the options find.

    Example: presswatch deliveries replay --state given_up --since 2d
    """
    from presswatch_cli.commands import deliveries as command

    given = any(value is not None for value in (state, watch, channel, since, until))
    if given == (delivery is not None):
        raise BadInput("name one delivery by its number, or some by --state, --watch, --channel, --since, --until")
    with context_of(context).store() as store:
        if delivery is not None:
            command.send_again(store, delivery, now=now())
            return
        only = _filter(state=state, watch=watch, channel=channel, since=since, until=until)
        typer.echo(f"{command.send_all_again(store, only, now=now())} deliveries go out once more")


@app.command()
def release(context: typer.Context) -> None:
    """Let out what a restored product holds: everything that waits is sent."""
    from presswatch_cli.commands import deliveries as command

    with context_of(context).store() as store:
        typer.echo(f"{command.release(store)} deliveries go out")


@app.command()
def drop(
    context: typer.Context,
    before: Annotated[str, typer.Option(help="Queued before: a date, a time, or an age such as 2h.")] = "0s",
) -> None:
    """End what a restored product holds and the other one has sent since; then `release` lets the rest out.

    Example: presswatch deliveries drop --before 2026-11-24T17:05Z
    """
    from presswatch_cli.commands import deliveries as command

    with context_of(context).store() as store:
        typer.echo(f"{command.drop(store, before=before, now=now())} deliveries are dropped, unsent")


@app.command()
def export(
    context: typer.Context,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV for a spreadsheet; else a JSON object a line.")] = False,
    state: State = None,
    watch: Watch = None,
    channel: Channel = None,
    since: Since = None,
    until: Until = None,
) -> None:
    """Print all deliveries, as JSON with every try; no limit."""
    from presswatch_cli.commands.deliveries import check_channel
    from presswatch_shared.delivery_export import exported_lines

    only = _filter(state=state, watch=watch, channel=channel, since=since, until=until)
    with context_of(context).store() as store:
        for text in exported_lines(store, only=check_channel(store, only), form="csv" if as_csv else "ndjson"):
            sys.stdout.write(text)


@app.command("tries", hidden=True, deprecated=True)
def show_tries(context: typer.Context, delivery: Number) -> None:
    """Print every try of a delivery; `show` does, too."""
    from presswatch_cli.commands.deliveries import tries_of

    with context_of(context).store() as store:
        print_json(tries_of(store, delivery))


@app.command("again", hidden=True, deprecated=True)
def send_again(context: typer.Context, delivery: Number) -> None:
    """Deliver once more; the same as `replay`."""
    replay(context, delivery)


def _filter(**options: str | None) -> DeliveryFilter:
    from presswatch_cli.commands.deliveries import filter_of

    return filter_of(**options, now=now())


def _list(context: typer.Context, only: DeliveryFilter, limit: int, as_json: bool) -> None:
    from presswatch_cli.commands import deliveries as command

    with context_of(context).store() as store:
        rows = command.list_rows(store, only, limit=limit)
        held = command.are_held(store)
    if as_json:
        print_json(rows)
    else:
        command.render_table(rows)
    if held:
        typer.echo("what waits is held since a restore: `presswatch deliveries release` lets it out", err=True)
