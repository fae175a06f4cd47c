"""A converted lead's story stays with what it became: its activities and tasks are linked to that
as well."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import Connection, Select, select

from chassis.access.organisation import Organisation
from chassis.listening.event import Event
from chassis.records.field_types.record_links import RecordLink
from chassis.records.record_links import insert_record_links
from chassis.records.rows import find_row
from chassis.records.writing import Records
from services.activities.models import Activity
from services.activities.noting import made_links
from services.activities.rules import SYSTEM

if TYPE_CHECKING:
    from chassis.records.entity import Entity

_KIND = Activity.entity.table.c.kind


def follow_conversions(
    connection: Connection,
    organisation: Organisation,
    activities: Records,
    tasks: Records,
    events: Sequence[Event],
) -> None:
    """Link the activities and tasks of each lead that `events` tell was converted to what it
    became."""
    for event in events:
        made = made_links(event)
        if made:
            noted = _about(Activity.entity, event).where(_KIND == SYSTEM)
            peoples = _about(Activity.entity, event).where(_KIND != SYSTEM)
            _follow_noted(connection, noted, made)
            _follow(connection, organisation, activities, event, peoples, made)
            _follow(connection, organisation, tasks, event, _about(tasks.entity, event), made)


def _follow(
    connection: Connection,
    organisation: Organisation,
    records: Records,
    event: Event,
    about: Select[tuple[UUID]],
    made: list[RecordLink],
) -> None:
    """What people wrote is changed as people change it: with an event, a version and a history."""
    effect = records.trusted(connection, event.context(records.parts.service, organisation))
    # The conversion saw to the rights of whoever converted; those may have changed since.
    effect.vouched = frozenset(link.id for link in made)
    field = records.entity.record_links
    assert field is not None
    for identifier in connection.execute(about).scalars().all():
        row = find_row(connection, records.entity, identifier, lock=True)
        if row is not None:
            known = field.value(row)
            added = [link for link in made if link not in known]
            # One that is full stays as it is: it still tells of the lead.
            if len(known) + len(added) <= field.limit:
                effect.change(row, {field.name: [*known, *added]})


def _follow_noted(
    connection: Connection, about: Select[tuple[UUID]], made: list[RecordLink]
) -> None:
    """What the system noted gets the links and nothing more."""
    field = Activity.entity.record_links
    assert field is not None
    found = connection.execute(about).scalars()
    insert_record_links(connection, field, dict.fromkeys(found, made))


def _about(entity: Entity, event: Event) -> Select[tuple[UUID]]:
    """The records of `entity` that link to the record of `event`."""
    field = entity.record_links
    assert field is not None and field.child is not None
    table, links = entity.table, field.child.c
    return (
        select(table.c.id)
        .join(field.child, links.record_id == table.c.id)
        .where(links.entity == event.entity, links.target_id == event.record_id)
        .order_by(table.c.id)
    )
