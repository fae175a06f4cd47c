"""Identity's entrypoints: sign-in, sessions, API tokens, the organisation and who may do what."""

# ruff: noqa: A002 - `id` is what the argument is called on the bus.
from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from chassis.access.explain import explain as explained
from chassis.context import Context
from chassis.errors import Forbidden, Malformed
from chassis.records.clashes import clash_of
from chassis.records.field_types.references import as_identifier
from chassis.service.base import Fetch
from chassis.service.entrypoints import command, query
from chassis.work.job import Job
from chassis.work.marks import job as job_of
from contracts import identity
from contracts.access import OPERATIONS
from contracts.catalogue import ENTITIES, SPEAKERS
from services.identity import (
    beginning,
    forgetting,
    organisation_settings,
    sessions,
    transferring,
    versions,
    views,
)
from services.identity.account_service import AccountService
from services.identity.demo import make_demo
from services.identity.direct_roles import with_holders
from services.identity.guarding import OrganisationGuard
from services.identity.models import Department, Group, Role, User
from services.identity.role_codes import codes_of
from services.identity.snapshot import changes
from services.identity.view_service import ViewService

_VERSION_LIMIT = 2**63
Reply = dict[str, Any]


class IdentityService(AccountService, ViewService):
    """People and their rights. A change is known in every process within a second."""

    name = identity.SERVICE
    entities = (User, Department, Group, Role)
    forgets = (*sessions.FORGOTTEN, *views.FORGOTTEN)
    calls = transferring.OWNERS

    def __init__(self, parts: Any) -> None:
        super().__init__(parts)
        self._guard = OrganisationGuard()

    # The hooks of every write of a record.

    def begin(self, connection: Connection, entity: str) -> None:
        """Let changes of the organisation through one by one, before they lock any record: a role
        locks users too, and would otherwise meet their own changes head on."""
        versions.lock(connection)

    def permit(self, connection: Connection, context: Context, *about: Any) -> None:
        """Refuse what would raise somebody's rights beyond the caller's."""
        self._guard.permit(connection, context, *about)

    def written(self, connection: Connection, context: Context, *about: Any) -> None:
        """Number the change, and end the sessions that may live no longer."""
        self._guard.written(connection, context, *about)

    def purged(self, connection: Connection, context: Context, entity: str, rows: Any) -> None:
        """Forget sessions of users, and who held roles."""
        forgetting.forget(connection, context, entity, rows)

    # A leaver's records.

    @command
    def transfer(self, context: Context, id: Any, wishes: Any) -> Reply:
        """A job that makes others responsible for the records of a user."""
        return transferring.begin_transfer(self.parts, context, self.record_id(id), wishes)

    @job_of(transferring.KIND)
    def do_transfer(self, work: Job) -> Reply:
        """Hand records on."""
        return transferring.transfer(work, self.parts)

    # The organisation as a whole.

    def organisation_source(self) -> Fetch:
        """How processes that run identity fetch changes without the bus."""
        return self._changes

    @query(callers=SPEAKERS, quiet=True)
    def organisation_changes(self, context: Context, since: int) -> Reply:
        """What changed in the organisation after version `since`."""
        if type(since) is not int or not 0 <= since < _VERSION_LIMIT:
            raise Malformed("`since` is a version.", code="wrong_type")
        return self._changes(since)

    @query
    def organisation(self, context: Context) -> Reply:
        """The organisation's settings."""
        return organisation_settings.read_settings(self.parts.database)

    @command
    def update_organisation(self, context: Context, values: Any) -> Reply:
        """The settings after a merge-patch."""
        after = organisation_settings.update_settings(self.parts.database, context, values)
        self.known_here()
        return after

    @query
    def explain(  # type: ignore[override]
        self,
        context: Context,
        entity: str,
        operation: str,
        user_id: str | None = None,
        facts: dict[str, Any] | None = None,
        id: str | None = None,
        user: str | None = None,
    ) -> Reply:
        """Why a user may or may not do `operation`: on a kind of record, or with `id` on one of
        identity's own. About others only holders of the setting `roles` may ask."""
        asked = as_identifier(user_id or user)
        if id is not None:
            return super().explain(context, entity, id, str(asked), operation)
        if entity not in ENTITIES or operation not in OPERATIONS:
            raise Malformed("There is no such entity or operation.", code="bad_parameter")
        if asked != context.actor.id and not context.rights.may_set("roles"):
            raise Forbidden("You may ask about yourself.", code="setting_not_granted")
        return explained(context.organisation, asked, entity, operation, facts)

    # Records: a role shows the users that hold it directly, whose roles stand with them.

    @query
    def list(self, context: Context, entity: str, query: dict[str, Any]) -> Reply:
        """A page of the records that match."""
        page = super().list(context, entity, query)
        self._show_holders(entity, page["items"])
        return page

    @query
    def get(
        self, context: Context, entity: str, id: str, fields: Any = None, include: Any = None
    ) -> Reply:
        """One record."""
        record = super().get(context, entity, id, fields, include)
        self._show_holders(entity, [record])
        return record

    @query
    def get_many(self, context: Context, entity: str, ids: Any) -> Any:
        """The records among `ids`."""
        records = super().get_many(context, entity, ids)
        self._show_holders(entity, records)
        return records

    @command
    def create(self, context: Context, entity: str, values: Any) -> Reply:
        """The new record."""
        return self._announced(entity, super().create(context, entity, values))

    @command
    def update(
        self, context: Context, entity: str, id: str, values: Any, expected_version: Any = None
    ) -> Reply:
        """The changed record."""
        reply = super().update(context, entity, id, values, expected_version)
        return self._announced(entity, reply)

    @command
    def delete(self, context: Context, entity: str, id: str, expected_version: Any = None) -> Reply:
        """Put the record into the recycle bin."""
        return self._announced(entity, super().delete(context, entity, id, expected_version))

    @command
    def restore(self, context: Context, entity: str, id: str) -> Reply:
        """The record, back from the recycle bin."""
        return self._announced(entity, super().restore(context, entity, id))

    @command
    def purge(self, context: Context, entity: str, id: str, expected_version: Any = None) -> Reply:
        """Remove a record from the recycle bin for good."""
        return self._announced(entity, super().purge(context, entity, id, expected_version))

    @command
    def erase(self, context: Context, entity: str, id: str) -> Reply:
        """Erase what is personal in a record."""
        return self._announced(entity, super().erase(context, entity, id))

    # For commands on this machine, not for the bus.

    def ensure_first_administrator(self, context: Context, email: str, password: str) -> bool:
        """Make default roles and the first administrator where there are none."""
        return beginning.ensure_first_administrator(
            self.parts.database, context, self, email, password
        )

    def add_user(
        self, context: Context, *, email: str, password: str, name: str, role_codes: Any = ()
    ) -> UUID:
        """A new user made by the operator, who needs no rights."""
        values = {"email": email, "password": password, "name": name,
                  "role_codes": [*role_codes]}  # fmt: skip
        try:
            with self.parts.database.transaction() as connection:
                return beginning.make(connection, context, self, User, values)
        except IntegrityError as error:
            raise clash_of(User.entity, error) or error from error

    def make_demo(self, context: Context) -> Any:
        """Demo departments and people in an empty organisation; their accounts."""
        return make_demo(self.parts.database, context, self)

    def _changes(self, since: int) -> Reply:
        with self.parts.database.reading() as connection:
            found = changes(connection, since)
        if found["version"] == 0:
            with self.parts.database.transaction() as connection:
                versions.begin(connection)
                found = changes(connection, since)
        return found

    def _announced(self, entity: str, reply: Reply) -> Reply:
        self.known_here()
        if "record" in reply:
            self._show_holders(entity, [reply["record"]])
        return reply

    def _show_holders(self, entity: str, records: Any) -> None:
        if entity != "role" or not any("assigned_to" in record for record in records):
            return
        with self.parts.database.reading() as connection:
            with_holders(connection, records, codes_of(connection, records))
