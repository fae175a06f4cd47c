"""References to records of other services that are too new for the labels here: the owner is asked.

What a record refers to is checked against labels, which follow events. Between the making of a
company, or its handing over, and the event a deal may already name it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Connection

from chassis.access.rights import governing_setting
from chassis.context import Context
from chassis.errors import Forbidden, Refusal
from chassis.listening.hints import take_hints
from chassis.listening.labels import known_labels
from contracts.catalogue import ENTITIES

if TYPE_CHECKING:
    from chassis.records.entity import Entity
    from chassis.service.base import Parts


def vouched_for(
    parts: Parts, calls: tuple[str, ...], context: Context, entity: Entity, given: Mapping[str, Any]
) -> frozenset[UUID]:
    """The ids among the values `given` that labels here do not let the user refer to, but their
    owner, one of the services `calls`, does. Nobody is asked when labels suffice."""
    unsure = _unsure(parts, calls, context, entity, given)
    if not unsure:
        return frozenset()
    asked = [
        parts.remote(ENTITIES[target].service).prepared(
            context, "facts", entity=target, ids=sorted(str(each) for each in ids)
        )
        for target, ids in unsure.items()
    ]
    told: dict[str, list[dict[str, Any]]] = {}
    for target, outcome in zip(unsure, parts.client.gather(asked, partial=True), strict=True):
        if isinstance(outcome, Refusal):
            if not isinstance(outcome, Forbidden):
                raise outcome
            continue
        told[target] = outcome
    if entity.record_links is not None:
        _keep(parts, told)
    return frozenset(UUID(each["id"]) for facts in told.values() for each in facts)


def _keep(parts: Parts, told: dict[str, list[dict[str, Any]]]) -> None:
    """Keep the facts as hints: they decide who reads what links to these records."""
    copies: dict[str, tuple[str, ...]] = dict.fromkeys(told, ())
    parts.database.run(lambda connection: take_hints(connection, told, copies))


def _unsure(
    parts: Parts, calls: tuple[str, ...], context: Context, entity: Entity, given: Mapping[str, Any]
) -> dict[str, set[UUID]]:
    wanted: dict[str, set[UUID]] = {}
    for field in entity.reference_fields:
        for target, identifier in field.pointed(given.get(field.name)):
            owner = ENTITIES.get(target)
            asked = owner is not None and owner.service in calls
            if asked and field.writable and governing_setting(target) is None:
                wanted.setdefault(target, set()).add(identifier)
    if not wanted:
        return {}
    with parts.database.reading() as connection:
        found = {
            target: ids - _readable(connection, context, target, ids)
            for target, ids in wanted.items()
        }
    return {target: ids for target, ids in found.items() if ids}


def _readable(connection: Connection, context: Context, target: str, ids: set[UUID]) -> set[UUID]:
    labels = known_labels(connection, target, ids, context.rights)
    return {identifier for identifier, readable in labels.items() if readable}
