"""What is left of activities once a record they are about is gone for good."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, exists, or_, select, update

from chassis.listening.event import Event
from services.activities.models import ACTIVITY_TIMES, COMPANY_RECORDS, Activity
from services.activities.rules import SYSTEM

_PURGED = "purged"
_TABLE = Activity.entity.table


def is_purge(event: Event) -> bool:
    """Whether `event` says that its record is gone for good."""
    return event.name == f"{event.entity}.{_PURGED}"


def forget_records(connection: Connection, events: Sequence[Event]) -> None:
    """Unlink the records that `events` say are gone; what the system noted about nothing else
    goes with them. What people wrote stays with them and with the other records it is about."""
    field = Activity.entity.record_links
    assert field is not None and field.child is not None
    links = field.child
    for event in events:
        about = links.c.entity == event.entity, links.c.target_id == event.record_id
        unlinked = connection.execute(
            delete(links).where(*about).returning(links.c.record_id)
        ).scalars()
        alone = (
            select(_TABLE.c.id)
            .where(_TABLE.c.id.in_(unlinked.all()))
            .where(~exists().where(links.c.record_id == _TABLE.c.id))
        )
        ids = connection.execute(alone).scalars().all()
        noted = delete(_TABLE).where(_TABLE.c.id.in_(ids), _TABLE.c.kind == SYSTEM)
        connection.execute(noted)
        connection.execute(update(_TABLE).where(_TABLE.c.id.in_(ids)).values({field.flag: False}))
        c, times = COMPANY_RECORDS.c, ACTIVITY_TIMES.c
        belongs = or_(c.record_id == event.record_id, c.company_id == event.record_id)
        connection.execute(delete(COMPANY_RECORDS).where(belongs))
        connection.execute(delete(ACTIVITY_TIMES).where(times.record_id == event.record_id))
