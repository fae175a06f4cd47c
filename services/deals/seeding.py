"""Made-up deals with made-up customers: the same for the same seed, anywhere."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, select

from chassis.listening.tables import LABELS
from chassis.records.bulk import Bulk
from chassis.records.field_types.links import Link
from chassis.records.field_types.money import Money
from chassis.seeding import words
from chassis.seeding.making_up import (
    Made,
    active_users,
    countries,
    how_many,
    identifier,
    last_midnight,
    moments,
    one_of,
    person,
    seeding_context,
)
from chassis.service.base import Parts
from services.deals.models import Deal

# The entities of others that made-up deals refer to.
REFERS_TO: Final = ("company", "contact")
_STAGES: Final = {
    "new": 20, "qualification": 18, "proposal": 20, "negotiation": 12, "won": 18, "lost": 12,
}  # fmt: skip
# Among so many companies and contacts deals find their customers.
_CUSTOMERS: Final = 20_000


@dataclass(frozen=True)
class Customers:
    """With whom deals can be made: companies, and contacts by who looks after them."""

    companies: Sequence[tuple[UUID, UUID | None, str]]
    contacts: Mapping[UUID | None, Sequence[UUID]]


def seed(
    parts: Parts,
    count: int,
    seed: int = 42,
    progress: Callable[[int], None] = lambda done: None,
    *,
    until: datetime | None = None,
) -> int:
    """Add `count` deals of the two years before `until` (today), most of them with companies and
    contacts that are known here."""
    with parts.database.reading() as connection:
        chance = random.Random(f"{seed}:{how_many(connection, Deal.entity)}")
        customers = _customers(connection)
    owners, end = active_users(parts), until or last_midnight()
    deals = made_up_deals(count, chance, owners, customers, end)
    return Bulk(parts.database, Deal.entity, seeding_context(parts)).create(deals, progress)


def made_up_deals(
    count: int,
    chance: random.Random,
    owners: Sequence[UUID],
    customers: Customers,
    until: datetime,
) -> Made:
    """`count` deals as `Records.create_many` takes them, oldest first."""
    places = countries(chance, count)
    stages = chance.choices(list(_STAGES), list(_STAGES.values()), k=count)
    for index, moment in enumerate(moments(chance, count, until)):
        deal = _deal(chance, places[index], stages[index])
        deal["created_at"] = moment
        deal["id"] = identifier(moment, chance)
        deal["owner_id"] = one_of(chance, owners)
        deal["expected_close"] = (moment + timedelta(days=chance.randrange(10, 150))).date()
        if customers.companies and chance.random() < 0.9:
            _with_customer(deal, chance, customers, places[index])
        yield deal


def _deal(chance: random.Random, country: str, stage: str) -> dict[str, Any]:
    subject = chance.choice(words.SUBJECTS[country])
    deal: dict[str, Any] = {
        "title": f"{subject}: {person(chance, country).company}",
        "stage": stage,
        "source": chance.choice(words.SOURCES),
        "open": chance.random() < 0.05,
    }
    if stage == "lost":
        deal["reason"] = chance.choice(words.REASONS)
    if chance.random() < 0.1:
        deal["probability"] = chance.randrange(5, 100, 5)
    if chance.random() < 0.9:
        amount = Decimal(chance.randrange(500, 200_000)) + Decimal("0.00")
        deal["amount"] = Money(amount, words.CURRENCIES[country])
    return deal


def _with_customer(
    deal: dict[str, Any], chance: random.Random, customers: Customers, country: str
) -> None:
    company, owner, name = chance.choice(customers.companies)
    # Whoever looks after a company makes its deals.
    deal["owner_id"] = owner or deal["owner_id"]
    deal["company_id"] = company
    deal["title"] = f"{chance.choice(words.SUBJECTS[country])}: {name}"[:255]
    people = customers.contacts.get(owner, ())
    if people:
        chosen = dict.fromkeys(chance.choices(people, k=chance.choice((1, 1, 1, 2))))
        deal["contacts"] = [Link(each, place == 0) for place, each in enumerate(chosen)]


def _customers(connection: Connection) -> Customers:
    companies = [(row.id, row.owner_id, row.name or "") for row in _known(connection, "company")]
    contacts: dict[UUID | None, list[UUID]] = {}
    for row in _known(connection, "contact"):
        contacts.setdefault(row.owner_id, []).append(row.id)
    return Customers(companies, contacts)


def _known(connection: Connection, entity: str) -> Sequence[Any]:
    c = LABELS.c
    query = (
        select(c.id, c.owner_id, c.name)
        .where(c.entity == entity, c.deleted.is_(False))
        .order_by(c.id.desc())
        .limit(_CUSTOMERS)
    )
    return connection.execute(query).all()
