"""What every service with records does with its recycle bin: it is emptied by hand, or by time."""

# ruff: noqa: A002 - `id` is what the argument is called on the bus.

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from chassis.context import Actor, Context
from chassis.records.purging import DEFAULT_BIN_DAYS, PURGE, purge_due
from chassis.records.versions import Expected
from chassis.service.entrypoints import command
from chassis.service.taking_back import TakingBack
from chassis.work.job import Job

_PATIENCE_SECONDS = 3600.0


class RecycleBin(TakingBack):
    """Deleted records stay for as many days as the organisation says (`bin_days`)."""

    @command
    def purge(
        self, context: Context, entity: str, id: str, expected_version: Expected = None
    ) -> dict[str, Any]:
        """Remove a record from the recycle bin for good."""
        return self.records(entity).purge(context, self.record_id(id), expected_version)

    @command
    def erase(self, context: Context, entity: str, id: str) -> dict[str, Any]:
        """Erase what is personal in a record; the stub that is left goes to the recycle bin."""
        return self.records(entity).erase(context, self.record_id(id))

    def daily_work(self) -> Mapping[str, Callable[[Any], Any]]:
        """What has been in the bin for long enough goes for good."""
        return {PURGE: self._purge_due}

    def _purge_due(self, job: Job) -> None:
        # By what the organisation says now: by a default it might be too early.
        organisation = self.parts.holder.refresh()
        context = Context(
            actor=Actor("service", None, self.name, cause=PURGE),
            organisation=organisation,
            deadline=time.monotonic() + _PATIENCE_SECONDS,
            silent=True,
        )
        days = int(organisation.settings.get("bin_days", DEFAULT_BIN_DAYS))
        records = [self.records(model.entity.name) for model in self.entities]
        purge_due(job, records, context, days)
