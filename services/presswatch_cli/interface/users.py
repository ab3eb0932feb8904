"""`presswatch admin user …`: who may log in."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from presswatch_cli.interface.options import AsJson, context_of, now, print_json
from presswatch_shared.errors import BadInput

__all__ = ["app"]

app = typer.Typer(help="Users: who may log in to the web page, and as what.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="The name they log in with.")]
FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input instead of asking for it.")
]


@app.command()
def add(
    context: typer.Context,
    name: Name,
    role: Annotated[str, typer.Option(help="reader: looks. analyst: makes watches, too. admin: all.")] = "reader",
    password_stdin: FromStdin = False,
) -> None:
    """Make a user; the password is asked for.

    Example: presswatch admin user add Ines --role admin
    """
    from presswatch_cli.commands.user import add_user
    from presswatch_shared.store.users import check_role

    check_role(role)
    password = _password(password_stdin)
    with context_of(context).store() as store:
        typer.echo(add_user(store, name, role, password, now=now()).id)


@app.command("list")
def list_users(context: typer.Context, as_json: AsJson = False) -> None:
    """List all users."""
    from presswatch_cli.commands.user import user_rows
    from presswatch_cli.tables import render_rows

    with context_of(context).store() as store:
        rows = user_rows(store)
    if as_json:
        print_json(rows)
        return
    if not rows:
        typer.echo("no users: make one with `presswatch admin user add NAME --role admin`", err=True)
    render_rows(tuple(rows[0]) if rows else (), [[str(value or "") for value in row.values()] for row in rows])


@app.command()
def change(
    context: typer.Context,
    name: Name,
    role: Annotated[str | None, typer.Option(help="reader, analyst or admin.")] = None,
    state: Annotated[str | None, typer.Option(help="active or disabled.")] = None,
    password: Annotated[bool, typer.Option("--password", help="Ask for a new password.")] = False,
    password_stdin: FromStdin = False,
) -> None:
    """Change role, state or password; all logins of the user end."""
    from presswatch_cli.commands.user import change_user

    new = _password(password_stdin) if password or password_stdin else None
    with context_of(context).store() as store:
        change_user(store, name, role=role, state=state, password=new, now=now())


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise BadInput("there is no terminal to ask for the password: give it by --password-stdin")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
