"""The conversion of a lead: its steps, in order, and what becomes of the lead at either end."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import Connection

from chassis.context import Context
from chassis.errors import Conflict
from chassis.listening.hints import take_hints
from chassis.sagas.definition import Progress, Request, Saga, Step
from chassis.stages.book import Stage, hold_stages
from services.leads.mapping import TARGETS
from services.leads.wishes import CREATE

if TYPE_CHECKING:
    from chassis.records.writing import Records

KIND: Final = "conversion"
OWNERS: Final = {"company": "contacts", "contact": "contacts", "deal": "deals"}


def _made(target: str) -> Callable[[Progress], Request | None]:
    def request(progress: Progress) -> Request | None:
        fact = progress.facts.get(target)
        if fact is None or fact["mode"] != CREATE:
            return None
        values = {**progress.plan["values"][target], "id": fact["id"]}
        arguments = {"entity": target, "values": values, "labels": labels_so_far(progress)}
        return Request(OWNERS[target], "create", arguments)

    return request


def _taken_back(target: str) -> Callable[[Progress], Request | None]:
    def request(progress: Progress) -> Request | None:
        fact = progress.facts.get(target)
        if fact is None or fact["mode"] != CREATE:
            return None
        return Request(OWNERS[target], "discard", {"entity": target, "id": fact["id"]})

    return request


STEPS: Final = (
    Step("company", _made("company"), undo=_taken_back("company")),
    Step("contact", _made("contact"), undo=_taken_back("contact")),
    Step("deal", _made("deal"), undo=_taken_back("deal")),
)


def conversion_saga(leads: Records) -> Saga:
    """The conversion of `leads`."""
    ends = _Ends(leads)
    return Saga(KIND, STEPS, completed=ends.completed, released=ends.released)


def named(record: dict[str, Any]) -> dict[str, Any]:
    """The record with the `name` that others know it by."""
    return {**record, "name": record.get("name") or record.get("title")}


def labels_so_far(progress: Progress) -> dict[str, list[dict[str, Any]]]:
    """What the next record may refer to: the lead, what is linked, what was made already."""
    labels = dict(progress.plan["labels"])
    for target, answer in progress.done.items():
        labels[target] = [named(answer.get("record", answer))]
    return labels


class _Ends:
    """What happens to the lead when its conversion ends."""

    def __init__(self, leads: Records) -> None:
        self._leads = leads

    def completed(self, connection: Connection, context: Context, progress: Progress) -> None:
        """The lead is won: closed, and it knows what it became."""
        made = {target: progress.facts[target]["id"] for target in TARGETS
                if target in progress.facts}  # fmt: skip
        success = next(s for s in hold_stages(connection, "lead") if s.kind == "success")
        values: dict[str, Any] = {f"{target}_id": UUID(each) for target, each in made.items()}
        values["converted_to"] = {"conversion": str(progress.id), **made}
        effect = self._leads.trusted(connection, context)
        if effect.put(progress.subject, values, stage=success, event="converted") is None:
            raise Conflict("The lead was deleted in the meantime.", code="lead_deleted")
        fields = self._leads.entity.reference_fields
        copies = {field.target: field.copies for field in fields if field.target in TARGETS}
        take_hints(connection, labels_so_far(progress), copies)

    def released(self, connection: Connection, context: Context, progress: Progress) -> None:
        """The lead is free again: as it was before it was won, or was to be."""
        before = progress.facts["before"]
        effect = self._leads.trusted(connection, context)
        values: dict[str, Any] = {"conversion_id": None}
        if progress.failure is None:
            for name in ("contact_id", "company_id", "deal_id"):
                values[name] = UUID(before[name]) if before[name] else None
            values["converted_to"] = None
            stage = _stage_before(hold_stages(connection, "lead"), UUID(before["status_id"]))
            effect.put(progress.subject, values, stage=stage, event="conversion_undone")
            return
        row = effect.put(progress.subject, values)
        if row is not None:
            failure = progress.failure
            told = {"id": str(progress.id), "state": progress.state, "code": failure["code"]}
            effect.tell(row, "conversion_failed", {"conversion": told})


def _stage_before(stages: list[Stage], stage_id: UUID) -> Stage:
    """The stage the lead came from; the first, should that have been removed since."""
    first = next(stage for stage in stages if stage.kind == "process")
    return next((stage for stage in stages if stage.id == stage_id), first)
