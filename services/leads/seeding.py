"""Made-up leads that look like real ones: the same for the same seed, on every machine."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from chassis.records.bulk import Bulk
from chassis.records.field_types.money import Money
from chassis.seeding import words
from chassis.seeding.making_up import (
    Made,
    active_users,
    countries,
    email,
    how_many,
    identifier,
    last_midnight,
    moments,
    one_of,
    person,
    phone,
    seeding_context,
)
from chassis.service.base import Parts
from services.leads.models import Lead

_STATUSES: Final = {"new": 35, "in_progress": 25, "qualified": 15, "converted": 12, "junk": 13}


def seed(
    parts: Parts,
    count: int,
    seed: int = 42,
    progress: Callable[[int], None] = lambda done: None,
    *,
    until: datetime | None = None,
) -> int:
    """Add `count` leads of the two years before `until` (today), owned by the active users.

    Leads that are there already stay, and those added to them are others.
    """
    with parts.database.reading() as connection:
        known = how_many(connection, Lead.entity)
    chance = random.Random(f"{seed}:{known}")
    leads = made_up_leads(count, chance, active_users(parts), until or last_midnight())
    bulk = Bulk(parts.database, Lead.entity, seeding_context(parts))
    return bulk.create(leads, progress)


def made_up_leads(
    count: int, chance: random.Random, owners: Sequence[UUID], until: datetime
) -> Made:
    """`count` leads as `Records.create_many` takes them, oldest first."""
    places = countries(chance, count)
    statuses = chance.choices(list(_STATUSES), list(_STATUSES.values()), k=count)
    for index, moment in enumerate(moments(chance, count, until)):
        lead = _lead(chance, places[index], statuses[index])
        lead["created_at"] = moment
        lead["id"] = identifier(moment, chance)
        lead["owner_id"] = one_of(chance, owners)
        yield lead


def _lead(chance: random.Random, country: str, status: str) -> dict[str, Any]:
    someone = person(chance, country)
    lead: dict[str, Any] = {
        "title": f"{chance.choice(words.SUBJECTS[country])}: {someone.company}",
        "first_name": someone.first_name,
        "last_name": someone.last_name,
        "company_name": someone.company,
        "position": someone.position,
        "phones": [phone(chance, country, someone.area)],
        "emails": [email(chance, someone)],
        "address": someone.address,
        "source": chance.choice(words.SOURCES),
        "status": status,
        "open": chance.random() < 0.05,
    }
    if status == "junk":
        lead["reason"] = chance.choice(words.REASONS)
    if chance.random() < 0.6:
        amount = Decimal(chance.randrange(500, 200_000)) + Decimal("0.00")
        lead["amount"] = Money(amount, words.CURRENCIES[country])
    return lead
