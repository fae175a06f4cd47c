"""Calls to a service's own methods from a command, in the name of the system or of a user."""

from __future__ import annotations

import time
from uuid import UUID

from chassis.access.organisation import Organisation
from chassis.context import Actor, Context
from chassis.service.base import Service

_PATIENCE_SECONDS = 3600.0
_CAUSE = "command_line"


def as_system(service: str) -> Context:
    """A context in which nobody acts: for what a service does of itself."""
    return Context(
        actor=Actor("service", None, service, cause=_CAUSE),
        organisation=Organisation.empty(),
        deadline=time.monotonic() + _PATIENCE_SECONDS,
    )


def as_user(service: Service, user_id: UUID, identity: Service) -> Context:
    """A context in which `user_id` acts, by the organisation that `identity` holds now."""
    source = identity.organisation_source()
    organisation = Organisation.empty().apply(source(0)) if source else Organisation.empty()
    return Context(
        actor=Actor("user", user_id, service.name, cause=_CAUSE),
        organisation=organisation,
        deadline=time.monotonic() + _PATIENCE_SECONDS,
    )
