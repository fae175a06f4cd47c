"""The access facts of a record: all that a decision about who may do what with it needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chassis.access.links import reads_link

if TYPE_CHECKING:
    from chassis.access.rights import Rights
    from chassis.records.entity import Entity


def facts_of(entity: Entity, row: Mapping[str, Any]) -> dict[str, Any]:
    """owner_id, stage_id, open, deleted and `observer_ids`, all who read it by name, of a row; the
    facts of its `links` where these decide who reads it: then the row must be complete."""
    stage, linked = entity.stage_field, entity.read_through
    facts = {
        "owner_id": row["owner_id"],
        "stage_id": row[stage.column] if stage else None,
        "open": row["open"],
        "observer_ids": [
            each for field in entity.readers for each in field.targets(row[field.column])
        ],
        "deleted": row["deleted_at"] is not None,
    }
    if linked is not None:
        facts["links"] = [link.facts or {"live": False} for link in linked.value(row)]
    return facts


def remove_unreadable_links(entity: Entity, row: dict[str, Any], rights: Rights) -> None:
    """Leave in `row`, a complete one, only links to what the holder of `rights` reads."""
    field = entity.record_links
    if field is not None and field.name in row:
        row[field.name] = [
            link for link in field.value(row) if link.facts and reads_link(rights, link.facts)
        ]


def fact_columns(entity: Entity) -> list[str]:
    """The columns that `facts_of` needs."""
    stage = entity.stage_field
    staged = [stage.column] if stage else []
    return ["id", "version", "owner_id", "open", *entity.read_by, "deleted_at", *staged]
