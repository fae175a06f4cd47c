"""Whether what a record refers to is there, and whether its new owner may be chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Connection, select

from chassis.context import Context
from chassis.errors import Fault, Forbidden
from chassis.records.schema import pointer

if TYPE_CHECKING:
    from chassis.records.entity import Entity
    from chassis.records.field_types.references import ReferenceField


def reference_faults(
    connection: Connection, entity: Entity, values: Mapping[str, Any], context: Context
) -> list[Fault]:
    """A fault for every reference among `values` that points at nothing."""
    faults: list[Fault] = []
    for field in entity.reference_fields:
        given = field.targets(values.get(field.name))
        if not given or not field.writable:
            continue
        known = _known(connection, entity, field, given, context)
        for index, identifier in enumerate(given):
            if identifier not in known:
                where = pointer(field.name, field.target_pointer(index))
                faults.append(Fault(where, "unknown_reference", f"No such {field.target}."))
    return faults


def _known(
    connection: Connection,
    entity: Entity,
    field: ReferenceField,
    ids: list[UUID],
    context: Context,
) -> set[UUID]:
    sibling = entity.sibling(field.target)
    if sibling is not None:
        c = sibling.table.c
        query = select(c.id).where(c.id.in_(ids), c.deleted_at.is_(None))
        return set(connection.execute(query).scalars())
    organisation = context.organisation
    held: Mapping[str, Mapping[UUID, Any]] = {
        "user": organisation.users,
        "department": organisation.departments,
        "group": organisation.groups,
    }
    return {identifier for identifier in ids if identifier in held.get(field.target, {})}


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
