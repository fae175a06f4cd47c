"""`crm erase ENTITY ID...`: erases everything personal of records."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import click

from chassis.command_line.installation import installation
from contracts.catalogue import ENTITIES


@click.command("erase", short_help="Erase everything personal of records.")
@click.argument("entity", type=click.Choice(tuple(ENTITIES)))
@click.argument("ids", nargs=-1, required=True, type=click.UUID, metavar="ID...")
@click.confirmation_option(prompt="Erase for good what is personal in these records?")
def command(entity: str, ids: tuple[UUID, ...]) -> None:
    """Erase everything personal of the records ID... of ENTITY, here and in every service.

    What is left is a stub in the recycle bin. It works while Rapport runs; the other services
    forget their copies as soon as they hear of it. After restoring a backup, erase again whom it
    brings back.
    """
    from chassis.command_line.acting import as_system
    from chassis.command_line.services import load_service
    from chassis.command_line.upgrading import assembled

    service = ENTITIES[entity].service
    with (
        installation() as settings,
        assembled(settings, [load_service(service)]) as (owner,),
    ):
        door: Any = owner
        for each in ids:
            door.records(entity).erase(as_system(service), each, by_operator=True)
            click.echo(f"Erased {entity} {each}.")
