"""Made-up leads that look like real ones: the same for the same seed, on every machine."""

from __future__ import annotations

import random
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select

from chassis.context import Actor, Context
from chassis.records.bulk import Bulk
from chassis.records.field_types.money import Money
from chassis.records.field_types.points import Point
from chassis.service.base import Parts
from services.leads import seed_words as words
from services.leads.models import Lead

SPAN: Final = timedelta(days=730)
_COUNTRIES: Final = {"BR": 60, "US": 25, "PT": 15}
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
    organisation = parts.holder.current
    owners = sorted(user.id for user in organisation.users.values() if user.active)
    table = Lead.entity.table
    with parts.database.reading() as connection:
        known = connection.execute(select(func.count()).select_from(table)).scalar_one()
    context = Context(
        actor=Actor("service", None, parts.service, cause="seed"),
        organisation=organisation,
        deadline=time.monotonic() + 86_400,
        silent=True,
    )
    end = until or datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    chance = random.Random(f"{seed}:{known}")
    leads = made_up_leads(count, chance, owners, end)
    return Bulk(parts.database, Lead.entity, context).create(leads, progress)


def made_up_leads(
    count: int, chance: random.Random, owners: Sequence[UUID], until: datetime
) -> Iterator[dict[str, Any]]:
    """`count` leads as `Records.create_many` takes them, oldest first."""
    began = until - SPAN
    step = SPAN / max(count, 1)
    countries = chance.choices(list(_COUNTRIES), list(_COUNTRIES.values()), k=count)
    statuses = chance.choices(list(_STATUSES), list(_STATUSES.values()), k=count)
    for index in range(count):
        moment = began + step * (index + chance.random())
        lead = _lead(chance, countries[index], statuses[index])
        lead["created_at"] = moment
        lead["id"] = _identifier(moment, chance)
        lead["owner_id"] = chance.choice(owners) if owners else None
        yield lead


def _lead(chance: random.Random, country: str, status: str) -> dict[str, Any]:
    first = chance.choice(words.FIRST_NAMES[country])
    last = chance.choice(words.LAST_NAMES[country])
    kind, form = chance.choice(words.BUSINESSES[country])
    company = f"{kind} {chance.choice(words.LAST_NAMES[country])} {form}"
    city, region, area = chance.choice(words.CITIES[country])
    lead: dict[str, Any] = {
        "title": f"{chance.choice(words.SUBJECTS[country])}: {company}",
        "first_name": first,
        "last_name": last,
        "company_name": company,
        "position": chance.choice(words.POSITIONS[country]),
        "phones": [_phone(chance, country, area)],
        "emails": [_email(chance, first, last, kind, country)],
        "address": {"city": city, "region": region, "country": country},
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


def _phone(chance: random.Random, country: str, area: str) -> Point:
    if country == "BR":
        digits = f"55{area}9{chance.randrange(10**7, 10**8)}"
    elif country == "US":
        digits = f"1{area}555{chance.randrange(1000, 10_000)}"
    else:
        digits = f"3519{chance.choice('1236')}{chance.randrange(10**6, 10**7)}"
    return Point(f"+{digits}", "mobile", True, digits)


def _email(chance: random.Random, first: str, last: str, kind: str, country: str) -> Point:
    name = f"{_ascii(first)}.{_ascii(last)}{chance.randrange(1, 1000)}"
    ending = {"BR": "com.br", "US": "com", "PT": "pt"}[country]
    address = f"{name}@{_ascii(kind)}.example.{ending}"
    return Point(address, "work", True, address)


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return plain.lower().replace(" ", "")


def _identifier(moment: datetime, chance: random.Random) -> UUID:
    """A UUID version 7 of `moment`, so that seeded rows lie in the order of their creation."""
    value = int(moment.timestamp() * 1000) << 80 | chance.getrandbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)
