"""Services that can be hurt: a chosen call fails, before or after its effect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from greenlet import GreenletExit

from chassis.context import Context
from chassis.sagas.definition import Request
from chassis.service.base import Parts, Service
from chassis.service.entrypoints import command
from services.contacts.service import ContactsService
from services.deals.service import DealsService
from services.leads.service import LeadsService


@dataclass
class Wound:
    """What happens to the call `method` of `entity`, `times` times. `act` may do anything."""

    entity: str
    method: str
    moment: str
    act: Callable[[], None]
    times: int = 1


@dataclass
class Wounds:
    """The wounds that are still to come."""

    waiting: list[Wound] = field(default_factory=list)

    def strike(self, entity: str, method: str, moment: str) -> None:
        """Do what was planned for this call, if anything was."""
        for wound in list(self.waiting):
            if (wound.entity, wound.method, wound.moment) == (entity, method, moment):
                wound.times -= 1
                if wound.times <= 0:
                    self.waiting.remove(wound)
                wound.act()


WOUNDS = Wounds()


def failing(refusal: Exception) -> Callable[[], None]:
    """Refuse."""

    def act() -> None:
        raise refusal

    return act


def dying() -> None:
    """End the worker as if its process had been killed: nothing is said, nothing is caught."""
    raise GreenletExit


class _Hurt:
    """Strikes around what sagas call."""

    @command
    def create(
        self, context: Context, entity: str, values: Any, labels: Any = None
    ) -> dict[str, Any]:
        WOUNDS.strike(entity, "create", "before")
        made: dict[str, Any] = super().create(context, entity, values, labels)  # type: ignore[misc]
        WOUNDS.strike(entity, "create", "after")
        return made

    @command
    def discard(self, context: Context, entity: str, id: str) -> dict[str, Any]:  # noqa: A002
        WOUNDS.strike(entity, "discard", "before")
        gone: dict[str, Any] = super().discard(context, entity, id)  # type: ignore[misc]
        WOUNDS.strike(entity, "discard", "after")
        return gone


class HurtContacts(_Hurt, ContactsService):
    """Contacts that can be hurt."""


class HurtDeals(_Hurt, DealsService):
    """Deals that can be hurt."""


class HurtLeads(LeadsService):
    """Leads that can die around each call of a conversion, and around each of its commits."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        sagas: Any = self.conversions.sagas
        for name in ("_ask", "_note", "_end"):
            setattr(sagas, name, _around(name, getattr(sagas, name)))


def _around(name: str, inner: Callable[..., Any]) -> Callable[..., Any]:
    def outer(*arguments: Any, **named: Any) -> Any:
        request = next((each for each in arguments if isinstance(each, Request)), None)
        entity = request.arguments["entity"] if request else "lead"
        WOUNDS.strike(entity, f"leads.{name}", "before")
        answer = inner(*arguments, **named)
        WOUNDS.strike(entity, f"leads.{name}", "after")
        return answer

    return outer


CLASSES: dict[str, type[Service]] = {
    "contacts": HurtContacts, "deals": HurtDeals, "leads": HurtLeads,
}  # fmt: skip
