"""What every service with data offers to whoever looks after it: events that its listeners gave up,
and proof that its journal was not tampered with."""

from __future__ import annotations

from typing import Any, Final

from chassis.context import Context
from chassis.journal.verifying import anchor, verify
from chassis.listening.dead import dead_events, retry_dead
from chassis.records.reading import identifiers
from chassis.service.entrypoints import command, query
from chassis.service.stage_service import StageService
from chassis.work.job import Job
from chassis.work.marks import job as job_of
from chassis.work.scheduling import job_name, schedule

SETTING: Final = "audit"
VERIFY: Final = "journal.verify"
_SHOWN: Final = 100
# What an event holds may tell of people: only what became of it is told.
_TOLD: Final = (
    "event_id", "listener", "source", "name", "entity", "record_id", "attempts", "failure",
    "parked_at", "waiting_behind",
)  # fmt: skip


class Upkeep(StageService):
    """For holders of the setting `audit`."""

    @query
    def dead_events(self, context: Context) -> dict[str, Any]:
        """The events that the service's listeners gave up, oldest first, without their values."""
        context.rights.require_setting(SETTING)
        with self.parts.database.reading() as connection:
            found = dead_events(connection)
        return {"items": [{name: event[name] for name in _TOLD} for event in found]}

    @command
    def retry_dead(self, context: Context, events: Any) -> dict[str, Any]:
        """Have dead `events` tried again now: how many of them there were."""
        context.rights.require_setting(SETTING)
        wanted = identifiers(events)
        with self.parts.database.transaction() as connection:
            return {"retried": retry_dead(connection, wanted, context)}

    @command
    def verify_journal(self, context: Context) -> dict[str, Any]:
        """The job that walks the journal from its beginning."""
        context.rights.require_setting(SETTING)
        with self.parts.database.transaction() as connection:
            total = anchor(connection).position
            identifier = schedule(connection, VERIFY, {}, context=context, total=total)
        return {"job": job_name(self.name, identifier)}

    @job_of(VERIFY)
    def do_verify_journal(self, work: Job) -> dict[str, Any]:
        """Every break of the journal's chain, or that it is whole up to a position."""
        with self.parts.database.reading() as connection:
            breaks = verify(connection, progress=work.progress)
            end = anchor(connection)
        shown = [{"position": each.position, "event_id": each.event_id, "reason": each.reason}
                 for each in breaks[:_SHOWN]]  # fmt: skip
        return {"whole": not breaks, "breaks": shown, "break_count": len(breaks),
                "position": end.position, "hash": end.hash.hex()}  # fmt: skip
