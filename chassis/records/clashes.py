"""What a broken unique constraint means to the caller."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import exc

from chassis.errors import Conflict, Fault
from chassis.records.schema import pointer

if TYPE_CHECKING:
    from chassis.records.entity import Entity

_UNIQUE_VIOLATION = "23505"


def clash_of(entity: Entity, error: exc.IntegrityError) -> Conflict | None:
    """The 409 for a value that another record has already; None for any other broken constraint.

    An index `uq_<table>_…_<field>` names the field that clashes.
    """
    if getattr(error.orig, "pgcode", None) != _UNIQUE_VIOLATION:
        return None
    diagnosis = getattr(error.orig, "diag", None)
    name = getattr(diagnosis, "constraint_name", None) or ""
    field = next((f for f in entity.fields if name.endswith(f"_{f}")), None)
    faults = [Fault(pointer(field), "duplicate", "Another record has it.")] if field else []
    return Conflict("Another record has this value.", code="duplicate", faults=faults)
