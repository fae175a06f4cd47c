"""Labels: what is known here of records of other services, so that a list can show them by itself.

Beside a name and copied fields a label holds the record's access facts: whoever may not read the
record sees nothing of its label either. What a setting governs, such as users, everybody reads.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import Connection, Row, text

from chassis.access.rights import governing_setting
from chassis.listening.event import Event
from chassis.listening.recording import as_json
from contracts.catalogue import field_behind

if TYPE_CHECKING:
    from chassis.access.rights import Rights

FACTS: Final = ("owner_id", "stage_id", "open", "observer_ids")

_INSERT: Final = """
    INSERT INTO labels
        (entity, id, version, name, copied, deleted, owner_id, stage_id, open, observer_ids)
    SELECT :entity, l.id, l.version, l.name, l.copied, l.deleted, l.owner_id, l.stage_id, l.open,
           l.observer_ids
    FROM jsonb_to_recordset(CAST(:labels AS jsonb))
         AS l (id uuid, version integer, name text, copied jsonb, deleted boolean,
               owner_id uuid, stage_id uuid, open boolean, observer_ids uuid[])
"""
# A conflict locks the row that is there and writes nothing.
_HOLD: Final = text(f"""
    {_INSERT.replace(":entity", "l.entity").replace("AS l (id", "AS l (entity text, id")}
    ORDER BY l.entity, l.id
    ON CONFLICT (entity, id) DO UPDATE SET version = labels.version WHERE false
""")
_KEEP: Final = text(f"""
    {_INSERT}
    ON CONFLICT (entity, id) DO UPDATE
    SET version = excluded.version, name = excluded.name, copied = excluded.copied,
        deleted = excluded.deleted, owner_id = excluded.owner_id, stage_id = excluded.stage_id,
        open = excluded.open, observer_ids = excluded.observer_ids
    WHERE labels.version < excluded.version
    RETURNING id
""")
_FIND: Final = text("""
    SELECT l.entity, l.id, l.version, l.name, l.copied, l.deleted,
           l.owner_id, l.stage_id, l.open, l.observer_ids
    FROM labels l JOIN unnest(CAST(:entities AS text[]), CAST(:ids AS uuid[])) AS w (entity, id)
      ON w.entity = l.entity AND w.id = l.id
""")


class Labels:
    """What `@copy` listeners keep names with."""

    @staticmethod
    def take(
        connection: Connection,
        entity: str,
        events: Sequence[Event],
        fields: Collection[str] = (),
    ) -> set[UUID]:
        """Keep what names a record, copies of `fields` and the access facts, as `events` tell them.

        The newest version wins; says which records were told something new of.
        """
        rows = [_label(event, fields) for event in _newest(entity, events)]
        given = {"entity": entity, "labels": as_json(rows)}
        return set(connection.execute(_KEEP, given).scalars())


def hold_labels(
    connection: Connection,
    wanted: Collection[tuple[str, UUID]],
    events: Sequence[Event] = (),
) -> None:
    """Keep the labels `wanted`, by entity and id, as they are until the transaction ends.

    What has none yet gets what `events` tell of it, or else a hint without facts, so that there is
    something to hold. All are locked in the order of entity and id, which is how everybody locks
    several labels.
    """
    told = {
        (entity, event.record_id): _label(event, ())
        for entity in {event.entity for event in events}
        for event in _newest(entity, events)
    }
    rows = [
        {"entity": entity, **told.get((entity, identifier), _hint(identifier))}
        for entity, identifier in sorted({*wanted, *told})
    ]
    if rows:
        connection.execute(_HOLD, {"labels": as_json(rows)})


def _hint(identifier: UUID) -> dict[str, Any]:
    return {"id": identifier, "version": 0, "copied": {}, "deleted": False}


def _newest(entity: str, events: Sequence[Event]) -> list[Event]:
    """The newest event of each record, in the order of their ids: whoever locks several labels
    does so in this order."""
    newest: dict[UUID, Event] = {}
    for event in events:
        known = newest.get(event.record_id)
        if event.entity == entity and (
            known is None or known.record_version < event.record_version
        ):
            newest[event.record_id] = event
    return [newest[identifier] for identifier in sorted(newest)]


def _label(event: Event, fields: Collection[str]) -> dict[str, Any]:
    record = event.record
    return {
        "id": event.record_id,
        "version": event.record_version,
        "name": record.get(field_behind(event.entity, "name")),
        "copied": {field: record.get(field) for field in fields},
        "deleted": bool(record.get("deleted")),
        **{fact: record.get(fact) for fact in FACTS},
    }


def labels_of(
    connection: Connection, wanted: Mapping[str, Collection[UUID]], rights: Rights | None = None
) -> dict[str, dict[UUID, dict[str, Any]]]:
    """By entity and id, name and copied fields of what is wanted and known; one statement.

    With `rights`, as far as their holder reads it.
    """
    labels: dict[str, dict[UUID, dict[str, Any]]] = {entity: {} for entity in wanted}
    for row in _found(connection, wanted):
        if rights is None or _is_readable(row, rights):
            label = {"name": row.name, **row.copied}
            labels[row.entity][row.id] = label if rights is None else _seen(row, label, rights)
    return labels


def known_labels(
    connection: Connection, entity: str, ids: Collection[UUID], rights: Rights | None
) -> dict[UUID, bool]:
    """Which of `ids` are known here, and whether the holder of `rights` may point at each; without
    `rights` whether it is there.

    A label that is only a hint is no answer: what it stands for is not known yet.
    """
    rows = _found(connection, {entity: ids})
    return {
        row.id: not row.deleted and (rights is None or _is_readable(row, rights))
        for row in rows
        if row.version > 0
    }


def known_versions(connection: Connection, entity: str, ids: Collection[UUID]) -> dict[UUID, int]:
    """The version of the label of each of `ids` that has one."""
    return {row.id: row.version for row in _found(connection, {entity: ids})}


def _found(connection: Connection, wanted: Mapping[str, Collection[UUID]]) -> Sequence[Row[Any]]:
    pairs = [(entity, str(each)) for entity, ids in wanted.items() for each in ids]
    if not pairs:
        return []
    given = {"entities": [pair[0] for pair in pairs], "ids": [pair[1] for pair in pairs]}
    return connection.execute(_FIND, given).all()


def _is_readable(row: Row[Any], rights: Rights) -> bool:
    if governing_setting(row.entity) is not None:
        return True
    facts = {fact: getattr(row, fact) for fact in FACTS}
    return not row.deleted and rights.covers(row.entity, "read", facts)


def _seen(row: Row[Any], label: dict[str, Any], rights: Rights) -> dict[str, Any]:
    return {field: value for field, value in label.items() if rights.sees_copy(row.entity, field)}
