"""Adding, changing and removing stages: process first, then the one success, then failures."""

from __future__ import annotations

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
from chassis.stages.wishes import Wish

_DEFAULT_PROBABILITY: Final = {"process": 0, "success": 100, "failure": 0}


def named_stage(stages: list[Stage], code: Any) -> Stage:
    """The stage with `code`; NotFound when there is none."""
    stage = find_stage(stages, code)
    if stage is None:
        raise NotFound("There is no such stage.")
    return stage


def add_stage(connection: Connection, context: Context, entity: str, wish: Wish) -> Stage:
    """The new stage, at its place among those of its kind."""
    stages = hold_stages(connection, entity, alone=True)
    assert wish.code is not None and wish.kind is not None and wish.names is not None
    if find_stage(stages, wish.code) is not None:
        fault = Fault("/code", "duplicate", "A stage has this code.")
        raise Conflict("This code is taken.", code="duplicate", faults=[fault])
    if wish.kind == "success":
        _refuse("/kind", "one_success", "There is exactly one success.")
    stage = Stage(
        id=new_id(),
        entity=entity,
        pipeline_id=None,
        code=wish.code,
        names=dict(wish.names),
        kind=wish.kind,
        probability=_DEFAULT_PROBABILITY[wish.kind]
        if wish.probability is None
        else wish.probability,
        position=-1,
        system=False,
        version=1,
        replaced_by=None,
    )
    connection.execute(insert(STAGES).values({**_columns(stage), "id": stage.id, "entity": entity}))
    placed = _arrange(connection, [*stages, stage], stage, wish.position)
    _tell(connection, context, "created", placed, {"code": [None, placed.code]})
    return placed


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
        if is_used(connection, table, column, stage.id):
            _refuse("/kind", "in_use", "Records stand in this stage.")
    changed = replace(
        stage,
        names={**stage.names, **(wish.names or {})},
        kind=kind,
        probability=_probability(wish.probability, stage.probability),
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
    _tell(connection, context, "updated", placed, changes)
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
    _tell(connection, context, "deleted", gone, changes)


def is_used(connection: Connection, table: Table, column: str, stage_id: UUID) -> bool:
    """Whether any record, in the bin or out of it, stands in the stage."""
    query = select(table.c.id).where(table.c[column] == stage_id).limit(1)
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
    names = ("code", "names", "kind", "probability", "position", "system", "version")
    return {name: getattr(stage, name) for name in names}


def _changes(before: Stage, after: Stage) -> dict[str, list[Any]]:
    names = ("names", "kind", "probability", "position")
    pairs = {name: [getattr(before, name), getattr(after, name)] for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _tell(
    connection: Connection, context: Context, verb: str, stage: Stage, changes: dict[str, Any]
) -> None:
    name = f"{stage.entity}_status"
    record = {**_columns(stage), "id": str(stage.id), "deleted": verb == "deleted"}
    event = NewEvent(f"{name}.{verb}", name, stage.id, stage.version, record, changes)
    record_events(connection, context, [event])


def _refuse(pointer: str, code: str, detail: str) -> None:
    raise Invalid(detail, code=code, faults=[Fault(pointer, code, detail)])
