"""Converting leads: who may, what is checked first, and what callers are told of a conversion."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid5

from sqlalchemy import Connection, exc, update

from chassis import wire
from chassis.context import Actor, Context
from chassis.errors import Conflict, Fault, Forbidden, Invalid, NotFound, Refusal, from_wire
from chassis.identifiers import new_id
from chassis.records.dump import dump
from chassis.records.facts import facts_of
from chassis.records.rows import find_row
from chassis.records.schema import visible_fields
from chassis.sagas import keeping
from chassis.sagas.definition import DONE, FAILED, NEEDS_ATTENTION, UNDOING, UNDONE, Progress
from chassis.sagas.running import Sagas
from chassis.stages.book import stages_of
from services.leads.checking import check_targets, moved
from services.leads.conversion import KIND, OWNERS, conversion_saga, named
from services.leads.mapping import TARGETS
from services.leads.offering import offer
from services.leads.planning import Plan, plan_conversion
from services.leads.rules import may_convert
from services.leads.wishes import CREATE, Wishes, read_wishes

if TYPE_CHECKING:
    from chassis.records.hooks import Row
    from chassis.records.writing import Records
    from chassis.service.base import Parts

UNDO_DAYS: Final = 30
_ATTEMPTS: Final = 3
# What is left of a call's time for its answer, and for waiting on somebody else's conversion.
_MARGIN: Final = 0.3
_PATIENCE: Final = 1.5

Answer = dict[str, Any]


class Conversions:
    """The conversions of `leads`. A lead has at most one that is under way or done."""

    def __init__(self, parts: Parts, leads: Records) -> None:
        self._parts = parts
        self._leads = leads
        self.sagas = Sagas(parts, conversion_saga(leads))

    def convert(self, context: Context, lead_id: UUID, body: Any) -> Answer:
        """The lead's conversion, begun now unless there is one. A refusal has written nothing."""
        context.rights.require("lead", "update")
        wishes = read_wishes(body)
        saga_id = wishes.id or _repeated_id(context, lead_id) or new_id()
        for _ in range(_ATTEMPTS):
            row = self._changeable(context, lead_id)
            earlier = self._earlier(context, row, saga_id, body)
            if earlier is not None:
                return self._answered(context, self._awaited(context, earlier))
            self._require_open(row)
            lead = self._seen(context, row)
            plan = plan_conversion(context, saga_id, lead, wishes.targets)
            labels = check_targets(self._parts, context, plan, wishes)
            labels["lead"] = [named(lead)]
            facts = _facts(context, row, plan, wishes, body)
            begun = self._begun(context, row, saga_id, facts, {"values": plan.values,
                                                              "labels": labels})  # fmt: skip
            if begun is not None:
                progress = self.sagas.run(saga_id, begun, context.deadline - _MARGIN)
                return self._answered(context, progress)
        raise Conflict("The lead keeps changing; try again.", code="lead_busy")

    def offer(self, context: Context, lead_id: UUID) -> Answer:
        """What the lead would become by itself, for whoever may convert it; nothing is written."""
        context.rights.require("lead", "update")
        row = self._changeable(context, lead_id)
        self._require_open(row)
        return offer(self._parts, context, self._seen(context, row))

    def show(self, context: Context, saga_id: UUID) -> Answer:
        """A conversion, for whoever may read its lead."""
        context.rights.require("lead", "read")
        progress, row = self._found(saga_id)
        if not context.rights.covers("lead", "read", facts_of(self._leads.entity, row)):
            raise NotFound("There is no such record.")
        return self._shown(progress)

    def undo(self, context: Context, saga_id: UUID) -> Answer:
        """Take back what the conversion made; Conflict when that is too late or was touched."""
        context.rights.require("lead", "update")
        progress, row = self._found(saga_id)
        self._require_change(context, row)
        if progress.state in (UNDOING, UNDONE):
            return self._shown(self._awaited(context, progress))
        self._require_undoable(context, progress)
        with self._parts.database.transaction() as connection:
            locked = find_row(connection, self._leads.entity, row["id"], lock=True)
            if locked is None or locked["conversion_id"] != saga_id:
                raise Conflict("The lead has changed since.", code="not_undoable")
            lease = keeping.take_back(connection, context, progress)
        progress = self.sagas.run(saga_id, lease, context.deadline - _MARGIN)
        return self._shown(progress)

    def require_idle(self, connection: Connection, row: Row) -> None:
        """Raise Conflict while the lead of `row` is being converted, or that being undone."""
        if row["conversion_id"] is not None:
            progress = keeping.find(connection, row["conversion_id"])
            if progress is not None and progress.under_way:
                raise Conflict("This lead is being converted.", code="conversion_running")

    def _changeable(self, context: Context, lead_id: UUID) -> Row:
        with self._parts.database.reading() as connection:
            row = find_row(connection, self._leads.entity, lead_id)
        if row is None:
            raise NotFound("There is no such record.")
        self._require_change(context, row)
        return row

    def _require_change(self, context: Context, row: Row) -> None:
        facts = facts_of(self._leads.entity, row)
        if not context.rights.covers("lead", "read", facts):
            raise NotFound("There is no such record.")
        if not context.rights.covers("lead", "update", facts):
            raise Forbidden("Your roles do not allow update here.", code="record_forbidden")

    def _require_open(self, row: Row) -> None:
        with self._parts.database.reading() as connection:
            stages = stages_of(connection, "lead")
        kind = next((stage.kind for stage in stages if stage.id == row["status_id"]), "process")
        if not may_convert(kind):
            raise Conflict("A closed lead is not converted; reopen it first.", code="record_closed")

    def _seen(self, context: Context, row: Row) -> dict[str, Any]:
        return dump(self._leads.entity, row, visible_fields(self._leads.entity, context.rights))

    def _earlier(self, context: Context, row: Row, saga_id: UUID, body: Any) -> Progress | None:
        """The conversion that the lead has, or that this very request once began."""
        with self._parts.database.reading() as connection:
            if row["conversion_id"] is not None:
                return keeping.find(connection, row["conversion_id"])
            same = keeping.find(connection, saga_id)
        if same is None:
            return None
        if same.subject != row["id"] or same.facts["request"] != _digest(body):
            if context.command_key is not None:
                code = "idempotency_key_reused"
                raise Invalid("This key was used for another request.", code=code)
            raise Conflict("This id is taken.", code="id_taken")
        return same

    def _begun(
        self,
        context: Context,
        row: Row,
        saga_id: UUID,
        facts: dict[str, Any],
        plan: dict[str, Any],
    ) -> UUID | None:
        """The lease on the new conversion; None when the lead was changed since it was read."""
        table = self._leads.entity.table
        try:
            with self._parts.database.transaction() as connection:
                locked = find_row(connection, self._leads.entity, row["id"], lock=True)
                if locked is None:
                    raise NotFound("There is no such record.")
                known = (row["version"], row["conversion_id"])
                if (locked["version"], locked["conversion_id"]) != known:
                    return None
                connection.execute(
                    update(table).where(table.c.id == row["id"]).values(conversion_id=saga_id)
                )
                return keeping.begin(
                    connection, context,
                    kind=KIND, saga_id=saga_id, subject=row["id"], facts=facts, plan=plan,
                )  # fmt: skip
        except exc.IntegrityError:
            # The very same request arrived twice at the same time: the next look finds the other.
            return None

    def _awaited(self, context: Context, progress: Progress) -> Progress:
        seconds = min(_PATIENCE, context.remaining - _MARGIN)
        return self.sagas.wait(progress.id, seconds)

    def _found(self, saga_id: UUID) -> tuple[Progress, Row]:
        with self._parts.database.reading() as connection:
            progress = keeping.find(connection, saga_id)
            row = progress and find_row(connection, self._leads.entity, progress.subject)
        if progress is None or row is None or progress.kind != KIND:
            raise NotFound("There is no such record.")
        return progress, row

    def _require_undoable(self, context: Context, progress: Progress) -> None:
        made = {t: progress.facts[t]["id"] for t in TARGETS if _is_made(progress, t)}
        for target in made:
            context.rights.require(target, "add")
        if progress.state != DONE or progress.finished_at is None:
            raise Conflict("Only what is done can be undone.", code="not_undoable")
        if _undo_until(progress) < datetime.now(UTC):
            raise Conflict(f"This was more than {UNDO_DAYS} days ago.", code="undo_expired")
        actor = Actor("service", context.actor.id, self._parts.service,
                      scopes=context.actor.scopes, cause=f"{KIND}:{progress.id}")  # fmt: skip
        asking = replace(context, token=None, actor=actor, root_cause=progress.id)
        calls = [
            self._parts.remote(OWNERS[target]).prepared(
                asking, "untouched", entity=target, ids=[made[target]]
            )
            for target in made
        ]
        left = self._parts.client.gather(calls)
        touched = [t for t, untouched in zip(made, left, strict=True) if not untouched]
        if touched:
            faults = [Fault(f"/{t}", "touched", "Changed or deleted since.") for t in touched]
            listed = [{"type": t, "id": made[t]} for t in touched]
            detail = "What the conversion made was changed since."
            raise Conflict(detail, code="touched", faults=faults, touched=listed)

    def _answered(self, context: Context, progress: Progress) -> Answer:
        """The conversion; raises why it failed."""
        if progress.state not in (FAILED, NEEDS_ATTENTION) or progress.failure is None:
            return self._shown(progress)
        step = progress.failure.get("step")
        refusal: Refusal = from_wire(progress.failure)
        if step is not None:
            refusal = moved(refusal, f"/{step}/create")
        refusal.extra["conversion"] = str(progress.id)
        raise refusal

    def _shown(self, progress: Progress) -> Answer:
        facts, failure = progress.facts, progress.failure
        undoable = progress.state == DONE and progress.finished_at is not None
        return {
            "id": str(progress.id),
            "type": KIND,
            "lead_id": str(progress.subject),
            "state": progress.state,
            **{
                target: facts.get(target) if progress.state != FAILED else None
                for target in TARGETS
            },
            "failure": failure and {name: failure[name] for name in ("code", "detail", "errors")},
            "remaining": [
                {"type": each["step"], "id": facts[each["step"]]["id"], "code": each["code"]}
                for each in progress.remaining
            ],
            "created_by": facts["by"],
            "created_at": progress.created_at,
            "finished_at": progress.finished_at,
            "undo_until": _undo_until(progress) if undoable else None,
        }


def _facts(context: Context, row: Row, plan: Plan, wishes: Wishes, body: Any) -> dict[str, Any]:
    before = {name: row[name] and str(row[name])
              for name in ("status_id", "contact_id", "company_id", "deal_id")}  # fmt: skip
    targets = {target: {"id": plan.ids[target], "mode": wish.mode}
               for target, wish in wishes.targets.items()}  # fmt: skip
    by = context.actor.id and str(context.actor.id)
    return {**targets, "before": before, "by": by, "request": _digest(body)}


def _is_made(progress: Progress, target: str) -> bool:
    fact = progress.facts.get(target)
    return fact is not None and fact["mode"] == CREATE


def _undo_until(progress: Progress) -> datetime:
    return (progress.finished_at or progress.created_at) + timedelta(days=UNDO_DAYS)


def _digest(body: Any) -> str:
    return hashlib.sha256(wire.canonical(body)).hexdigest()


def _repeated_id(context: Context, lead_id: UUID) -> UUID | None:
    """The same id for every repeat of a request with a key."""
    if context.command_key is None:
        return None
    return uuid5(lead_id, f"{context.actor.id}:{context.command_key}")
