"""Made-up people, companies and the ways to reach them; every choice is drawn from one chance."""

from __future__ import annotations

import random
import time
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, func, select

from chassis.context import Actor, Context
from chassis.records.field_types.points import Point
from chassis.seeding import words

if TYPE_CHECKING:
    from chassis.records.entity import Entity
    from chassis.service.base import Parts

Made = Iterator[dict[str, Any]]

SPAN: Final = timedelta(days=730)
_COUNTRIES: Final = {"BR": 60, "US": 25, "PT": 15}
_VOCABULARIES: Final = {
    country: {
        *words.SUBJECTS[country],
        *words.FIRST_NAMES[country],
        *(form for _, form in words.BUSINESSES[country]),
    }
    for country in _COUNTRIES
}


@dataclass(frozen=True)
class Person:
    """Somebody, where they live, and the company they work for."""

    country: str
    first_name: str
    last_name: str
    position: str
    company: str
    business: str
    city: str
    region: str
    area: str

    @property
    def address(self) -> dict[str, str]:
        """The place as records keep it."""
        return {"city": self.city, "region": self.region, "country": self.country}


def seeding_context(parts: Parts) -> Context:
    """In whose name a service makes data up: nobody's, and no automation starts from it."""
    return Context(
        actor=Actor("service", None, parts.service, cause="seed"),
        organisation=parts.holder.current,
        deadline=time.monotonic() + 86_400,
        silent=True,
    )


def active_users(parts: Parts) -> list[UUID]:
    """Those among whom made-up records are shared."""
    return sorted(user.id for user in parts.holder.current.users.values() if user.active)


def how_many(connection: Connection, entity: Entity, *such: ColumnElement[bool]) -> int:
    """How many records are there already, all or `such` ones: more of them begin from another
    chance."""
    query = select(func.count()).select_from(entity.table).where(*such)
    return int(connection.execute(query).scalar_one())


def last_midnight() -> datetime:
    """Until when made-up records were made, unless it is said."""
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def countries(chance: random.Random, count: int) -> list[str]:
    """Where each of `count` records comes from."""
    return chance.choices(list(_COUNTRIES), list(_COUNTRIES.values()), k=count)


def moments(chance: random.Random, count: int, until: datetime) -> Iterator[datetime]:
    """When each of `count` records was made, over the two years before `until`, in order."""
    began, step = until - SPAN, SPAN / max(count, 1)
    for index in range(count):
        yield began + step * (index + chance.random())


def person(chance: random.Random, country: str) -> Person:
    """Somebody of `country`."""
    first = chance.choice(words.FIRST_NAMES[country])
    last = chance.choice(words.LAST_NAMES[country])
    business, form = chance.choice(words.BUSINESSES[country])
    company = f"{business} {chance.choice(words.LAST_NAMES[country])} {form}"
    city, region, area = chance.choice(words.CITIES[country])
    position = chance.choice(words.POSITIONS[country])
    return Person(country, first, last, position, company, business, city, region, area)


def phone(chance: random.Random, country: str, area: str, kind: str = "mobile") -> Point:
    """A number of the area."""
    if country == "BR":
        digits = f"55{area}9{chance.randrange(10**7, 10**8)}"
    elif country == "US":
        digits = f"1{area}555{chance.randrange(1000, 10_000)}"
    else:
        digits = f"3519{chance.choice('1236')}{chance.randrange(10**6, 10**7)}"
    return Point(f"+{digits}", kind, True, digits)


def email(chance: random.Random, someone: Person) -> Point:
    """Their address at work; no mail ever arrives there."""
    name = f"{plain(someone.first_name)}.{plain(someone.last_name)}{chance.randrange(1, 1000)}"
    return mailbox(name, someone)


def mailbox(name: str, someone: Person) -> Point:
    """The address `name` at somebody's company."""
    ending = {"BR": "com.br", "US": "com", "PT": "pt"}[someone.country]
    address = f"{name}@{plain(someone.business)}.example.{ending}"
    return Point(address, "work", True, address)


def plain(text: str) -> str:
    """`text` as it can stand in an address."""
    kept = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return kept.lower().replace(" ", "")


def identifier(moment: datetime, chance: random.Random) -> UUID:
    """A UUID version 7 of `moment`, so that made-up rows lie in the order of their creation."""
    value = int(moment.timestamp() * 1000) << 80 | chance.getrandbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


def moment_of(made: UUID, latest: datetime) -> datetime:
    """When the record with the id `made` came to be: `latest` at the latest, which also stands for
    what an id of another kind does not tell."""
    if made.version != 7:
        return latest
    return min(latest, datetime.fromtimestamp((made.int >> 80) / 1000, UTC))


def country_of(name: str) -> str:
    """Where a made-up record called `name` comes from: the first country that has its subject, its
    first name or its form of company."""
    subject, words_of_it = name.partition(":")[0], name.split() or [""]
    told = {subject, words_of_it[0], words_of_it[-1]}
    return next((each for each in _COUNTRIES if not told.isdisjoint(_VOCABULARIES[each])), "BR")


def one_of(chance: random.Random, owners: Sequence[UUID]) -> UUID | None:
    """Somebody responsible; nobody when there is nobody."""
    return chance.choice(owners) if owners else None
