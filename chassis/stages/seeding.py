"""The stages, and the pipeline, that an entity starts with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from chassis.stages.tables import PIPELINES, STAGES

Default = tuple[str, str, str, str]
_PROBABILITY = {"process": 0, "success": 100, "failure": 0}


def seed_stages(connection: Connection, entity: str, defaults: Sequence[Default]) -> None:
    """Give `entity` its first stages (code, kind, English and Portuguese name), once for good.

    What administrators removed or renamed since is left alone.
    """
    known = select(STAGES.c.id).where(STAGES.c.entity == entity).limit(1)
    if connection.execute(known).first() is None:
        _insert(connection, entity, defaults, None, entity, {})


def seed_pipeline(
    connection: Connection,
    entity: str,
    code: str,
    names: Mapping[str, str],
    defaults: Sequence[Default],
    probabilities: Mapping[str, int],
) -> None:
    """Give `entity` its first pipeline, once for good; `probabilities` by the code of a stage."""
    known = select(PIPELINES.c.id).where(PIPELINES.c.entity == entity).limit(1)
    if connection.execute(known).first() is not None:
        return
    row = {
        "id": uuid5(NAMESPACE_URL, f"pipeline:{entity}:{code}"),
        "entity": entity,
        "code": code,
        "names": dict(names),
        "position": 0,
        "system": True,
    }
    connection.execute(insert(PIPELINES).values(row).on_conflict_do_nothing())
    _insert(connection, entity, defaults, row["id"], f"{entity}:{code}", probabilities)


def _insert(
    connection: Connection,
    entity: str,
    defaults: Sequence[Default],
    pipeline_id: Any,
    space: str,
    probabilities: Mapping[str, int],
) -> None:
    rows = [
        {
            "id": uuid5(NAMESPACE_URL, f"stage:{space}:{code}"),
            "entity": entity,
            "pipeline_id": pipeline_id,
            "code": code,
            "names": {"en": english, "pt-BR": portuguese},
            "kind": kind,
            "probability": probabilities.get(code, _PROBABILITY[kind]),
            "position": position,
            "system": True,
        }
        for position, (code, kind, english, portuguese) in enumerate(defaults)
    ]
    connection.execute(insert(STAGES).values(rows).on_conflict_do_nothing())
