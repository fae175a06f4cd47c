"""The stages that an entity starts with."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from chassis.stages.tables import STAGES

Default = tuple[str, str, str, str]
_PROBABILITY = {"process": 0, "success": 100, "failure": 0}


def seed_stages(connection: Connection, entity: str, defaults: Sequence[Default]) -> None:
    """Give `entity` its first stages (code, kind, English and Portuguese name), once for good.

    What administrators removed or renamed since is left alone.
    """
    known = select(STAGES.c.id).where(STAGES.c.entity == entity).limit(1)
    if connection.execute(known).first() is not None:
        return
    rows = [
        {
            "id": uuid5(NAMESPACE_URL, f"stage:{entity}:{code}"),
            "entity": entity,
            "code": code,
            "names": {"en": english, "pt-BR": portuguese},
            "kind": kind,
            "probability": _PROBABILITY[kind],
            "position": position,
            "system": True,
        }
        for position, (code, kind, english, portuguese) in enumerate(defaults)
    ]
    connection.execute(insert(STAGES).values(rows).on_conflict_do_nothing())
