"""The stages of an entity, or of one of its pipelines, as they are now; the codes of stages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, func, or_, select

from chassis.stages.tables import STAGES


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage. `kind` is one of `chassis.stages.tables.KINDS`; `names` is by language.

    A record enters it with its `required_fields` filled and a done activity of the kind
    `required_activity`, where that is said. One that stands there for more than `maximum_days`
    has stood there too long, which is shown and hinders nobody.
    """

    id: UUID
    entity: str
    pipeline_id: UUID | None
    code: str
    names: Mapping[str, str]
    kind: str
    probability: int
    position: int
    system: bool
    version: int
    required_fields: Sequence[str]
    required_activity: str | None
    replaced_by: UUID | None
    maximum_days: int | None = None

    @property
    def final(self) -> bool:
        """Whether records that stand here are closed."""
        return self.kind != "process"

    def name(self, locale: str | None) -> str:
        """The name in the language of `locale`, else in English, else in any, else the code."""
        return name_in(self.names, locale) or self.code


def name_in(names: Mapping[str, str], locale: str | None) -> str | None:
    """The one of `names` by language that is for `locale`, else the English one, else any."""
    language = (locale or "en").partition("-")[0].partition("_")[0]
    for key, name in names.items():
        if key.partition("-")[0] == language and name:
            return name
    return names.get("en") or next(iter(names.values()), None)


_COLUMNS = [STAGES.c[name] for name in Stage.__dataclass_fields__]

# A stage's code never changes and its id is used once, so what was read once stays true.
_codes: dict[UUID, str] = {}


NO_PIPELINE: Final[tuple[None]] = (None,)


def stages_of(
    connection: Connection, entity: str, pipelines: Collection[UUID | None] = NO_PIPELINE
) -> list[Stage]:
    """The stages of `entity` in `pipelines`, in their order; None stands for no pipeline."""
    c = STAGES.c
    named = sorted(pipeline for pipeline in pipelines if pipeline is not None)
    within = [c.pipeline_id.in_(named)] if named else []
    if None in pipelines or not within:
        within.append(c.pipeline_id.is_(None))
    query = (
        select(*_COLUMNS)
        .where(c.entity == entity, c.deleted_at.is_(None), or_(*within))
        .order_by(c.position, c.id)
    )
    return [Stage(**row) for row in connection.execute(query).mappings()]


def hold(connection: Connection, entity: str, *, alone: bool = False) -> None:
    """Keep the stages and pipelines of `entity` as they are until the transaction ends; `alone`
    also waits for the writes that count on them, and makes later ones wait."""
    lock = func.pg_advisory_xact_lock if alone else func.pg_advisory_xact_lock_shared
    connection.execute(select(lock(func.hashtext(f"stages:{entity}"))))


def hold_stages(
    connection: Connection,
    entity: str,
    pipelines: Collection[UUID | None] = NO_PIPELINE,
    *,
    alone: bool = False,
) -> list[Stage]:
    """The stages of `entity` in `pipelines`, held as `hold` says."""
    hold(connection, entity, alone=alone)
    return stages_of(connection, entity, pipelines)


def stage_by_id(connection: Connection, stage_id: UUID) -> Stage:
    """The stage `stage_id`, removed or not."""
    query = select(*_COLUMNS).where(STAGES.c.id == stage_id)
    return Stage(**connection.execute(query).mappings().one())


def codes_of(connection: Connection, ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """The codes of stages by id, removed ones included. Usually without a statement."""
    unknown = {identifier for identifier in ids if identifier not in _codes}
    if unknown:
        query = select(STAGES.c.id, STAGES.c.code).where(STAGES.c.id.in_(unknown))
        _codes.update({row.id: row.code for row in connection.execute(query)})
    return _codes


def stage_ids(connection: Connection, entity: str, codes: Iterable[str]) -> list[UUID]:
    """The ids of the stages of `entity` with these codes, as filters compare them."""
    query = select(STAGES.c.id).where(STAGES.c.entity == entity, STAGES.c.code.in_(list(codes)))
    return list(connection.execute(query).scalars())


def as_wire(
    stage: Stage, locale: str | None, *, names: bool, fields: Collection[str]
) -> dict[str, Any]:
    """The stage as the API answers it; `names` of all languages for those who may edit. Of its
    required fields only those among `fields`, which the viewer sees."""
    shown: dict[str, Any] = {
        "id": str(stage.id),
        "code": stage.code,
        "name": stage.name(locale),
        "kind": stage.kind,
        "probability": stage.probability,
        "position": stage.position,
        "required_fields": [name for name in stage.required_fields if name in fields],
        "required_activity": stage.required_activity,
        "maximum_days": stage.maximum_days,
    }
    if stage.pipeline_id is not None:
        shown["pipeline_id"] = str(stage.pipeline_id)
    return shown | {"names": dict(stage.names)} if names else shown
