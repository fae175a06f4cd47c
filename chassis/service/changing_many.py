"""What every service with records offers for many of them at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from chassis.context import Context
from chassis.records.changing_many import KIND, change_many
from chassis.records.commands import once
from chassis.records.many_wish import MOST, Wish, read_wish, too_many
from chassis.service.entrypoints import command
from chassis.service.event_feed import EventFeed
from chassis.work.job import Job
from chassis.work.marks import job as job_of
from chassis.work.scheduling import job_name, schedule


class ChangingMany(EventFeed):
    """The same change to each of many records, as a job that tells what became of each."""

    @command
    def change_many(self, context: Context, entity: str, wish: Any) -> dict[str, Any]:
        """The job that does `{ids | filter, action, changes}`, one for each key.

        Which records a filter means is settled here: what comes to match it later is left alone.
        """
        model = self.records(entity).entity
        wanted = read_wish(model, wish, context.rights)
        ids = self._matching(context, entity, wanted) if wanted.ids is None else wanted.ids
        scopes = context.actor.scopes
        arguments = {
            "entity": entity,
            "action": wanted.action,
            "changes": dict(wanted.changes),
            "ids": [str(identifier) for identifier in ids],
            "scopes": None if scopes is None else list(scopes),
        }

        def effect(connection: Connection) -> dict[str, Any]:
            job = schedule(connection, KIND, arguments, context=context, total=len(ids))
            return {"job": job_name(self.name, job)}

        request = [entity, wish]
        return once(self.parts.database, context, f"{entity}.change_many", request, effect)

    @job_of(KIND)
    def do_change_many(self, work: Job) -> dict[str, Any]:
        """Change them."""
        records = self.records(work.arguments["entity"])
        return change_many(work, records, self.parts.holder.refresh())

    def _matching(self, context: Context, entity: str, wanted: Wish) -> Sequence[str]:
        """The ids of what the filter finds for this user, in the bin when they are to come back."""
        query = {"filter": wanted.filter, "fields": "id", "limit": MOST,
                 "deleted": True if wanted.action == "restore" else None}  # fmt: skip
        said = {name: value for name, value in query.items() if value is not None}
        page: Mapping[str, Any] = self.list(context, entity, said)
        if page["next_cursor"] is not None:
            raise too_many("/filter")
        return [record["id"] for record in page["items"]]

    def list(self, context: Context, entity: str, query: dict[str, Any]) -> dict[str, Any]:
        """A page of the records that the user may read and that match."""
        raise NotImplementedError
