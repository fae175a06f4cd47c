"""Links that whoever edits a record does not see: they outlive the edit, and naming one that is
there is answered as naming one that is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from chassis.access.links import reads_link

if TYPE_CHECKING:
    from chassis.access.rights import Rights
    from chassis.records.entity import Entity
    from chassis.records.field_types.record_links import RecordLink

Values = Mapping[str, Any]


def with_unseen_links(
    entity: Entity, row: Values, given: Values, rights: Rights
) -> tuple[Values, list[RecordLink]]:
    """`given`, its links joined by those of `row` that the holder of `rights` does not see and so
    cannot have left out on purpose; and those that are named all the same."""
    field = entity.record_links
    if field is None or field.name not in given:
        return given, []
    links = given[field.name]
    unseen = [
        link for link in field.value(row) if not (link.facts and reads_link(rights, link.facts))
    ]
    joined = [*links, *(link for link in unseen if link not in links)]
    return {**given, field.name: joined}, [link for link in unseen if link in links]


def without_links(
    entity: Entity, current: Values | None, links: Sequence[RecordLink]
) -> Values | None:
    """The record `current`, by field name, as if it had none of `links`."""
    field = entity.record_links
    if current is None or field is None or not links:
        return current
    return {**current, field.name: [link for link in current[field.name] if link not in links]}
