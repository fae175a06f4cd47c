"""The events of a service as one viewer may see them now, in the order in which they happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, Connection, and_, select

from chassis.journal.tables import JOURNAL, JOURNAL_POSITIONS, SEQUENCER_STATE
from chassis.records.told import readable_events, shown_events, told_rows

if TYPE_CHECKING:
    from chassis.context import Context
    from chassis.records.entity import Entity

# So many events are looked at for a page, whoever asks: those who may read few of them get pages
# that hold less than they could, not pages that take long.
WINDOW: Final = 2_000


def end_of_feed(connection: Connection) -> int:
    """The position of the newest event."""
    found = connection.execute(select(SEQUENCER_STATE.c.position)).scalar()
    return 0 if found is None else int(found)


def feed_page(
    connection: Connection,
    context: Context,
    entities: Mapping[Entity, ColumnElement[bool]],
    *,
    after: int,
    limit: int,
    name: str | None = None,
) -> dict[str, Any]:
    """Up to `limit` events of `entities` after position `after`, called `name` if one is given.

    Those of records that the viewer may read now, which is what `entities` say of their rows, and
    without fields that are hidden from the viewer.
    `position` is how far the page has looked, `more` whether there is anything behind it.
    """
    end = end_of_feed(connection)
    upto = min(after + WINDOW, max(end, after))
    condition = readable_events(entities, context.rights)
    if name is not None:
        condition = and_(condition, JOURNAL.c.name == name)
    at = JOURNAL_POSITIONS.c.position
    selection = (
        select(at)
        .join_from(JOURNAL_POSITIONS, JOURNAL, JOURNAL.c.id == JOURNAL_POSITIONS.c.event_id)
        .where(at > after, at <= upto, condition)
        .order_by(at)
        .limit(limit)
    )
    rows = told_rows(connection, selection)
    position = rows[-1]["position"] if len(rows) == limit else upto
    shown = shown_events(connection, context, list(entities), rows)
    return {
        "items": [{**event, "position": row["position"]} for row, event in shown],
        "position": position,
        "more": position < end,
    }
