"""The history of a record as one viewer may see it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Connection

from chassis.context import Context
from chassis.errors import Fault, Malformed
from chassis.journal.history import history as journaled
from chassis.records.schema import visible_fields

if TYPE_CHECKING:
    from chassis.access.organisation import Organisation
    from chassis.records.entity import Entity

DEFAULT_LIMIT = 50
LIMIT = 500


def history_page(
    connection: Connection,
    context: Context,
    entity: Entity,
    record_id: UUID,
    *,
    limit: int | None,
    cursor: str | None,
) -> dict[str, Any]:
    """A page of who changed what, newest first. Hidden fields are absent, and so are the entries
    that told of nothing else."""
    size = page_size(limit)
    entries = journaled(
        connection, entity.name, record_id, before=_position(cursor), limit=size + 1
    )
    seen = frozenset(visible_fields(entity, context.rights))
    page = entries[:size]
    more = len(entries) > size
    items = [_masked(entry, entity, seen, context.organisation) for entry in page]
    return {
        "items": [item for item in items if item is not None],
        "next_cursor": str(page[-1]["cursor"]) if more else None,
    }


def masked_changes(
    entity: Entity, changes: Mapping[str, Any], seen: frozenset[str]
) -> dict[str, Any] | None:
    """`changes` without hidden fields; None when they told of nothing else. A secret is shown to
    have changed, to everybody: how, nobody knows."""
    shown = {name: changes[name] for name in changes if name in seen or _is_secret(entity, name)}
    return None if changes and not shown else shown


def shown_actor(actor: Mapping[str, Any], organisation: Organisation) -> dict[str, Any]:
    """Who acted, with the name they have now."""
    user = organisation.users.get(UUID(actor["id"])) if actor.get("id") else None
    return {**actor, "name": user.name if user else None}


def _masked(
    entry: Mapping[str, Any], entity: Entity, seen: frozenset[str], organisation: Organisation
) -> dict[str, Any] | None:
    shown = masked_changes(entity, entry["changes"], seen)
    if shown is None:
        return None
    return {
        "id": str(entry["id"]),
        "name": entry["name"],
        "version": entry["version"],
        "actor": shown_actor(entry["actor"], organisation),
        "occurred_at": entry["occurred_at"],
        "changes": shown,
    }


def _is_secret(entity: Entity, name: str) -> bool:
    field = entity.fields.get(name)
    return field is not None and field.write_only


def page_size(limit: int | None) -> int:
    """How many entries a page has; Malformed for what is no number of them."""
    if limit is None:
        return DEFAULT_LIMIT
    if isinstance(limit, bool) or not isinstance(limit, int):
        raise Malformed("limit must be a whole number.", code="bad_parameter")
    if not 1 <= limit <= LIMIT:
        fault = Fault("/limit", "out_of_range", f"Between 1 and {LIMIT}.")
        raise Malformed(fault.detail, code="bad_parameter", faults=[fault])
    return limit


def _position(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    if not (isinstance(cursor, str) and cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        fault = Fault("/cursor", "bad_cursor", "Not a cursor of this list.")
        raise Malformed(fault.detail, code="bad_cursor", faults=[fault])
    return int(cursor)
