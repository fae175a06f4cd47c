"""Asking the owners of what rows link to, before rows are shown that only those links make visible.

The access facts beside a link follow events, and so does a right that was taken away a moment ago
by handing a record over. The owner knows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from chassis.access.links import is_personal, reads_link
from chassis.context import Context
from chassis.errors import Refusal, Unavailable
from chassis.records.facts import facts_of
from chassis.records.reading import IDENTIFIERS_LIMIT
from contracts.access import Level
from contracts.catalogue import ENTITIES

if TYPE_CHECKING:
    from chassis.access.rights import Rights
    from chassis.records.entity import Entity
    from chassis.records.field_types.record_links import RecordLink
    from chassis.service.base import Parts

# An owner that does not answer in this time withholds what its records alone make visible.
OWNER_SECONDS: Final = 0.6

Row = dict[str, Any]
Readable = dict[str, set[UUID] | None]


def confirmed(parts: Parts, context: Context, entity: Entity, rows: Sequence[Row]) -> list[Row]:
    """Those of the complete `rows` that the user reads, with links to nothing else.

    One call for each owner, all at once. While an owner is away its links stay. Where links decide
    who reads a record, one that nothing else makes visible then loses the values of
    `entity.withheld`.
    """
    field = entity.record_links
    if field is None:
        return list(rows)
    rights = context.rights
    wanted: dict[str, set[UUID]] = {}
    for row in rows:
        for link in field.value(row):
            if _is_read(link, rights):
                wanted.setdefault(link.entity, set()).add(link.id)
    readable = owners_say(parts, context, wanted)
    shown = (_shown(row, entity, rights, readable) for row in rows)
    return [row for row in shown if row is not None]


def owners_say(parts: Parts, context: Context, wanted: Mapping[str, Collection[UUID]]) -> Readable:
    """By entity those of `wanted` that the user reads, as their owners say: None where the owner
    is away, and no word about entities that the user reads all of."""
    asked = list(_named(context.rights, wanted))
    calls = [
        parts.remote(ENTITIES[entity].service).prepared(context, "readable", entity=entity, ids=ids)
        for entity, ids in asked
    ]
    calls = [replace(call, timeout=min(call.timeout, OWNER_SECONDS)) for call in calls]
    readable: Readable = {}
    outcomes = parts.client.gather(calls, partial=True)
    for (entity, _), outcome in zip(asked, outcomes, strict=True):
        known = readable.setdefault(entity, set())
        if isinstance(outcome, Unavailable) or known is None:
            readable[entity] = None
        elif not isinstance(outcome, Refusal):
            known.update(UUID(each) for each in outcome)
    return readable


def _shown(row: Row, entity: Entity, rights: Rights, readable: Readable) -> Row | None:
    field = entity.record_links
    assert field is not None
    links = field.value(row)
    kept = [link for link in links if _is_read(link, rights) and _may_be(link, readable)]
    shown = {**row, field.name: kept}
    if entity.read_through is None or not links or is_personal(rights, facts_of(entity, row)):
        return shown
    if any(readable.get(link.entity, {link.id}) is not None for link in kept):
        return shown
    return shown | dict.fromkeys(entity.withheld) if kept else None


def _may_be(link: RecordLink, readable: Readable) -> bool:
    known = readable.get(link.entity, {link.id})
    return known is None or link.id in known


def _is_read(link: RecordLink, rights: Rights) -> bool:
    return link.facts is not None and reads_link(rights, link.facts)


def _reads_all(rights: Rights, entity: str) -> bool:
    levels = {rights.level(entity, "read"), *rights.stage_levels(entity, "read").values()}
    return levels == {Level.all}


def _named(
    rights: Rights, wanted: Mapping[str, Collection[UUID]]
) -> Iterator[tuple[str, list[str]]]:
    """What to ask about in one call each; nothing about what the user reads all of."""
    for entity, ids in wanted.items():
        if not _reads_all(rights, entity):
            named = sorted(str(each) for each in ids)
            for first in range(0, len(named), IDENTIFIERS_LIMIT):
                yield entity, named[first : first + IDENTIFIERS_LIMIT]
