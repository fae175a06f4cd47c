"""Adds made-up people and records through the services that own them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from sqlalchemy import text

from chassis import heap
from chassis.command_line.acting import as_system
from chassis.command_line.services import load_services
from chassis.command_line.upgrading import assembled
from chassis.listening.catching_up import CatchingUp
from chassis.seeding.introducing import introduce
from chassis.service.base import Service
from chassis.settings import Settings
from contracts.catalogue import ENTITIES, entity_by_plural
from contracts.speech import EntityContract

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

    def records(self, plural: str, count: int, seed: int, progress: Callable[[int], None]) -> int:
        """Add `count` records of the entity that stands as `plural` in paths; says how many were
        added. A service with several such entities names their functions in `SEEDS`, and the
        entities of others that its records refer to in `REFERS_TO`."""
        contract = entity_by_plural(plural)
        assert contract is not None
        parts = self._services[contract.service].parts
        parts.holder.refresh()
        module = import_module(f"services.{contract.service}.seeding")
        self._introduce(contract, getattr(module, "REFERS_TO", ()))
        seeds: dict[str, Any] = getattr(module, "SEEDS", {})
        added: int = (seeds.get(plural) or module.seed)(parts, count, seed, progress)
        return added

    def _introduce(self, contract: EntityContract, names: Sequence[str]) -> None:
        known: dict[str, tuple[Service, Any]] = {}
        for name in names:
            owner: Any = self._services[ENTITIES[name].service]
            known[name] = (owner, owner.records(name).entity)
        newcomer: Any = self._services[contract.service]
        introduce(newcomer, newcomer.records(contract.name).entity, known)

    def wait(self, progress: Callable[[int], None]) -> None:
        """Return when every listener has taken what was said; `progress` is told what is left."""
        CatchingUp({name: each.parts.database for name, each in self._services.items()}).wait(
            progress
        )

    def survey(self) -> None:
        """Have the planner of every database know what it holds now.

        PostgreSQL looks by itself only after a minute, and until then may read a whole table for
        the children of one page.
        """
        for service in self._services.values():
            with service.parts.database.transaction() as connection:
                connection.execute(text("SET LOCAL statement_timeout = 0"))
                connection.execute(text("ANALYZE"))

    def user_count(self) -> int:
        """How many people the organisation has."""
        return len(self._services[IDENTITY].parts.holder.refresh().users)


@contextmanager
def seeding(settings: Settings) -> Iterator[Sower]:
    """A sower for the installation of `settings`."""
    with assembled(settings, load_services()) as services:
        heap.settle()
        yield Sower({service.name: service for service in services})
