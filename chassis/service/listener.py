"""Finds the methods of a service that hear events, and what the catalogue says of each.

    @copy("identity", "user_names")
    def on_user(self, connection, events): ...

`@copy` and `@react` are those of `chassis.listening.marks`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable

from chassis.errors import InternalError
from chassis.listening.marks import Listening, copy, react
from contracts.catalogue import LISTENERS
from contracts.speech import ListenerContract

__all__ = ["copy", "listening_methods", "react"]


def listening_methods(
    service: str, subject: object
) -> list[tuple[ListenerContract, Callable[..., None]]]:
    """The marked methods of the service object `subject`; refuses what the catalogue lacks."""
    methods = [
        (getattr(method, "listening", None), method)
        for _, method in inspect.getmembers(subject, inspect.ismethod)
    ]
    return [
        (_contract(service, listening), method)
        for listening, method in methods
        if isinstance(listening, Listening)
    ]


def _contract(service: str, listening: Listening) -> ListenerContract:
    wanted = service, listening.source, listening.name
    for contract in LISTENERS:
        if (contract.consumer, contract.source, contract.name) == wanted:
            return contract
    raise InternalError(
        f"The catalogue has no listener {listening.name} of {service} to {listening.source}."
    )
