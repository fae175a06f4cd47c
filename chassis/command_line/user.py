"""`crm user`: people, added by whoever runs the installation."""

from __future__ import annotations

import secrets
import sys
from typing import Any

import click

from chassis.command_line.installation import installation


@click.group("user", short_help="Add people from the command line.")
def command() -> None:
    """Add people from the command line."""


@command.command("add")
@click.argument("email")
@click.option("--name", help="How to call them; the part before the @ by default.")
@click.option("--admin", is_flag=True, help="Give them the administrator's role.")
@click.option("--role", "roles", multiple=True, help="Give them this role; may be repeated.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add(
    email: str, name: str | None, admin: bool, roles: tuple[str, ...], password_stdin: bool
) -> None:
    """Add the user EMAIL and print their password, generated unless it is given."""
    from chassis.command_line.acting import as_system
    from chassis.command_line.services import load_service
    from chassis.command_line.upgrading import assembled

    given = sys.stdin.readline().rstrip("\n") if password_stdin else None
    password = given or secrets.token_urlsafe(12)
    with (
        installation() as settings,
        assembled(settings, [load_service("identity")]) as (identity,),
    ):
        door: Any = identity
        door.add_user(
            as_system("identity"),
            email=email,
            password=password,
            name=name or email.partition("@")[0],
            role_codes=[*roles, *(["administrator"] if admin else [])],
        )
    click.echo(f"Added {email}." if given else f"Added {email} with the password {password}")
