"""Calls to a service's own methods from a command, in the name of the system or of a user."""

from __future__ import annotations

import time
from uuid import UUID

from chassis.access.members import ADMINISTRATOR
from chassis.access.organisation import Organisation
from chassis.context import Actor, Context
from chassis.service.base import Service
from chassis.settings import SettingError

_PATIENCE_SECONDS = 3600.0
_CAUSE = "command_line"


def as_system(service: str) -> Context:
    """A context in which nobody acts: for what a service does of itself."""
    return Context(
        actor=Actor("service", None, service, cause=_CAUSE),
        organisation=Organisation.empty(),
        deadline=time.monotonic() + _PATIENCE_SECONDS,
    )


def as_user(service: str, user_id: UUID, organisation: Organisation) -> Context:
    """A context in which `user_id` acts in `service`."""
    return Context(
        actor=Actor("user", user_id, service, cause=_CAUSE),
        organisation=organisation,
        deadline=time.monotonic() + _PATIENCE_SECONDS,
    )


def administrator(identity: Service, service: str = "identity") -> Context:
    """A context in which an administrator acts in `service`; raises SettingError without one."""
    source = identity.organisation_source()
    organisation = Organisation.empty().apply(source(0)) if source else Organisation.empty()
    for user in organisation.users.values():
        if user.active and ADMINISTRATOR in user.role_codes:
            return as_user(service, user.id, organisation)
    raise SettingError(
        "Set RAPPORT_ADMIN_EMAIL and RAPPORT_ADMIN_PASSWORD and run crm migrate: there is no "
        "administrator yet."
    )
