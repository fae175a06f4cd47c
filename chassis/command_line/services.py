"""Finds service classes by name: `leads` is the `Service` in `services.leads.service`."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

from chassis.service.base import Service
from chassis.settings import SettingError
from contracts.catalogue import SERVICES


def load_service(name: str) -> type[Service]:
    """The class of service `name`; raises SettingError when there is none."""
    if name not in SERVICES:
        raise SettingError(f"There is no service {name!r}; name one of {', '.join(SERVICES)}.")
    module = import_module(f"services.{name}.service")
    for candidate in vars(module).values():
        ours = getattr(candidate, "__module__", None) == module.__name__
        if ours and isinstance(candidate, type) and issubclass(candidate, Service):
            return candidate
    raise SettingError(f"services.{name}.service declares no Service.")


def load_services(names: Iterable[str] = SERVICES) -> list[type[Service]]:
    """The classes of the services `names`, all by default."""
    return [load_service(name) for name in names]
