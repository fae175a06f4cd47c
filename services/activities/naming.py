"""The names of records as somebody may see them now: of our own and, by their labels, of others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from chassis.context import Context
from chassis.listening.labels import labels_of
from chassis.records.confirming import owners_say

if TYPE_CHECKING:
    from chassis.service.record_service import RecordService


def names_of(
    service: RecordService, context: Context, wanted: Mapping[str, set[UUID]]
) -> dict[tuple[str, UUID], str | None]:
    """By entity and id the names of those of `wanted` that the user reads, as owners confirm. None
    is a name that is hidden, or of a record whose owner cannot be asked now."""
    own = [model.entity for model in service.entities if model.entity.name in wanted]
    foreign = {name: wanted[name] for name in wanted.keys() - {entity.name for entity in own}}
    with service.parts.database.reading() as connection:
        rows = {
            entity.name: service.readable_rows(connection, context, entity, wanted[entity.name])
            for entity in own
        }
        labels = labels_of(connection, foreign, context.rights)
    names: dict[tuple[str, UUID], str | None] = {}
    for entity in own:
        title = entity.fields[entity.title]
        hidden = context.rights.field(entity.name, title.name) == "hidden"
        for row in service.confirmed(context, entity.name, rows[entity.name]):
            names[entity.name, row["id"]] = None if hidden else title.dump(row)
    confirmed = owners_say(service.parts, context, labels)
    for name, known in labels.items():
        readable = confirmed.get(name, set(known))
        for identifier, label in known.items():
            if readable is None:
                names[name, identifier] = None
            elif identifier in readable:
                names[name, identifier] = label.get("name")
    return names
