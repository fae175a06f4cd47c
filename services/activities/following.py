"""A converted lead's story stays with what it became: its activities are linked to that as well."""

from __future__ import annotations

from collections.abc import Sequence
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

_TABLE = Activity.entity.table


def follow_conversions(
    connection: Connection, organisation: Organisation, records: Records, events: Sequence[Event]
) -> None:
    """Link the activities of each lead that `events` tell was converted to what it became."""
    for event in events:
        made = made_links(event)
        if made:
            _follow_system(connection, event, made)
            _follow_people(connection, organisation, records, event, made)


def _follow_people(
    connection: Connection,
    organisation: Organisation,
    records: Records,
    event: Event,
    made: list[RecordLink],
) -> None:
    """What people did is changed as people change it: with an event, a version and a history."""
    effect = records.trusted(connection, event.context(records.parts.service, organisation))
    # The conversion saw to the rights of whoever converted; those may have changed since.
    effect.vouched = frozenset(link.id for link in made)
    field = records.entity.record_links
    assert field is not None
    for identifier in connection.execute(_about(event, system=False)).scalars().all():
        row = find_row(connection, records.entity, identifier, lock=True)
        if row is not None:
            known = field.value(row)
            added = [link for link in made if link not in known]
            effect.change(row, {field.name: [*known, *added]})


def _follow_system(connection: Connection, event: Event, made: list[RecordLink]) -> None:
    """What the system noted gets the links and nothing more."""
    field = Activity.entity.record_links
    assert field is not None
    found = connection.execute(_about(event, system=True)).scalars()
    insert_record_links(connection, field, dict.fromkeys(found, made))


def _about(event: Event, *, system: bool) -> Select[tuple[UUID]]:
    """The activities about the lead of `event`: those of the system, or those of people."""
    field = Activity.entity.record_links
    assert field is not None and field.child is not None
    links = field.child.c
    kind = _TABLE.c.kind
    return (
        select(_TABLE.c.id)
        .join(field.child, links.record_id == _TABLE.c.id)
        .where(links.entity == event.entity, links.target_id == event.record_id)
        .where(kind == SYSTEM if system else kind != SYSTEM)
        .order_by(_TABLE.c.id)
    )
