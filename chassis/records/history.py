"""The history of a record as one viewer may see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import Connection

from chassis.context import Context
from chassis.errors import Fault, Malformed
from chassis.journal.history import history as journaled
from chassis.listening.labels import labels_of
from chassis.records.schema import visible_fields

if TYPE_CHECKING:
    from chassis.access.organisation import Organisation
    from chassis.access.rights import Rights
    from chassis.records.entity import Entity

DEFAULT_LIMIT = 50
LIMIT = 500
# In place of a change of which the viewer may see nothing; None is one whose values were erased.
UNSEEN: Final = object()


def history_page(
    connection: Connection,
    context: Context,
    entity: Entity,
    record_id: UUID,
    *,
    limit: int | None,
    cursor: str | None,
) -> dict[str, Any]:
    """A page of who changed what, newest first. Hidden fields and links to what the viewer does
    not read are absent, and so are the entries that told of nothing else."""
    size = page_size(limit)
    entries = journaled(
        connection, entity.name, record_id, before=_position(cursor), limit=size + 1
    )
    seen = frozenset(visible_fields(entity, context.rights))
    page = entries[:size]
    more = len(entries) > size
    if entity.record_links is not None:
        leave_readable_links(connection, entity.record_links.name, page, context.rights)
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
    shown = {
        name: change
        for name, change in changes.items()
        if change is not UNSEEN and (name in seen or _is_secret(entity, name))
    }
    return None if changes and not shown else shown


def shown_actor(actor: Mapping[str, Any], organisation: Organisation) -> dict[str, Any]:
    """Who acted, with the name they have now."""
    user = organisation.users.get(UUID(actor["id"])) if actor.get("id") else None
    return {**actor, "name": user.name if user else None}


def leave_readable_links(
    connection: Connection, field: str, entries: Sequence[Mapping[str, Any]], rights: Rights
) -> None:
    """Leave in the changes of `field` only links to what the holder of `rights` reads; `UNSEEN`
    where nothing is left of a change."""
    told = [entry["changes"] for entry in entries if field in entry["changes"]]
    wanted: dict[str, set[UUID]] = {}
    for link in (link for changes in told for links in changes[field] for link in links or ()):
        wanted.setdefault(link["type"], set()).add(UUID(link["id"]))
    readable = labels_of(connection, wanted, rights)
    for changes in told:
        before, after = (
            links and [link for link in links if UUID(link["id"]) in readable[link["type"]]]
            for links in changes[field]
        )
        changes[field] = [before, after] if (before or []) != (after or []) else UNSEEN


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
