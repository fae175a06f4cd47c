"""Brings an installation up to date: keys, databases, rows that must exist, queues."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from chassis.access.keys import ensure_keys
from chassis.command_line.services import load_services
from chassis.database.migrate import migrate_service, pending_migrations
from chassis.service.assembly import Assembly
from chassis.service.base import Service
from chassis.settings import Settings
from contracts.catalogue import SPEAKERS


def upgrade(settings: Settings, say: Callable[[str], None]) -> None:
    """Do whatever is missing; `say` hears of each step. Safe to repeat."""
    ensure_keys(settings.keys, SPEAKERS)
    services = load_services()
    stored = [service for service in services if service.keeps_data]
    for service in stored:
        migrate_service(settings, service.name, say)
    with assembled(settings, services) as made:
        for each in made:
            each.on_migrate()
    if not settings.embedded_bus:
        from chassis.bus import queues

        queues.declare(settings.amqp_uri)


def missing_migrations(settings: Settings) -> list[str]:
    """Every migration that some database lacks, as `service: migration`."""
    return [
        f"{service.name}: {name}"
        for service in load_services()
        if service.keeps_data
        for name in pending_migrations(settings, service.name)
    ]


@contextmanager
def assembled(settings: Settings, services: Sequence[type[Service]]) -> Iterator[list[Service]]:
    """Services that take no calls, to work on their data from a command."""
    assembly = Assembly(settings)
    try:
        yield [assembly.service(service) for service in services]
    finally:
        assembly.close()
