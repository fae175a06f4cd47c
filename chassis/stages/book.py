"""The stages of one entity as they are now, and the codes of stages by id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select

from chassis.stages.tables import STAGES


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage. `kind` is one of `chassis.stages.tables.KINDS`; `names` is by language."""

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
    replaced_by: UUID | None

    @property
    def final(self) -> bool:
        """Whether records that stand here are closed."""
        return self.kind != "process"

    def name(self, locale: str | None) -> str:
        """The name in the language of `locale`, else in English, else in any, else the code."""
        language = (locale or "en").partition("-")[0].partition("_")[0]
        for key, name in self.names.items():
            if key.partition("-")[0] == language and name:
                return name
        return self.names.get("en") or next(iter(self.names.values()), None) or self.code


_COLUMNS = [STAGES.c[name] for name in Stage.__dataclass_fields__]

# A stage's code never changes and its id is used once, so what was read once stays true.
_codes: dict[UUID, str] = {}


def stages_of(connection: Connection, entity: str) -> list[Stage]:
    """The stages of `entity` in their order."""
    query = (
        select(*_COLUMNS)
        .where(STAGES.c.entity == entity, STAGES.c.deleted_at.is_(None))
        .order_by(STAGES.c.position, STAGES.c.id)
    )
    return [Stage(**row) for row in connection.execute(query).mappings()]


def hold_stages(connection: Connection, entity: str, *, alone: bool = False) -> list[Stage]:
    """The stages of `entity`, which nobody changes until the transaction ends; `alone` also waits
    for the writes that count on them, and makes later ones wait."""
    lock = func.pg_advisory_xact_lock if alone else func.pg_advisory_xact_lock_shared
    connection.execute(select(lock(func.hashtext(f"stages:{entity}"))))
    return stages_of(connection, entity)


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


def as_wire(stage: Stage, locale: str | None, *, names: bool) -> dict[str, Any]:
    """The stage as the API answers it; `names` of all languages for those who may edit."""
    shown: dict[str, Any] = {
        "id": str(stage.id),
        "code": stage.code,
        "name": stage.name(locale),
        "kind": stage.kind,
        "probability": stage.probability,
        "position": stage.position,
    }
    return shown | {"names": dict(stage.names)} if names else shown
