"""Handing leads on, as the job of a transfer asks for it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text

from chassis.context import Actor
from chassis.errors import Forbidden, Invalid, Malformed
from chassis.records.handing_over import CHUNK
from tests.leads.house import House, known


def asking(house: House, who: str = "root", key: str | None = None):
    """Identity in the name of `who`."""
    actor = Actor("service", known(who), "identity")
    return replace(house.as_(who, key=key), actor=actor)


def hand_over(house: House, key: str | None = None, **options):
    ana, bruno = str(known("ana")), str(known("bruno"))
    return house.service.hand_over(asking(house, key=key), "lead", ana, bruno, **options)


@pytest.fixture
def leads(house: House) -> list[str]:
    """More leads of Ana than go into a chunk, all of one moment."""
    values = [{"title": str(n), "owner_id": known("ana")} for n in range(CHUNK + 10)]
    house.service.records("lead").create_many(house.as_("chief"), values)
    with house.database.transaction() as connection:
        connection.execute(text("UPDATE leads SET created_at = '2026-01-01T00:00:00.123456Z'"))
        found = connection.execute(text("SELECT id::text FROM leads ORDER BY id")).scalars()
        return list(found)


def owned(house: House, who: str) -> int:
    return house.service.owned(asking(house), str(known(who)))["lead"]


def test_chunks_follow_one_another_and_a_repeat_is_answered_as_before(house, leads) -> None:
    first = hand_over(house, key="one")
    assert (first["moved"], first["left"]) == (CHUNK, [])
    assert hand_over(house, key="one") == first
    assert owned(house, "bruno") == CHUNK
    second = hand_over(house, key="two", after=first["after"])
    assert second == {"moved": 10, "left": [], "after": None}
    assert (owned(house, "ana"), owned(house, "bruno")) == (0, len(leads))


def test_what_cannot_be_changed_is_left_and_named(house, leads) -> None:
    held = leads[3]
    with house.database.transaction() as connection:
        connection.execute(
            text("UPDATE leads SET conversion_id = gen_random_uuid() WHERE id = :id"), {"id": held}
        )
    reply = hand_over(house)
    assert reply["left"] == [{"id": held, "code": "conversion_running"}]
    assert reply["moved"] == CHUNK - 1
    rest = hand_over(house, after=reply["after"])
    assert (rest["moved"], rest["after"]) == (10, None)
    assert owned(house, "ana") == 1


def test_what_is_closed_is_handed_on_as_well(house) -> None:
    lead = house.seeded("converted")
    chief, bruno = str(known("chief")), str(known("bruno"))
    counts = {
        only_open: house.service.owned(asking(house), chief, only_open=only_open)["lead"]
        for only_open in (False, True)
    }
    assert counts == {False: 1, True: 0}
    reply = house.service.hand_over(asking(house), "lead", chief, bruno)
    assert (reply["moved"], reply["left"]) == (1, [])
    assert house.get("bruno", lead)["closed_at"] == lead["closed_at"]
    with pytest.raises(Invalid):
        house.service.hand_over(asking(house), "lead", bruno, str(known("gone")))


def test_only_services_ask_and_only_for_who_keeps_users(house, leads) -> None:
    for who in ("chief", "ana", "nobody"):
        with pytest.raises(Forbidden):
            house.service.owned(asking(house, who), str(known("ana")))
        with pytest.raises(Forbidden):
            context, ana = asking(house, who), str(known("ana"))
            house.service.hand_over(context, "lead", ana, str(known(who)))
    for wrong in ("x", [], ["2026"], [1, 2], {"a": 1}, ["2026-01-01", "x"]):
        with pytest.raises(Malformed):
            hand_over(house, after=wrong)
    assert owned(house, "ana") == len(leads)
