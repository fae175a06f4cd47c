"""Whether what a record refers to may be referred to, and whether its new owner may be chosen."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Connection, select

from chassis.access.rights import governing_setting
from chassis.context import Context
from chassis.errors import Fault, Forbidden
from chassis.listening.labels import known_labels
from chassis.records.facts import fact_columns, facts_of
from chassis.records.schema import pointer

if TYPE_CHECKING:
    from chassis.access.rights import Rights
    from chassis.records.entity import Entity


def reference_faults(
    connection: Connection,
    entity: Entity,
    values: Mapping[str, Any],
    current: Mapping[str, Any] | None,
    context: Context,
    vouched: Collection[UUID] = (),
) -> list[Fault]:
    """A fault for every reference among `values` to what is not there, or unreadable to the caller.

    What the record refers to already (`current`) is left alone, and so is what is `vouched` for.
    """
    faults: list[Fault] = []
    for field in entity.reference_fields:
        given = field.pointed(values.get(field.name))
        kept = field.pointed(current[field.name]) if current else ()
        fresh = [each for each in given if each not in kept]
        if not fresh or not field.writable:
            continue
        known = {
            (target, identifier)
            for target in field.targeted
            for identifier in _known(
                connection, entity, target, [i for t, i in fresh if t == target], context
            )
        }
        for index, (target, identifier) in enumerate(given):
            missing = (target, identifier) not in known and identifier not in vouched
            if missing and (target, identifier) in fresh:
                governed = target in _HELD or governing_setting(target) is not None
                code = "unknown_reference" if governed else "unreadable_reference"
                where = pointer(field.name, field.target_pointer(index))
                faults.append(Fault(where, code, f"No such {target}."))
    return faults


_HELD = ("user", "department", "group")


def _known(
    connection: Connection,
    entity: Entity,
    target: str,
    ids: list[UUID],
    context: Context,
) -> set[UUID]:
    """Those of `ids` that the caller may point at; a service, at all that are there: what it refers
    to for a user it has seen to before."""
    if not ids:
        return set()
    served = context.actor.kind == "service"
    rights = None if served else context.rights
    sibling = entity.sibling(target)
    if sibling is not None:
        return _known_here(connection, sibling, ids, rights)
    if target in _HELD:
        organisation = context.organisation
        held: Mapping[str, Mapping[UUID, Any]] = {
            "user": organisation.users,
            "department": organisation.departments,
            "group": organisation.groups,
        }
        return {identifier for identifier in ids if identifier in held[target]}
    labels = known_labels(connection, target, ids, rights)
    # The event of what a service refers to may be still on the way.
    return {identifier for identifier in ids if labels.get(identifier, served)}


def _known_here(
    connection: Connection, entity: Entity, ids: list[UUID], rights: Rights | None
) -> set[UUID]:
    table = entity.table
    columns = [table.c[name] for name in fact_columns(entity)]
    query = select(*columns).where(table.c.id.in_(ids), table.c.deleted_at.is_(None))
    governed = governing_setting(entity.name) is not None
    return {
        row["id"]
        for row in map(dict, connection.execute(query).mappings())
        if governed or rights is None or rights.covers(entity.name, "read", facts_of(entity, row))
    }


def require_owner_within(
    entity: Entity, operation: str, owner_id: UUID | None, stage_id: UUID | None, context: Context
) -> None:
    """Raise Forbidden when the new owner lies outside one's own level of add or update.

    Whoever does not exist is left to the rules, which come later.
    """
    if owner_id is None or owner_id not in context.organisation.users:
        return
    rights = context.rights
    owners = rights.owners(rights.level(entity.name, operation, stage_id))
    if owners is not None and owner_id not in owners:
        fault = Fault("/owner_id", "owner_out_of_reach", "Outside what your roles reach.")
        raise Forbidden(
            "You may not make this person responsible.", code="owner_out_of_reach", faults=[fault]
        )


def owner_faults(entity: Entity, values: Mapping[str, Any], context: Context) -> list[Fault]:
    """A fault when the owner among `values` is nobody, unknown or inactive."""
    if "owner_id" not in values or not entity.responsible:
        return []
    owner_id = values["owner_id"]
    if owner_id is None:
        return [Fault("/owner_id", "required", "Somebody must be responsible.")]
    user = context.organisation.users.get(owner_id)
    if user is not None and not user.active:
        return [Fault("/owner_id", "inactive_user", "This user is not active.")]
    return []
