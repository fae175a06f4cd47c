"""Adding, changing and removing stages: process first, then the one success, then failures."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Table, func, insert, select, update

from chassis.context import Context
from chassis.errors import Conflict, Fault, Invalid, NotFound, Stale
from chassis.identifiers import new_id
from chassis.journal.writing import NewEvent, record_events
from chassis.stages.book import Stage, hold_stages
from chassis.stages.rules import find_stage
from chassis.stages.tables import KINDS, STAGES
from chassis.stages.wishes import STAGES_LIMIT, Wish

_DEFAULT_PROBABILITY: Final = {"process": 0, "success": 100, "failure": 0}
_CHANGEABLE: Final = (
    "names", "kind", "probability", "position", "required_fields", "required_activity",
    "maximum_days",
)  # fmt: skip


def named_stage(stages: list[Stage], code: Any) -> Stage:
    """The stage with `code`; NotFound when there is none."""
    stage = find_stage(stages, code)
    if stage is None:
        raise NotFound("There is no such stage.")
    return stage


def add_stage(
    connection: Connection,
    context: Context,
    entity: str,
    wish: Wish,
    pipeline_id: UUID | None = None,
) -> Stage:
    """The new stage, at its place among those of its kind in its pipeline."""
    stages = hold_stages(connection, entity, (pipeline_id,), alone=True)
    if find_stage(stages, str(wish.code)) is not None:
        fault = Fault("/code", "duplicate", "A stage has this code.")
        raise Conflict("This code is taken.", code="duplicate", faults=[fault])
    if wish.kind == "success":
        _refuse("/kind", "one_success", "There is exactly one success.")
    if len(stages) >= STAGES_LIMIT:
        _refuse("/code", "too_many", f"At most {STAGES_LIMIT} stages.")
    stage = insert_stage(connection, entity, wish, pipeline_id, -1)
    placed = _arrange(connection, [*stages, stage], stage, wish.position)
    tell_of_stage(connection, context, "created", placed, {"code": [None, placed.code]})
    return placed


def insert_stage(
    connection: Connection, entity: str, wish: Wish, pipeline_id: UUID | None, position: int
) -> Stage:
    """The row of the stage that `wish` (a complete one) describes."""
    assert wish.code is not None and wish.kind is not None and wish.names is not None
    stage = Stage(
        id=new_id(),
        entity=entity,
        pipeline_id=pipeline_id,
        code=wish.code,
        names=dict(wish.names),
        kind=wish.kind,
        probability=_probability(wish.probability, _DEFAULT_PROBABILITY[wish.kind]),
        position=position,
        system=False,
        version=1,
        required_fields=list(dict.fromkeys(wish.required_fields or ())),
        required_activity=wish.required_activity or None,
        maximum_days=wish.maximum_days or None,
        replaced_by=None,
    )
    named = {"id": stage.id, "entity": entity, "pipeline_id": pipeline_id}
    connection.execute(insert(STAGES).values({**_columns(stage), **named}))
    return stage


def change_stage(
    connection: Connection,
    context: Context,
    table: Table,
    column: str,
    stages: list[Stage],
    stage: Stage,
    wish: Wish,
) -> Stage:
    """The changed stage. Its kind can change only while nothing stands in it."""
    kind = wish.kind or stage.kind
    if kind != stage.kind:
        if "success" in (kind, stage.kind):
            _refuse("/kind", "one_success", "There is exactly one success.")
        if is_used(connection, table, column, [stage.id]):
            _refuse("/kind", "in_use", "Records stand in this stage.")
    changed = replace(
        stage,
        names={**stage.names, **(wish.names or {})},
        kind=kind,
        probability=_probability(wish.probability, stage.probability),
        required_fields=stage.required_fields
        if wish.required_fields is None
        else list(dict.fromkeys(wish.required_fields)),
        required_activity=stage.required_activity
        if wish.required_activity is None
        else wish.required_activity or None,
        maximum_days=stage.maximum_days if wish.maximum_days is None else wish.maximum_days or None,
    )
    others = [changed if other.id == stage.id else other for other in stages]
    moves = wish.position is not None or kind != stage.kind
    position = wish.position if moves else stage.position
    placed = _arrange(connection, others, changed, position)
    changes = _changes(stage, placed)
    if not changes:
        return stage
    placed = replace(placed, version=stage.version + 1)
    connection.execute(update(STAGES).where(STAGES.c.id == stage.id).values(_columns(placed)))
    tell_of_stage(connection, context, "updated", placed, changes)
    return placed


def check_replacement(
    stages: list[Stage], stage: Stage, code: str | None, *, used: bool
) -> Stage | None:
    """The stage that takes the place of `stage`; Invalid when one is needed and cannot be this."""
    if stage.kind == "success":
        _refuse("/code", "one_success", "There is exactly one success.")
    if sum(other.kind == stage.kind for other in stages) == 1:
        _refuse("/code", "last_of_kind", f"The last stage of kind {stage.kind} stays.")
    if code is None:
        if used:
            _refuse("/replace_with", "required", "Records stand in this stage: say where they go.")
        return None
    target = find_stage(stages, code)
    if target is None or target.id == stage.id:
        _refuse("/replace_with", "unknown_stage", "There is no such other stage.")
    if target is not None and target.kind not in (stage.kind, "process"):
        _refuse("/replace_with", "wrong_kind", "Of another kind than the stage it replaces.")
    return target


def remove_stage(
    connection: Connection,
    context: Context,
    stages: list[Stage],
    stage: Stage,
    replacement: Stage | None,
) -> None:
    """Close `stage` for good: its row stays, so that old rows and history can name it.

    Waits for writes that are putting a record there, so that afterwards none can.
    """
    columns = {
        "deleted_at": func.now(),
        "replaced_by": replacement and replacement.id,
        "version": stage.version + 1,
    }
    connection.execute(update(STAGES).where(STAGES.c.id == stage.id).values(columns))
    _number(connection, [other for other in stages if other.id != stage.id])
    successor = None if replacement is None else replacement.id
    gone = replace(stage, version=stage.version + 1, replaced_by=successor)
    changes = {"replaced_by": [None, replacement.code]} if replacement else {}
    tell_of_stage(connection, context, "deleted", gone, changes)


def is_used(connection: Connection, table: Table, column: str, stage_ids: Collection[UUID]) -> bool:
    """Whether any record, in the bin or out of it, stands in one of the stages."""
    query = select(table.c.id).where(table.c[column].in_(stage_ids)).limit(1)
    return connection.execute(query).first() is not None


def check_stage_version(stage: Stage, expected: Any) -> None:
    """Raise Stale when `expected` is given and is not the stage's version."""
    if expected not in (None, "*", stage.version):
        raise Stale("Somebody changed this stage since.", version=stage.version, fields=[])


def _arrange(
    connection: Connection, stages: list[Stage], stage: Stage, position: int | None
) -> Stage:
    """Number the stages anew with `stage` at `position`, or last of its kind; Invalid when the
    order process, success, failure would break."""
    others = sorted((s for s in stages if s.id != stage.id), key=lambda s: s.position)
    rank = KINDS.index(stage.kind)
    first = sum(KINDS.index(other.kind) < rank for other in others)
    last = sum(KINDS.index(other.kind) <= rank for other in others)
    place = last if position is None else position
    if not first <= place <= last:
        _refuse("/position", "stage_order", f"Between {first} and {last} for this kind.")
    _number(connection, [*others[:place], stage, *others[place:]])
    return replace(stage, position=place)


def _number(connection: Connection, ordered: list[Stage]) -> None:
    for number, each in enumerate(ordered):
        if each.position != number:
            change = update(STAGES).where(STAGES.c.id == each.id).values(position=number)
            connection.execute(change)


def _probability(wished: int | None, otherwise: int) -> int:
    return otherwise if wished is None else wished


def _columns(stage: Stage) -> dict[str, Any]:
    return {name: getattr(stage, name) for name in ("code", *_CHANGEABLE, "system", "version")}


def _changes(before: Stage, after: Stage) -> dict[str, list[Any]]:
    pairs = {name: [getattr(before, name), getattr(after, name)] for name in _CHANGEABLE}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def tell_of_stage(
    connection: Connection, context: Context, verb: str, stage: Stage, changes: dict[str, Any]
) -> None:
    """Journal that `stage` was created, updated or deleted."""
    # Outside pipelines stages are called statuses.
    name = f"{stage.entity}_{'stage' if stage.pipeline_id else 'status'}"
    pipeline = {"pipeline_id": str(stage.pipeline_id)} if stage.pipeline_id else {}
    told = {"id": str(stage.id), **pipeline, "deleted": verb == "deleted"}
    record = {**_columns(stage), **told}
    event = NewEvent(f"{name}.{verb}", name, stage.id, stage.version, record, changes)
    record_events(connection, context, [event])


def _refuse(pointer: str, code: str, detail: str) -> None:
    raise Invalid(detail, code=code, faults=[Fault(pointer, code, detail)])
