"""`crm dead`: events that a listener could not take, after all its attempts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import click

from chassis.command_line.installation import installation
from chassis.command_line.service_database import service_database
from chassis.database.engine import Database
from contracts.catalogue import SERVICES

_SERVICE = click.argument("service", type=click.Choice(SERVICES))


@click.group("dead", short_help="List and retry events that a listener could not take.")
def command() -> None:
    """Events that a listener of a service gave up on."""


@command.command("list")
@_SERVICE
def list_dead(service: str) -> None:
    """Show the dead events of SERVICE, oldest first, and why each failed."""
    from chassis.listening.dead import dead_events

    with _database(service) as database, database.reading() as connection:
        events = dead_events(connection)
    for event in events:
        behind = f", {event['waiting_behind']} behind it" if event["waiting_behind"] else ""
        click.echo(f"{event['event_id']}  {event['name']}  {event['listener']}")
        click.echo(f"    {event['attempts']} attempts{behind}: {event['failure']}")
    click.echo(f"{len(events)} dead events.")


@command.command("retry")
@_SERVICE
@click.argument("events", nargs=-1, type=click.UUID, metavar="[EVENT]...")
@click.option("--all", "everything", is_flag=True, help="Retry every dead event of the service.")
def retry(service: str, events: tuple[UUID, ...], everything: bool) -> None:
    """Try the dead EVENTS of SERVICE again, now."""
    from chassis.command_line.acting import as_system
    from chassis.listening.dead import dead_events, retry_dead

    if everything == bool(events):
        raise click.UsageError("Name the events to retry, or say --all.")
    with _database(service) as database, database.transaction() as connection:
        chosen = [row["event_id"] for row in dead_events(connection)] if everything else events
        count = retry_dead(connection, chosen, as_system(service))
    click.echo(f"{count} events will be tried again.")


@contextmanager
def _database(service: str) -> Iterator[Database]:
    with installation() as settings, service_database(settings, service) as database:
        yield database
