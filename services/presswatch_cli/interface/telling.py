"""`presswatch watch channel …`, `watch policy` and `watch snooze`: how a watch tells."""

from __future__ import annotations

from typing import Annotated

import typer

from presswatch_cli.interface.options import AsJson, WatchId, context_of, now, print_json

__all__ = ["channel_app", "register"]

ChannelId = Annotated[str, typer.Argument(metavar="CHANNEL", help="Id of a channel, from `watch channel list WATCH`.")]

channel_app = typer.Typer(help="Channels: where the alerts of a watch go, beside the inbox.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands to `presswatch watch`."""
    app.add_typer(channel_app, name="channel")
    app.command()(policy)
    app.command()(snooze)


def policy(
    context: typer.Context,
    watch_id: WatchId,
    mode: Annotated[str | None, typer.Option(help="instant, hourly, daily or weekly.")] = None,
    at: Annotated[str | None, typer.Option(help="When a digest is due, such as 08:00.")] = None,
    day: Annotated[str | None, typer.Option(help="Day of a weekly digest, such as monday.")] = None,
    zone: Annotated[str | None, typer.Option(help="Time zone of these times, such as Europe/Berlin.")] = None,
    quiet: Annotated[str | None, typer.Option(help="Quiet hours such as 22:00-07:00, or off.")] = None,
    cool_down: Annotated[str | None, typer.Option(help="Least time between two alerts, such as 30m; 0 = off.")] = None,
    most_an_hour: Annotated[int | None, typer.Option(help="Most alerts an hour; 0 = no limit.")] = None,
    most_listed: Annotated[int | None, typer.Option(help="Articles listed in a digest.")] = None,
) -> None:
    """Change when a watch tells, and print it as JSON. What is held back stands in the inbox with the reason.

    Example: presswatch watch policy WATCH --mode daily --at 07:30 --zone Europe/Berlin
    """
    from presswatch_cli.commands import policy as command

    options = command.typed_options(
        mode=mode,
        at=at,
        day=day,
        zone=zone,
        quiet=quiet,
        cool_down=cool_down,
        most_an_hour=most_an_hour,
        most_listed=most_listed,
    )
    with context_of(context).store() as store:
        if options.says_something:
            command.set_policy(store, watch_id, options, now=now())
        print_json(command.describe(store, watch_id))


def snooze(
    context: typer.Context,
    watch_id: WatchId,
    until: Annotated[str, typer.Argument(metavar="DURATION|MOMENT|off", help="Such as 2h, 2026-12-01, or off.")],
) -> None:
    """Tell nothing of a watch for a while; its alerts stand in the inbox."""
    from presswatch_cli.commands.policy import snooze as snooze_watch
    from presswatch_shared.clock import iso

    with context_of(context).store() as store:
        end = snooze_watch(store, watch_id, until, now=now())
    typer.echo(f"until {iso(end)}" if end else "off")


@channel_app.command("list")
def list_channels(context: typer.Context, watch_id: WatchId, as_json: AsJson = False) -> None:
    """List the channels of a watch; a feed with its secret address."""
    from presswatch_cli.commands import channel as command
    from presswatch_cli.delivery_parts import public_url

    made = context_of(context)
    with made.store() as store:
        rows = command.list_rows(store, watch_id, public_url(made.settings))
    if as_json:
        print_json(rows)
    else:
        command.render_table(rows)


@channel_app.command()
def add(
    context: typer.Context,
    watch_id: WatchId,
    webhook: Annotated[str, typer.Option(help="An address that alerts are posted to.")] = "",
    email: Annotated[str, typer.Option(help="A mail address.")] = "",
    apprise: Annotated[str, typer.Option(help="An address of Apprise, such as slack://…")] = "",
    feed: Annotated[bool, typer.Option("--feed", help="A feed behind a secret address.")] = False,
    secret: Annotated[str, typer.Option(help="Signs what the webhook is sent (whsec_…); made where not given.")] = "",
) -> None:
    """Add a channel to a watch and print its id.

    Example: presswatch watch channel add WATCH --email ana@example.org
    """
    from presswatch_cli.closed_addresses import refuse_closed
    from presswatch_cli.commands import channel as command
    from presswatch_cli.delivery_parts import public_url

    new = command.wanted_channel(webhook=webhook, email=email, apprise=apprise, feed=feed, secret=secret)
    made = context_of(context)
    if webhook:
        refuse_closed(webhook, made.settings)
    with made.store() as store:
        added = command.add(store, watch_id, new, schemes=made.settings.apprise_schemes, now=now())
    typer.echo(added.channel.id)
    if added.new_secret:
        typer.echo(f"secret of the webhook, shown this once: {added.new_secret}", err=True)
    if feed:
        typer.echo(f"feed: {command.feed_address(added.channel, public_url(made.settings))}", err=True)
    if email and not made.settings.smtp:
        typer.echo("mails wait until PRESSWATCH_SMTP names a mail server", err=True)


@channel_app.command()
def edit(
    context: typer.Context,
    channel: ChannelId,
    address: Annotated[str, typer.Argument(help="Where it is to lead: a URL, a mail address, an address of Apprise.")],
) -> None:
    """Lead a channel elsewhere; what waits for it goes there as well."""
    from presswatch_cli.commands.channel import edit as edit_channel

    made = context_of(context)
    with made.store() as store:
        edit_channel(store, channel, address, schemes=made.settings.apprise_schemes)


@channel_app.command()
def remove(context: typer.Context, channel: ChannelId) -> None:
    """Remove a channel and what waits for it."""
    from presswatch_cli.commands.channel import remove as remove_channel

    with context_of(context).store() as store:
        remove_channel(store, channel, now=now())


@channel_app.command()
def enable(context: typer.Context, channel: ChannelId) -> None:
    """Send through a channel again that was switched off."""
    from presswatch_cli.commands.channel import enable as enable_channel

    with context_of(context).store() as store:
        enable_channel(store, channel)


@channel_app.command()
def disable(context: typer.Context, channel: ChannelId) -> None:
    """Send nothing through a channel until it is enabled."""
    from presswatch_cli.commands.channel import disable as disable_channel

    with context_of(context).store() as store:
        disable_channel(store, channel, now=now())


@channel_app.command()
def rotate(
    context: typer.Context,
    channel: ChannelId,
    secret: Annotated[str, typer.Option(help="The new one (whsec_…); made where not given.")] = "",
    overlap: Annotated[str, typer.Option(help="How long the old secret signs as well.")] = "24h",
) -> None:
    """Give a webhook a new secret and print it."""
    from presswatch_cli.commands.channel import rotate as rotate_secret
    from presswatch_shared.durations import parse_duration

    with context_of(context).store() as store:
        seconds = parse_duration(overlap)
        typer.echo(rotate_secret(store, channel, secret, overlap_seconds=seconds, now=now()))


@channel_app.command()
def renew(context: typer.Context, channel: ChannelId) -> None:
    """Give a feed a new secret address and print it; the old one is gone."""
    from presswatch_cli.commands.channel import feed_address
    from presswatch_cli.commands.channel import renew as renew_address
    from presswatch_cli.delivery_parts import public_url

    made = context_of(context)
    with made.store() as store:
        typer.echo(feed_address(renew_address(store, channel), public_url(made.settings)))


@channel_app.command("test")
def send_test(
    context: typer.Context,
    channel: ChannelId,
    wait: Annotated[str, typer.Option(help="How long to wait for the answer.")] = "30s",
) -> None:
    """Send a test through a channel and tell what came of it; `run` or `delivery` must be running."""
    from presswatch_cli.commands.channel import send_test as send
    from presswatch_shared.durations import parse_duration

    with context_of(context).store() as store:
        typer.echo(send(store, channel, wait_seconds=parse_duration(wait), now=now()))
