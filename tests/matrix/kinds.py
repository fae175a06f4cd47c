"""The entities whose records people own, as far as asking about one differs from another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from zlib import crc32

import pytest

Test = TypeVar("Test", bound=Callable[..., Any])

# A stage beside the first one. Roles may say something of their own for it.
STAGE = "in_progress"


@dataclass(frozen=True)
class Kind:
    """An entity. `title` names a record and is written as `titled`; `stage` says where it stands,
    where its records do stand somewhere; `text` is a field that nothing hangs on."""

    entity: str
    plural: str
    title: str
    titled: str
    stage: str | None = None
    text: str = "comments"

    @property
    def path(self) -> str:
        """Its place in the API."""
        return f"/{self.plural}"

    def __str__(self) -> str:
        return self.entity


LEAD = Kind("lead", "leads", title="title", titled="title", stage="status")
CONTACT = Kind("contact", "contacts", title="name", titled="last_name")
COMPANY = Kind("company", "companies", title="name", titled="name")
DEAL = Kind("deal", "deals", title="title", titled="title", stage="stage")
KINDS = (LEAD, CONTACT, COMPANY, DEAL)
# What is about records of these. An activity about none is owned and read as those are, and so is
# any task.
ACTIVITY = Kind("activity", "activities", title="subject", titled="subject", text="body")
TASK = Kind("task", "tasks", title="title", titled="title", text="description")
OWNED = (*KINDS, ACTIVITY, TASK)


def each_of(*kinds: Kind) -> Callable[[Test], Test]:
    """A test of each kind. The short run asks about leads and one other kind, as falls to each
    test by its name: what they have in common is written once for all."""

    def parametrized(test: Test) -> Test:
        others = [kind for kind in kinds if kind is not LEAD]
        asked = others[crc32(test.__name__.encode()) % len(others)]
        chosen = [
            kind if kind in (LEAD, asked) else pytest.param(kind, marks=pytest.mark.full)
            for kind in kinds
        ]
        return pytest.mark.parametrize("kind", chosen, ids=str)(test)

    return parametrized


each_kind, each_owned = each_of(*KINDS), each_of(*OWNED)
