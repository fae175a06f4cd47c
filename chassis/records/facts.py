"""The access facts of a record: all that a decision about who may do what with it needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chassis.records.entity import Entity


def facts_of(entity: Entity, row: Mapping[str, Any]) -> dict[str, Any]:
    """owner_id, stage_id, open, observer_ids and deleted of a row."""
    stage = entity.stage_field
    return {
        "owner_id": row["owner_id"],
        "stage_id": row[stage.column] if stage else None,
        "open": row["open"],
        "observer_ids": row["observer_ids"] or (),
        "deleted": row["deleted_at"] is not None,
    }


def fact_columns(entity: Entity) -> list[str]:
    """The columns that `facts_of` needs."""
    stage = entity.stage_field
    staged = [stage.column] if stage else []
    return ["id", "version", "owner_id", "open", "observer_ids", "deleted_at", *staged]
