"""`crm replay ENTITY --to LISTENER`: tells one listener again how every record is now."""

from __future__ import annotations

import click

from chassis.command_line.installation import installation
from chassis.command_line.progress import Progress
from chassis.command_line.service_database import service_database
from chassis.settings import SettingError
from contracts.catalogue import ENTITIES, LISTENERS


@click.command("replay", short_help="Send a listener the newest state of every record again.")
@click.argument("entity", type=click.Choice(tuple(ENTITIES)))
@click.option(
    "--to",
    "listener",
    required=True,
    type=click.Choice([each.queue for each in LISTENERS]),
    help="The listener's queue.",
)
@click.option("--everything", is_flag=True, help="Every event, for a listener that reacts.")
def command(entity: str, listener: str, everything: bool) -> None:
    """Send the newest event of every record of ENTITY to one listener, and to no other.

    The listener takes what is new to it; what it has recorded already has no second effect.
    """
    contract = next(each for each in LISTENERS if each.queue == listener)
    if entity not in contract.entities:
        raise click.UsageError(f"{listener} does not hear of {entity}.")

    from chassis.bus.publisher import EventPublisher
    from chassis.journal.replaying import replay

    with installation() as settings:
        if settings.embedded_bus:
            raise SettingError(
                "Set AMQP_URI to the RabbitMQ of the services: the embedded bus is only inside "
                "its process, which publishes again by itself when it starts."
            )
        publisher = EventPublisher(settings.amqp_uri)
        progress = Progress("events")
        try:
            with service_database(settings, contract.source) as database:
                count = replay(
                    database, publisher, contract,
                    entity=entity, newest_only=not everything, progress=progress.show,
                )  # fmt: skip
        finally:
            progress.end()
            publisher.close()
    click.echo(f"{count} events sent to {listener}.")
