"""The first administrator: made when there is no user, and never again."""

from __future__ import annotations

import secrets
from typing import Any

from chassis.command_line.acting import as_system
from chassis.command_line.services import load_service
from chassis.command_line.upgrading import assembled
from chassis.errors import Refusal
from chassis.settings import SettingError, Settings

IDENTITY = "identity"
VARIABLES = {"email": "RAPPORT_ADMIN_EMAIL", "password": "RAPPORT_ADMIN_PASSWORD"}


def ensure_first_administrator(settings: Settings) -> str | None:
    """Make the administrator when there is no user at all; the password if it was generated."""
    password = settings.admin_password or secrets.token_urlsafe(12)
    with assembled(settings, [load_service(IDENTITY)]) as (identity,):
        door: Any = identity
        try:
            made = door.ensure_first_administrator(
                as_system(IDENTITY), email=settings.admin_email, password=password
            )
        except Refusal as refusal:
            raise _wrong_setting(refusal) or refusal from refusal
    return password if made and settings.admin_password is None else None


def _wrong_setting(refusal: Refusal) -> SettingError | None:
    for fault in refusal.faults:
        if variable := VARIABLES.get(fault.pointer.strip("/")):
            return SettingError(f"Set {variable} to something else: {fault.detail}")
    return None
