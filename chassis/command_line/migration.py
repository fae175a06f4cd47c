"""`crm migration SERVICE -m TEXT`: writes a migration for what the models declare."""

from __future__ import annotations

import secrets

import click

from chassis.command_line.installation import installation
from contracts.catalogue import SERVICES


@click.command("migration", short_help="Write a migration for what the models declare.")
@click.argument("service", type=click.Choice(("chassis", *SERVICES)))
@click.option("-m", "--message", required=True, help="What the migration does.")
def command(service: str, message: str) -> None:
    """Compare what SERVICE declares with its newest migration and write the difference.

    `chassis` stands for the tables that every service has. A scratch database is made for it.
    """
    from chassis.database.branches import branches
    from chassis.database.migrate import connected
    from chassis.database.provision import provision, remove

    with installation() as settings:
        if settings.database_admin_url is None:
            raise click.UsageError("Set DATABASE_ADMIN_URL: a scratch database is needed.")
        scratch = f"{settings.database_admin_url.rpartition('/')[0]}/scratch_{secrets.token_hex(4)}"
        provision(settings.database_admin_url, scratch)
        try:
            with connected(scratch) as connection:
                common, own = branches(SERVICES[0] if service == "chassis" else service)
                for branch in (common, own):
                    branch.upgrade(connection)
                written = (common if service == "chassis" else own).generate(connection, message)
        finally:
            remove(settings.database_admin_url, scratch)
    click.echo(f"Wrote {written.name}." if written else "Nothing to write: the tables are equal.")
