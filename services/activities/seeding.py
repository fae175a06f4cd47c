"""Made-up activities and tasks about records that are known here: the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import ColumnElement

from chassis.records.bulk import Bulk
from chassis.records.entity import Entity
from chassis.seeding.making_up import Made, active_users, how_many, seeding_context
from chassis.service.base import Parts
from services.activities import rules
from services.activities.desks import Desk, desks
from services.activities.made_many import keep_many
from services.activities.made_up_activities import made_up_activities
from services.activities.made_up_tasks import made_up_tasks
from services.activities.models import Activity, Task

# The entities of others that made-up activities and tasks are about.
REFERS_TO: Final = rules.LINKED

Told = Callable[[int], None]


def seed_activities(
    parts: Parts,
    count: int,
    seed: int = 42,
    progress: Told = lambda done: None,
    *,
    until: datetime | None = None,
) -> int:
    """Add `count` activities of whoever looks after the records that they are about: done before
    the day of `until` (now), planned for it and the weeks after it, and some overdue."""
    # What the system noted meanwhile changes nothing.
    peoples = Activity.entity.table.c.kind != rules.SYSTEM
    make = made_up_activities
    return _seed(parts, Activity.entity, make, count, seed, progress, until, peoples)


def seed_tasks(
    parts: Parts,
    count: int,
    seed: int = 42,
    progress: Told = lambda done: None,
    *,
    until: datetime | None = None,
) -> int:
    """Add `count` tasks of the same people: done, overdue, due on the day of `until` (now) and in
    the weeks after it."""
    return _seed(parts, Task.entity, made_up_tasks, count, seed, progress, until)


SEEDS: Final = {"activities": seed_activities, "tasks": seed_tasks}


def _seed(
    parts: Parts,
    entity: Entity,
    make: Callable[[int, random.Random, Sequence[Desk]], Made],
    count: int,
    seed: int,
    progress: Told,
    until: datetime | None,
    *such: ColumnElement[bool],
) -> int:
    with parts.database.reading() as connection:
        chance = random.Random(f"{seed}:{entity.plural}:{how_many(connection, entity, *such)}")
        organisation, end = parts.holder.current, until or datetime.now(UTC)
        busy = desks(connection, organisation, active_users(parts), end)
    bulk = Bulk(parts.database, entity, seeding_context(parts), keep_many)
    return bulk.create(make(count, chance, busy), progress)
