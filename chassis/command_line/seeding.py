"""Adds made-up people and records through the services that own them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from chassis.command_line.acting import as_system
from chassis.command_line.services import load_services
from chassis.command_line.upgrading import assembled
from chassis.service.base import Service
from chassis.settings import Settings

IDENTITY = "identity"


class Sower:
    """Adds made-up data to an installation whose databases are up to date."""

    def __init__(self, services: dict[str, Service]) -> None:
        self._services = services

    def people(self) -> list[dict[str, Any]]:
        """The demo's departments and people, made unless there are departments; their accounts."""
        identity: Any = self._services[IDENTITY]
        accounts: list[dict[str, Any]] = identity.make_demo(as_system(IDENTITY))
        return accounts

    def records(self, service: str, count: int, seed: int, progress: Callable[[int], None]) -> int:
        """Add `count` records of `service`; says how many were added."""
        parts = self._services[service].parts
        parts.holder.refresh()
        module = import_module(f"services.{service}.seeding")
        added: int = module.seed(parts, count, seed, progress)
        return added

    def user_count(self) -> int:
        """How many people the organisation has."""
        return len(self._services[IDENTITY].parts.holder.refresh().users)


@contextmanager
def seeding(settings: Settings) -> Iterator[Sower]:
    """A sower for the installation of `settings`."""
    with assembled(settings, load_services()) as services:
        yield Sower({service.name: service for service in services})
