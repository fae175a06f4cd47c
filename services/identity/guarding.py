"""What must hold when users, departments, groups and roles are written, in the same transaction.

Each change locks the organisation's version first, so that the comparison of before and after is
exact and two changes cannot together do what neither may do alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from chassis.access.members import ADMINISTRATOR
from chassis.access.organisation import Organisation
from chassis.context import Context
from chassis.errors import Conflict, Fault, Forbidden, InternalError, Invalid
from services.identity import sessions, versions
from services.identity.direct_roles import give_directly, take_users
from services.identity.escalation import exceeds, excesses
from services.identity.snapshot import changed_rows, current_organisation

_ACCOUNT_FIELDS = ("password", "email")
_STATE = "organisation_change"


class OrganisationGuard:
    """The hooks of identity's records."""

    def permit(
        self,
        connection: Connection,
        context: Context,
        entity: str,
        operation: str,
        current: Mapping[str, Any] | None,
        values: Mapping[str, Any],
    ) -> None:
        """Remember the organisation as it is, locked, and refuse what that alone forbids."""
        versions.lock(connection)
        # What this process knows is committed, so the difference from it is what is committed too.
        before = current_organisation(connection, context.organisation)
        connection.info[_STATE] = (connection.get_transaction(), before)
        if current is None:
            return
        if operation == "delete":
            _refuse_deleting(before, entity, current)
        if entity == "user" and any(name in values for name in _ACCOUNT_FIELDS):
            _refuse_taking_over(before, current, context)
        if entity == "role" and current["code"] == ADMINISTRATOR:
            _refuse_weakening(values)

    def written(
        self,
        connection: Connection,
        context: Context,
        entity: str,
        verb: str,
        row: Mapping[str, Any],
        changes: Mapping[str, Any],
    ) -> None:
        """Check what came of it, number it, and end the sessions that may live no longer."""
        before = _remembered(connection)
        version = versions.raise_version(connection)
        touched: dict[str, set[UUID]] = {entity: {row["id"]}}
        if entity == "role":
            users = take_users(connection, row)
            if users is not None:
                touched["user"] = give_directly(connection, context, row["code"], users)
        after = changed_rows(before, connection, touched)
        _check_rules(before, after, entity, row, changes)
        if not _is_installation(context):
            beyond = list(excesses(before, after, before.rights(context.actor)))
            if beyond:
                raise _escalation(beyond)
        _keep_an_administrator(before, after)
        for name, ids in touched.items():
            versions.mark(connection, name, ids, version)
        if entity == "user" and _ends_sessions(verb, row, changes):
            own = context.actor.session_id if context.actor.id == row["id"] else None
            kept = own if row["active"] and verb == "updated" else None
            sessions.end_sessions(connection, row["id"], version, keep=kept)


def _is_installation(context: Context) -> bool:
    """Whether nobody acts but identity itself, by a command on its own machine: calls from the
    bus that write records always name a user."""
    actor = context.actor
    return actor.kind == "service" and actor.id is None


def _remembered(connection: Connection) -> Organisation:
    """What `permit` saw in this very transaction: connections are used again, and keep notes."""
    transaction, before = connection.info.pop(_STATE, (None, None))
    if transaction is None or transaction is not connection.get_transaction():
        raise InternalError("An organisation record was written without being permitted.")
    found: Organisation = before
    return found


def _refuse_deleting(before: Organisation, entity: str, current: Mapping[str, Any]) -> None:
    if entity == "role" and current["code"] == ADMINISTRATOR:
        raise Conflict("The role administrator cannot be deleted.", code="system_role")
    if entity != "department":
        return
    department_id = current["id"]
    children = any(one.parent_id == department_id for one in before.departments.values())
    if children or before.members([department_id]):
        raise Conflict(
            "Move the people and departments in it elsewhere first.", code="department_in_use"
        )


def _refuse_weakening(values: Mapping[str, Any]) -> None:
    """The administrator's role says nothing: it allows everything. Only its holders may change."""
    faults = [Fault(f"/{name}", "system_role") for name in values
              if name not in ("name", "assigned_to", "id")]  # fmt: skip
    if faults:
        raise Conflict(
            "The role administrator cannot be changed.", code="system_role", faults=faults
        )


def _refuse_taking_over(before: Organisation, current: Mapping[str, Any], context: Context) -> None:
    """Whoever sets another's password or address can sign in as them."""
    if current["id"] == context.actor.id and context.actor.scopes is None:
        return
    if exceeds(before, current["id"], before.rights(context.actor)):
        raise Forbidden("This user holds more rights than you do.", code="account_out_of_reach")


def _check_rules(
    before: Organisation,
    after: Organisation,
    entity: str,
    row: Mapping[str, Any],
    changes: Mapping[str, Any],
) -> None:
    if entity == "user" and "role_codes" in changes:
        known = before.users.get(row["id"])
        held = known.role_codes if known else frozenset()
        faults = [
            Fault(f"/role_codes/{index}", "unknown_role", "There is no such role.")
            for index, code in enumerate(row["role_codes"])
            if code not in after.roles and code not in held
        ]
        if faults:
            raise Invalid("There is no such role.", faults=faults)
    if entity == "department" and row["parent_id"] is not None:
        above = after.lineage(row["parent_id"])
        if row["id"] in above:
            fault = Fault("/parent_id", "department_cycle", "A department cannot be below itself.")
            raise Invalid("The departments would form a circle.", faults=[fault])


def _escalation(beyond: list[Any]) -> Forbidden:
    faults = [Fault("", "beyond_own_rights", excess.what) for excess in beyond[:20]]
    return Forbidden(
        "This would hand out more rights than you hold.", code="beyond_own_rights", faults=faults
    )


def _keep_an_administrator(before: Organisation, after: Organisation) -> None:
    if _has_administrator(before) and not _has_administrator(after):
        raise Conflict("Somebody must remain an administrator.", code="last_administrator")


def _has_administrator(organisation: Organisation) -> bool:
    return any(
        user.active and any(role.unlimited for role in organisation.roles_reaching(user.id))
        for user in organisation.users.values()
    )


def _ends_sessions(verb: str, row: Mapping[str, Any], changes: Mapping[str, Any]) -> bool:
    if verb in ("deleted", "erased") or not row["active"]:
        return True
    return verb == "updated" and ("password" in changes or "email" in changes)
