"""Asking beforehand: what would be said to the making of a record, with nothing written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias
from uuid import UUID

from chassis.errors import Conflict, Invalid
from chassis.records.effects import Effect
from chassis.records.schema import settle_values

Findings: TypeAlias = dict[str, list[dict[str, Any]]]


def findings(effect: Effect, record_id: UUID, given: Mapping[str, Any]) -> Findings:
    """The faults and duplicates that `effect` finds when it makes the record, which is undone.

    The record is really made, in a savepoint: so nothing that making one checks can be left out.
    """
    connection, name = effect.connection, effect.entity.name
    savepoint = connection.begin_nested()
    journaled = connection.info.get("journaled")
    try:
        if not effect.create(record_id, given):
            raise Conflict("This id is taken.", code="id_taken")
        faults: list[dict[str, Any]] = []
    except Invalid as refusal:
        faults = [fault.as_dict() for fault in refusal.faults]
    finally:
        savepoint.rollback()
        connection.info["journaled"] = journaled
    values, _ = settle_values(effect.entity, given, effect.context.organisation)
    duplicates = effect.hooks.duplicates(connection, effect.context, name, values)
    return {"faults": faults, "duplicates": duplicates}
