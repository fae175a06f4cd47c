"""The desks at which made-up work is done: whose each is, what lies on it, and when it is done."""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from chassis.access.organisation import Organisation
from chassis.listening.tables import LABELS
from chassis.records.field_types.record_links import RecordLink
from chassis.seeding.making_up import SPAN, country_of, moment_of
from services.activities.rules import LINKED

# Among so many of the newest records of each entity work is found.
_RECORDS: Final = 20_000
# When something begins, where whoever does it is.
_SLOTS: Final = tuple(
    time(hour, minute) for hour in (9, 10, 11, 14, 15, 16, 17) for minute in (0, 30)
)  # fmt: skip
# No multiple of it meets a slot again before all had their turn.
_STRIDE: Final = 5
_OVERDUE_DAYS, _COMING_DAYS, _PLANNED_DAYS = 9, 21, 6
_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class Subject:
    """A record that work is about, the country that its name speaks of, and since when it is."""

    link: RecordLink
    country: str
    since: datetime


@dataclass(frozen=True)
class Desk:
    """Whoever works, where, on which day, and the records they look after: newest first."""

    place: int
    owner: UUID | None
    zone: ZoneInfo
    today: date
    subjects: Mapping[str, Sequence[Subject]]

    def day(self, chance: random.Random, when: str) -> date:
        """A day of work: `today` whatever day that is, `coming`, `overdue`, or any `past` one,
        sooner rather than later."""
        if when == "today":
            return self.today
        if when == "coming":
            return _workday(self.today + timedelta(days=1 + chance.randrange(_COMING_DAYS)), 1)
        if when == "overdue":
            ago = chance.randrange(_OVERDUE_DAYS)
        else:
            ago = int(chance.random() ** 3 * SPAN.days)
        return _workday(self.today - timedelta(days=1 + ago), -1)

    def at(self, day: date, turn: int) -> datetime:
        """When work of that day begins; as many turns as there are slots begin one by one."""
        slot = _SLOTS[(self.place + turn * _STRIDE) % len(_SLOTS)]
        return datetime.combine(day, slot, self.zone).astimezone(UTC)

    def anytime(self, chance: random.Random, day: date) -> datetime:
        """When work of that day begins."""
        return self.at(day, chance.randrange(len(_SLOTS)))

    def begun(self, day: date) -> datetime:
        """The first moment of the day."""
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def subject(
        self, chance: random.Random, wanted: Mapping[str, int], day: date
    ) -> Subject | None:
        """A record that was there before `day`, rather a new one; None when there is none.

        `wanted` says how often it is of which entity.
        """
        begun = self.begun(day)
        older = {entity: self._older(entity, begun) for entity in wanted}
        choices = [entity for entity, found in older.items() if found]
        if not choices:
            return None
        [entity] = chance.choices(choices, [wanted[each] for each in choices])
        found = self.subjects[entity]
        newest = len(found) - older[entity]
        return found[newest + int(chance.random() ** 2 * older[entity])]

    def _older(self, entity: str, moment: datetime) -> int:
        found = self.subjects.get(entity, ())
        past = bisect_left(found, -moment.timestamp(), key=lambda each: -each.since.timestamp())
        return len(found) - past

    def planned_at(
        self, chance: random.Random, subject: Subject | None, begins: datetime
    ) -> datetime:
        """When what `begins` then was written down: days before that, and before today."""
        latest = min(begins.astimezone(self.zone).date(), self.today)
        day = _workday(latest - timedelta(days=1 + chance.randrange(_PLANNED_DAYS)), -1)
        moment = self.anytime(chance, day)
        return max(moment, subject.since) if subject else moment


def desks(
    connection: Connection, organisation: Organisation, owners: Sequence[UUID], until: datetime
) -> list[Desk]:
    """A desk for each of `owners` who looks after records that are known here; where nobody does,
    empty ones for all. There is always one."""
    subjects = _subjects(connection, until)
    busy: list[UUID | None] = [owner for owner in owners if owner in subjects]
    found = []
    for place, owner in enumerate(busy or owners or [None]):
        zone = organisation.zone_of(owner)
        today = until.astimezone(zone).date()
        found.append(Desk(place, owner, zone, today, subjects.get(owner, {})))
    return found


def _subjects(
    connection: Connection, until: datetime
) -> dict[UUID | None, dict[str, list[Subject]]]:
    found: dict[UUID | None, dict[str, list[Subject]]] = {}
    for entity in LINKED:
        for row in _known(connection, entity):
            subject = Subject(
                RecordLink(entity, row.id), country_of(row.name or ""), moment_of(row.id, until)
            )
            found.setdefault(row.owner_id, {}).setdefault(entity, []).append(subject)
    for by_entity in found.values():
        for subjects in by_entity.values():
            subjects.sort(key=lambda each: each.since, reverse=True)
    return found


def _known(connection: Connection, entity: str) -> Sequence[Any]:
    c = LABELS.c
    query = (
        select(c.id, c.owner_id, c.name)
        # One without facts says nothing of its record yet.
        .where(c.entity == entity, c.deleted.is_(False), c.open.is_not(None))
        .order_by(c.id.desc())
        .limit(_RECORDS)
    )
    return connection.execute(query).all()


def _workday(day: date, step: int) -> date:
    while day.weekday() >= _SATURDAY:
        day += timedelta(days=step)
    return day
