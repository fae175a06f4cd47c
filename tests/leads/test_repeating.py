"""Writes that are sent more than once have one effect."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import eventlet
import pytest
from sqlalchemy import func, select

from chassis.errors import Conflict, Invalid, Stale
from services.leads.models import Lead
from tests.leads.house import House, known


def count(house: House) -> int:
    """How many leads there are."""
    with house.database.reading() as connection:
        query = select(func.count()).select_from(Lead.entity.table)
        return int(connection.execute(query).scalar_one())


def test_equal_writes_at_the_same_time_make_one_lead_and_get_one_answer(house: House) -> None:
    key, body = uuid4().hex, {"title": "Once"}
    pool = eventlet.GreenPool(8)
    calls = [
        pool.spawn(house.service.create, house.as_("ana", key=key), "lead", body) for _ in range(50)
    ]
    answers = [call.wait() for call in calls]
    assert count(house) == 1 and all(answer == answers[0] for answer in answers)


def test_key_for_another_body_is_refused(house: House) -> None:
    house.service.create(house.as_("ana", key="k"), "lead", {"title": "One"})
    with pytest.raises(Invalid) as refused:
        house.service.create(house.as_("ana", key="k"), "lead", {"title": "Two"})
    assert refused.value.code == "idempotency_key_reused" and count(house) == 1
    house.service.create(house.as_("bruno", key="k"), "lead", {"title": "Two"})


def test_refused_write_leaves_its_key_free(house: House) -> None:
    with pytest.raises(Invalid):
        house.service.create(house.as_("ana", key="k"), "lead", {"title": "x", "status": "nowhere"})
    house.service.create(house.as_("ana", key="k"), "lead", {"title": "x"})
    assert count(house) == 1


def test_known_id_gives_the_stored_lead_to_its_creator_with_the_same_body(house: House) -> None:
    body = {"id": str(uuid4()), "title": "Mine"}
    lead = house.create("ana", **body)
    changed = house.update("ana", lead, position="Buyer")
    assert house.create("ana", **body) == changed
    with pytest.raises(Conflict):
        house.create("ana", **{**body, "title": "Other"})
    with pytest.raises(Conflict):
        house.create("bruno", **body)
    with pytest.raises(Conflict):
        house.create("ana", **{**body, "status": "nowhere"})
    assert count(house) == 1


def test_repeated_change_gets_its_first_answer(house: House) -> None:
    lead = house.create("ana")
    context = house.as_("ana", key="k")
    first = house.service.update(context, "lead", lead["id"], {"position": "a"}, 1)
    house.update("ana", first["record"], position="b")
    again = house.service.update(context, "lead", lead["id"], {"position": "a"}, 1)
    assert again == first


def test_call_delivered_twice_by_the_bus_has_one_effect(house: House) -> None:
    context = house.as_("ana")
    made = house.service.create(context, "lead", {"title": "Once"})
    assert house.service.create(context, "lead", {"title": "Once"}) == made
    lead: dict[str, Any] = made["record"]
    change = replace(context, call_id="c2")
    once = house.service.update(change, "lead", lead["id"], {"position": "a"}, 1)
    assert house.service.update(change, "lead", lead["id"], {"position": "a"}, 1) == once
    gone = replace(context, call_id="c3")
    first = house.service.delete(gone, "lead", lead["id"], 2)
    assert house.service.delete(gone, "lead", lead["id"], 2) == first
    assert count(house) == 1
    with pytest.raises(Stale):
        house.service.update(house.as_("ana"), "lead", house.create("ana")["id"], {"open": True}, 9)


def test_call_delivered_again_undoes_nothing_that_happened_since(house: House) -> None:
    lead = house.create("ana")
    call, change = house.as_("ana"), {"position": "a"}
    once = house.service.update(call, "lead", lead["id"], change, "*")
    house.update("ana", once["record"], position="b")
    assert house.service.update(call, "lead", lead["id"], change, "*") == once
    assert house.get("ana", lead)["position"] == "b"
    gone = house.as_("ana")
    house.service.delete(gone, "lead", lead["id"], "*")
    house.service.restore(house.as_("ana"), "lead", lead["id"])
    house.service.delete(gone, "lead", lead["id"], "*")
    assert house.get("ana", lead)["position"] == "b"


def test_answer_kept_for_a_repeat_is_masked_by_the_rights_of_now(house: House) -> None:
    context = house.as_("head", key="k")
    body = {"title": "Given away", "owner_id": str(known("bruno"))}
    made = house.service.create(context, "lead", body)
    lead = made["record"]
    house.update("chief", lead, owner_id=str(known("carla")))
    again = house.service.create(context, "lead", body)["record"]
    assert again == {"id": lead["id"], "version": 1}


def test_hundred_changes_of_one_version_succeed_once(house: House) -> None:
    lead = house.create("ana")

    def change(number: int) -> str:
        try:
            house.update("ana", lead, position=str(number))
        except Stale:
            return "stale"
        return "done"

    outcomes = list(eventlet.GreenPool(8).imap(change, range(100)))
    assert outcomes.count("done") == 1 and outcomes.count("stale") == 99


def test_creation_is_taken_back_by_its_own_cause_while_untouched(house: House) -> None:
    records = house.service.records("lead")
    cause = house.as_("ana").caused_by(uuid4(), 1)
    kept, undone = (records.create(cause, {"title": name}) for name in ("kept", "undone"))
    house.update("ana", kept, position="Buyer")
    with pytest.raises(Conflict):
        records.discard(replace(cause, call_id="c2"), UUID(kept["id"]))
    assert records.discard(replace(cause, call_id="c3"), UUID(undone["id"]))["version"] == 2
    assert [lead["title"] for lead in house.service.list(cause, "lead", {})["items"]] == ["kept"]
