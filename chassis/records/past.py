"""What happened to the records of a service, newest first, as one viewer may see it now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, Connection, DateTime, Uuid, literal, select, tuple_

from chassis.journal.tables import JOURNAL
from chassis.records.schema import visible_fields
from chassis.records.sought import Place, Sought
from chassis.records.told import readable_events, shown_events, told_rows

if TYPE_CHECKING:
    from chassis.access.rights import Rights
    from chassis.context import Context
    from chassis.records.entity import Entity

# So many events are looked at for a page, of those that indexes find: who wants or may read few of
# them gets pages that hold less than they could, not pages that take long.
WINDOW: Final = 10_000
_NEWEST_FIRST: Final = (JOURNAL.c.occurred_at.desc(), JOURNAL.c.id.desc())


def past_page(
    connection: Connection,
    context: Context,
    entities: Mapping[Entity, ColumnElement[bool]],
    sought: Sought,
    *,
    before: Place | None,
    limit: int,
) -> dict[str, Any]:
    """Up to `limit` of the events of `entities` that are `sought`, newest first, before a place.

    As the feed they are of what the viewer may read now and without what is hidden: a change of a
    hidden field is found by nobody. `reached` is how far the page has looked, None to the end.
    """
    known = {e: reach for e, reach in entities.items() if _tells(e, sought.field, context.rights)}
    if not known:
        return {"items": [], "reached": None}
    found = [*_found(list(known), sought), *_before(before)]
    last = _last(connection, found)
    selection = (
        select()
        .select_from(JOURNAL)
        .where(*found, *_sought(list(known), sought), *_down_to(last))
        .where(readable_events(known, context.rights))
        .order_by(*_NEWEST_FIRST)
        .limit(limit + 1)
    )
    rows = told_rows(connection, selection)
    if len(rows) > limit:
        rows = rows[:limit]
        last = Place(rows[-1]["occurred_at"], rows[-1]["id"])
    shown = shown_events(connection, context, list(known), rows)
    return {
        "items": [
            {**event, "place": str(Place(row["occurred_at"], row["id"]))} for row, event in shown
        ],
        "reached": last and str(last),
    }


def _tells(entity: Entity, field: str | None, rights: Rights) -> bool:
    return field is None or field in visible_fields(entity, rights)


def _found(entities: list[Entity], sought: Sought) -> list[ColumnElement[bool]]:
    """What an index finds, in the order of places or, of one record, with all there is of it."""
    c = JOURNAL.c
    found = []
    if sought.record is not None:
        named = c.entity.in_([entity.name for entity in entities])
        found += [named, c.record_id == sought.record]
    if sought.actor is not None:
        found.append(c.actor["id"].astext == str(sought.actor))
    if sought.since is not None:
        found.append(c.occurred_at >= sought.since)
    if sought.until is not None:
        found.append(c.occurred_at < sought.until)
    return found


def _sought(entities: list[Entity], sought: Sought) -> list[ColumnElement[bool]]:
    """What is looked for among what was found."""
    c = JOURNAL.c
    wanted: list[ColumnElement[bool]] = []
    if sought.act is not None:
        wanted.append(c.name.in_([f"{entity.name}.{sought.act}" for entity in entities]))
    if sought.field is not None:
        wanted.append(c.changes.has_key(sought.field))
    return wanted


def _last(connection: Connection, found: list[ColumnElement[bool]]) -> Place | None:
    """The last place of the window that begins with what is `found`; None when that is all."""
    query = (
        select(JOURNAL.c.occurred_at, JOURNAL.c.id)
        .where(*found)
        .order_by(*_NEWEST_FIRST)
        .offset(WINDOW - 1)
        .limit(1)
    )
    row = connection.execute(query).first()
    return None if row is None else Place(row.occurred_at, row.id)


def _before(place: Place | None) -> list[ColumnElement[bool]]:
    return [] if place is None else [tuple_(JOURNAL.c.occurred_at, JOURNAL.c.id) < _bound(place)]


def _down_to(place: Place | None) -> list[ColumnElement[bool]]:
    return [] if place is None else [tuple_(JOURNAL.c.occurred_at, JOURNAL.c.id) >= _bound(place)]


def _bound(place: Place) -> Any:
    at = literal(place.occurred_at, DateTime(timezone=True))
    return tuple_(at, literal(place.id, Uuid))
