"""Reading and changing the organisation's settings."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from sqlalchemy import text

from chassis import wire
from chassis.context import Context
from chassis.database.engine import Database
from chassis.journal.writing import NewEvent, record_events
from services.identity import versions
from services.identity.settings import DEFAULTS, changed_settings

# There is one organisation, so its events are all about one record.
ORGANISATION_ID: Final = UUID("00000000-0000-4000-8000-000000000001")

_READ: Final = text("SELECT values FROM organisation_state WHERE id = 1")
_LOCKED: Final = text("SELECT values, values_version FROM organisation_state WHERE id = 1")
_WRITE: Final = text("""
    UPDATE organisation_state
    SET values = CAST(:values AS jsonb), values_version = :values_version,
        values_changed_in = :version
    WHERE id = 1
""")


def read_settings(database: Database) -> dict[str, Any]:
    """The organisation's settings."""
    with database.reading() as connection:
        found = connection.execute(_READ).scalar()
    return {**DEFAULTS, **(found or {})}


def update_settings(database: Database, context: Context, change: Any) -> dict[str, Any]:
    """The settings after the merge-patch `change`, known everywhere within a second."""
    context.rights.require_setting("organisation")
    with database.transaction() as connection:
        versions.lock(connection)
        row = connection.execute(_LOCKED).one()
        current = {**DEFAULTS, **row.values}
        after = changed_settings(current, change)
        changes = {name: [current[name], after[name]] for name in after
                   if after[name] != current[name]}  # fmt: skip
        if not changes:
            return after
        version = versions.raise_version(connection)
        values = {"values": wire.dumps(after).decode(), "version": version,
                  "values_version": row.values_version + 1}  # fmt: skip
        connection.execute(_WRITE, values)
        event = NewEvent(
            name="organisation.updated",
            entity="organisation",
            record_id=ORGANISATION_ID,
            record_version=row.values_version + 1,
            record=after,
            changes=changes,
        )
        record_events(connection, context, [event])
    return after
