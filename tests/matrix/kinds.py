"""The entities whose records people own, as far as asking about one differs from another."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

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


def _each(kinds: tuple[Kind, ...]) -> pytest.MarkDecorator:
    """Contacts and companies have nothing that leads and deals lack: they take their turn where
    time is no matter."""
    seldom = (CONTACT, COMPANY)
    chosen = [pytest.param(kind, marks=pytest.mark.full) if kind in seldom else kind
              for kind in kinds]  # fmt: skip
    return pytest.mark.parametrize("kind", chosen, ids=str)


each_kind, each_owned = _each(KINDS), _each(OWNED)
