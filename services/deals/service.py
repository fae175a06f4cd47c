"""The service of deals: their records, pipelines and board, and the names they show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from sqlalchemy import Connection

from chassis.context import Context
from chassis.errors import Fault
from chassis.listening.event import Event
from chassis.listening.labels import Labels
from chassis.records.entity import Record
from chassis.records.hooks import Row
from chassis.service.listener import copy
from chassis.service.pipeline_service import PipelineService
from chassis.stages.book import Stage
from chassis.stages.seeding import seed_pipeline
from chassis.stages.wishes import Wish
from contracts.deals import DEMANDED_ACTIVITIES
from services.deals import rules
from services.deals.done_activities import take_activities, was_done
from services.deals.models import Deal


class DealsService(PipelineService):
    """Owns deals and their pipelines."""

    name: ClassVar[str] = "deals"
    entities: ClassVar[tuple[type[Record], ...]] = (Deal,)
    calls: ClassVar[tuple[str, ...]] = ("contacts",)
    activity_kinds: ClassVar[tuple[str, ...]] = DEMANDED_ACTIVITIES

    def on_migrate(self) -> None:
        """The pipeline that a new installation starts with."""
        with self.parts.database.transaction() as connection:
            seed_pipeline(
                connection,
                "deal",
                rules.DEFAULT_PIPELINE,
                rules.PIPELINE_NAMES,
                rules.DEFAULT_STAGES,
                rules.PROBABILITIES,
            )

    def default_stages(self, entity: str) -> Sequence[Wish]:
        """A new pipeline has the stages that the first one started with."""
        return [
            Wish(
                code=code,
                names={"en": english, "pt-BR": portuguese},
                kind=kind,
                probability=rules.PROBABILITIES[code],
            )
            for code, kind, english, portuguese in rules.DEFAULT_STAGES
        ]

    def stage_faults(
        self,
        connection: Connection,
        context: Context,
        entity: str,
        stage: Stage,
        current: Row | None,
        values: dict[str, Any],
    ) -> list[Fault]:
        """What a stage demands to have been done has to be done before a deal enters it."""
        kind = stage.required_activity
        if kind is None or (current and was_done(connection, current["id"], kind)):
            return []
        detail = f"The stage {stage.code} needs a done activity of kind {kind}."
        return [Fault("/stage", "activity_required", detail)]

    @copy("identity", "user_names")
    def on_user(self, connection: Connection, events: Sequence[Event]) -> None:
        """Keep the names of users, so that a list of deals can show them by itself."""
        Labels.take(connection, "user", events)

    @copy("contacts", "customer_names")
    def on_customer(self, connection: Connection, events: Sequence[Event]) -> None:
        """Keep what deals show of their companies and contacts."""
        Labels.take(connection, "company", events, fields=("industry",))
        Labels.take(connection, "contact", events)

    @copy("leads", "lead_names")
    def on_lead(self, connection: Connection, events: Sequence[Event]) -> None:
        """Keep the titles of leads, which deals came from."""
        Labels.take(connection, "lead", events)

    @copy("activities", "done_activities")
    def on_activity(self, connection: Connection, events: Sequence[Event]) -> None:
        """Keep which activities were done about deals, as stages demand some."""
        take_activities(connection, events)
