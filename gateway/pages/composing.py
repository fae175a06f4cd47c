"""What somebody writes down or plans, as the record that its kind becomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from contracts.catalogue import ENTITIES
from contracts.speech import EntityContract
from gateway.pages.viewer import Viewer

TASK: Final = "task"
# What can be planned; the last of them is a record of its own.
PLANNED: Final = ("call", "meeting", "email", TASK)


def written(
    form: Mapping[str, str], viewer: Viewer, teller: EntityContract,
    links: Sequence[Mapping[str, str]] = (), *, planned: bool,
) -> tuple[EntityContract, dict[str, Any]]:  # fmt: skip
    """The entity of what `form` holds, and the values of the new record: a task, or an activity,
    which is an entity that `teller` is."""
    kind = form.get("kind", "note")
    moment = viewer.from_local_input(form["at"]) if form.get("at") else None
    subject, body = form.get("subject", "").strip(), form.get("body", "").strip()
    values: dict[str, Any] = {"links": list(links)}
    if kind == TASK:
        entity = ENTITIES[TASK]
        values |= {"title": subject, "description": body, "deadline": moment}
    else:
        entity = teller
        values |= {"kind": kind, "subject": subject, "body": body, "starts_at": moment,
                   "done": not planned}  # fmt: skip
    return entity, {name: value for name, value in values.items() if value not in (None, "", [])}


def local_moment(day: str, time: str) -> str:
    """A day and a time of two inputs as one; nothing without a day, the morning without a time."""
    try:
        date.fromisoformat(day)
    except ValueError:
        return ""
    return f"{day}T{time or '09:00'}"
