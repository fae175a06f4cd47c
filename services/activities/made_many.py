"""What must be so as soon as activities or tasks were made by the hundred, as it is of each made by
itself."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from chassis.context import Context
from chassis.records.hooks import Row
from services.activities.models import Activity
from services.activities.noting import note_finished
from services.activities.timers import keep_timers
from services.activities.times import tell_times


def keep_many(connection: Connection, context: Context, entity: str, rows: Sequence[Row]) -> None:
    """Tasks have their timers, and those that are done are noted on what they are about. What
    activities are about is told of its times."""
    if entity == "activity":
        field = Activity.entity.record_links
        assert field is not None
        pointed = {pair for row in rows for pair in field.pointed(field.value(row))}
        tell_times(connection, context, pointed)
        return
    for row in rows:
        keep_timers(connection, "created", row, {})
    note_finished(connection, context, [row for row in rows if row["done"]])
