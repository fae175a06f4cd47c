"""`crm migrate`: everything that a new version needs before it starts."""

from __future__ import annotations

import click

from chassis.command_line.installation import installation


@click.command("migrate", short_help="Bring databases, queues and keys up to date.")
@click.option("--check", is_flag=True, help="Change nothing; status 1 when something is missing.")
def command(check: bool) -> None:
    """Make keys, roles, databases, tables, default rows, queues and the first administrator.

    Safe to repeat, and to run from several places at once.
    """
    from chassis.command_line.upgrading import missing_migrations, upgrade

    with installation() as settings:
        if check:
            missing = missing_migrations(settings)
            for name in missing:
                click.echo(name)
            if missing:
                raise SystemExit(1)
            click.echo("Every database is up to date.")
            return
        upgrade(settings, click.echo)
        from chassis.command_line.first_administrator import ensure_first_administrator

        if password := ensure_first_administrator(settings):
            click.echo(f"Sign in as {settings.admin_email} with {password} (said only this once).")
    click.echo("Up to date.")
