"""A right over rows as branches, each of which the query compiler turns into one index walk."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from chassis.access.links import linked_entities
from contracts.access import Level

if TYPE_CHECKING:
    from chassis.access.rights import Rights


@dataclass(frozen=True, slots=True)
class Branch:
    """Rows that satisfy every part; a row is in scope when any branch matches it.

    `owners` None means anyone's. `stages` None means every stage but `excluded_stages`, rows
    without a stage included. `open` True means open rows only. `observer` is a user who must be
    among the row's observers. With `through` all of this is said of a record of that entity that
    the row links to; `unlinked` rows link to none.
    """

    owners: frozenset[UUID] | None = None
    stages: frozenset[UUID] | None = None
    excluded_stages: frozenset[UUID] = frozenset()
    open: bool | None = None
    observer: UUID | None = None
    through: str | None = None
    unlinked: bool = False


def scope(rights: Rights, entity: str, operation: str) -> list[Branch]:
    """The branches that `operation` on `entity` reaches; none means that it reaches nothing."""
    linked = linked_entities(entity)
    if linked and operation == "read":
        return _linked(rights, entity, linked)
    base = rights.level(entity, operation)
    overrides = {
        stage: level
        for stage, level in rights.stage_levels(entity, operation).items()
        if level is not base
    }
    excluded = frozenset(overrides)
    branches = _branches(rights, base, None, excluded)
    for level in sorted(set(overrides.values())):
        stages = frozenset(stage for stage, one in overrides.items() if one is level)
        branches += _branches(rights, level, stages, frozenset())
    if operation == "read":
        branches += _observed(rights, base, overrides)
    return branches


def _branches(
    rights: Rights, level: Level, stages: frozenset[UUID] | None, excluded: frozenset[UUID]
) -> list[Branch]:
    if level is Level.none:
        return []
    found = [Branch(owners=rights.owners(level), stages=stages, excluded_stages=excluded)]
    if level is Level.open:
        found.append(Branch(stages=stages, excluded_stages=excluded, open=True))
    return found


def _observed(rights: Rights, base: Level, overrides: dict[UUID, Level]) -> list[Branch]:
    """Rows read by observing them. Where everything is read already there is nothing to add."""
    levels = {base, *overrides.values()}
    if levels <= {Level.none, Level.all}:
        return []
    if base is Level.none:
        read = frozenset(stage for stage, level in overrides.items() if level > Level.none)
        return [Branch(stages=read, observer=rights.user_id)]
    closed = frozenset(stage for stage, level in overrides.items() if level is Level.none)
    return [Branch(excluded_stages=closed, observer=rights.user_id)]


def _linked(rights: Rights, entity: str, linked: tuple[str, ...]) -> list[Branch]:
    """Rows of one's own, rows one observes, rows that link to what one reads; and of those that
    link to nothing what the level reaches."""
    level = rights.level(entity, "read")
    if level is Level.none or rights.user_id is None:
        return []
    own = [Branch(owners=frozenset({rights.user_id})), Branch(observer=rights.user_id)]
    wider = _branches(rights, level, None, frozenset()) if level > Level.own else []
    return [
        *own,
        *(replace(branch, unlinked=True) for branch in wider),
        *(
            replace(branch, through=target)
            for target in linked
            for branch in scope(rights, target, "read")
        ),
    ]
