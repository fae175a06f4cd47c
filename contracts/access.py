"""The words of permission: six levels, six operations, what fields and settings may be granted."""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class Level(IntEnum):
    """How far a grant reaches, each level holding the ones below it."""

    none = 0
    own = 1
    department = 2
    subdepartments = 3
    open = 4
    all = 5


OPERATIONS: Final = ("read", "add", "update", "delete", "import", "export")
FIELD_RIGHTS: Final = ("hidden", "read", "edit")
SETTINGS: Final = (
    "users", "roles", "fields", "lists", "pipelines", "forms", "tokens", "audit", "integrations",
    "organisation",
)  # fmt: skip
# What every user has of their own, granted by no role; scopes of tokens name it like an entity.
OWN: Final = ("notification", "profile", "view")
SWITCHES: Final = ("automation", "hide_totals", "reopen")
ACTOR_KINDS: Final = ("user", "service", "integration", "form")
