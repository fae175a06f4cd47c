"""The service of contacts and companies, and of who is known already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Connection

from chassis.context import Context
from chassis.errors import Forbidden
from chassis.listening.event import Event
from chassis.listening.labels import Labels
from chassis.records.changes import Changes
from chassis.records.entity import Record
from chassis.records.hooks import Row
from chassis.records.reading import identifiers
from chassis.service.entrypoints import query
from chassis.service.listener import copy, react
from chassis.service.record_service import RecordService
from services.contacts.asking import asked_keys
from services.contacts.candidates import ENTITIES, candidates
from services.contacts.known_leads import keep_leads, tell_matches
from services.contacts.matching import keep_keys, keep_new, row_keys
from services.contacts.models import Company, Contact
from services.contacts.tree import refuse_circle

_RECOGNISED_BY = frozenset(
    {"name", "first_name", "middle_name", "last_name", "phones", "emails", "tax_id"}
)


class ContactsService(RecordService):
    """Owns contacts and companies."""

    name: ClassVar[str] = "contacts"
    entities: ClassVar[tuple[type[Record], ...]] = (Company, Contact)

    def written(
        self,
        connection: Connection,
        context: Context,
        entity: str,
        verb: str,
        row: Row,
        changes: Changes,
    ) -> None:
        """Match keys follow each write, and no company comes to stand above itself."""
        if verb == "deleted":
            keep_keys(connection, entity, {row["id"]: []})
        elif verb != "updated" or not _RECOGNISED_BY.isdisjoint(changes):
            keys = {row["id"]: row_keys(entity, row)}
            keep_keys(connection, entity, keys, fresh=verb == "created")
        if "parent_id" in changes and row["parent_id"] is not None:
            refuse_circle(connection, row["id"], row["parent_id"])

    def created_many(
        self, connection: Connection, context: Context, entity: str, rows: Sequence[Row]
    ) -> None:
        """Match keys of records that are made by the thousand."""
        keep_new(connection, context, entity, rows)

    def duplicates(
        self, connection: Connection, context: Context, entity: str, values: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        """Those that are recognised by the same phone, e-mail, tax number or name."""
        return candidates(connection, context, row_keys(entity, values), (entity,))

    @query
    def matches(
        self,
        context: Context,
        phones: Any = (),
        emails: Any = (),
        tax_id: Any = None,
        name: Any = None,
        company_name: Any = None,
        apart_from: str | None = None,
    ) -> dict[str, Any]:
        """Known leads, contacts and companies that share any of these; of unreadable ones only
        that they exist, and whom to ask."""
        if not any(context.rights.anywhere(entity, "add") for entity in ENTITIES):
            raise Forbidden("You enter nobody who could be known.", code="operation_not_granted")
        organisation = self.parts.holder.current
        keys = asked_keys(organisation, phones, emails, tax_id, name, company_name)
        without: UUID | None = identifiers([apart_from])[0] if apart_from else None
        with self.parts.database.reading() as connection:
            return {"items": candidates(connection, context, keys, apart_from=without)}

    @copy("identity", "user_names")
    def on_user(self, connection: Connection, events: Sequence[Event]) -> None:
        """Keep the names of users."""
        Labels.take(connection, "user", events)

    @copy("leads", "lead_keys")
    def on_lead(self, connection: Connection, events: Sequence[Event]) -> None:
        """Keep the titles of leads and what they are recognised by."""
        keep_leads(connection, events)

    @react("leads", "new_leads", only=("lead.created",))
    def on_new_lead(self, connection: Connection, events: Sequence[Event]) -> None:
        """Say which new leads come from somebody known."""
        tell_matches(connection, self.parts.holder.current, events)
