"""The first administrator: made when there is no user, and never again."""

from __future__ import annotations

import secrets
from typing import Any

from chassis.command_line.acting import as_system
from chassis.command_line.services import load_service
from chassis.command_line.upgrading import assembled
from chassis.settings import Settings

IDENTITY = "identity"


def ensure_first_administrator(settings: Settings) -> str | None:
    """Make the administrator when there is no user at all; the password if it was generated."""
    password = settings.admin_password or secrets.token_urlsafe(12)
    with assembled(settings, [load_service(IDENTITY)]) as (identity,):
        door: Any = identity
        made = door.ensure_first_administrator(
            as_system(IDENTITY), email=settings.admin_email, password=password
        )
    return password if made and settings.admin_password is None else None
