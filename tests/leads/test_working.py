"""Creating, changing and reading leads."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import text

from chassis.errors import (
    Conflict,
    Forbidden,
    Invalid,
    Malformed,
    NotFound,
    Stale,
    VersionRequired,
)
from tests.leads.house import House, known


def pointers(refusal: Exception) -> set[str]:
    """Where the faults of a refusal point."""
    return {fault.pointer for fault in refusal.faults}  # type: ignore[attr-defined]


def test_created_lead_is_answered_whole_and_found_again(house: House) -> None:
    lead = house.create(
        "ana",
        first_name="João",
        phones=[{"value": "(11) 95351-1234", "kind": "mobile"}],
        emails=[{"value": "Joao@Example.COM"}],
        websites=[{"value": "example.com"}],
        amount={"amount": "12.5", "currency": "USD"},
        address={"city": "São Paulo"},
        tags=["vip", "vip"],
    )
    assert lead["type"] == "lead" and lead["version"] == 1 and lead["status"] == "new"
    assert lead["owner_id"] == str(known("ana")) == lead["created_by"]
    assert lead["phones"] == [{"value": "+5511953511234", "kind": "mobile", "primary": True}]
    assert lead["emails"][0]["value"] == "joao@example.com"
    assert lead["websites"][0]["value"] == "https://example.com"
    assert lead["amount"] == {"amount": "12.50", "currency": "USD"}
    assert lead["address"] == {"city": "São Paulo"}
    assert lead["tags"] == ["vip"]
    assert lead["custom"] == {} and lead["number"] == 1
    assert house.get("ana", lead) == lead


def test_change_is_a_merge_patch_and_null_clears(house: House) -> None:
    lead = house.create("ana", company_name="Acme", emails=[{"value": "a@b.example"}])
    changed = house.update("ana", lead, company_name=None, emails=None, position=" Buyer ")
    assert changed["company_name"] is None and changed["emails"] == []
    assert changed["position"] == "Buyer" and changed["version"] == 2
    assert house.get("ana", lead) == changed


def test_change_without_difference_makes_no_version_and_no_event(house: House) -> None:
    lead = house.create("ana", position="Buyer")
    assert house.update("ana", lead, position="Buyer") == lead
    history = house.service.history(house.as_("ana"), "lead", lead["id"])
    assert [entry["name"] for entry in history["items"]] == ["lead.created"]


def test_list_shows_what_get_shows(house: House) -> None:
    lead = house.create("ana", phones=[{"value": "11 95351 1234"}])
    house.create("carla")
    page = house.service.list(house.as_("ana"), "lead", {})
    assert page["items"] == [lead] and page["next_cursor"] is None


@pytest.mark.parametrize(
    "body",
    [
        {"colour": "red"},
        {"created_at": "2026-01-01T00:00:00Z"},
        {"version": 3},
        {"number": 3},
        {"title": 3},
        {"tags": "vip"},
        {"tags": [1]},
        {"open": "yes"},
        {"phones": [{"number": "1"}]},
        {"phones": ["+5511953511234"]},
        {"amount": "12"},
        {"amount": {"amount": "twelve"}},
        {"owner_id": "me"},
        {"address": {"planet": "Earth"}},
        {"custom": {"colour": "red"}},
    ],
)
def test_unknown_system_and_mistyped_fields_are_malformed(house: House, body: object) -> None:
    with pytest.raises(Malformed):
        house.service.create(house.as_("ana"), "lead", {"title": "x", **body})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"title": None}, "/title"),
        ({"title": "x" * 256}, "/title"),
        ({"comments": "x" * 20_001}, "/comments"),
        ({"title": "a\0b"}, "/title"),
        ({"phones": [{"value": "abc"}]}, "/phones/0/value"),
        ({"emails": [{"value": "a@b.example"}, {"value": "nothing"}]}, "/emails/1/value"),
        ({"websites": [{"value": "javascript:alert(1)"}]}, "/websites/0/value"),
        ({"amount": {"amount": "1e3"}}, None),
        ({"amount": {"amount": "1" + "0" * 20}}, "/amount/amount"),
        ({"amount": {"amount": "1.234"}}, "/amount/amount"),
        ({"amount": {"amount": "1", "currency": "XXX"}}, "/amount/currency"),
        ({"status": "nowhere"}, "/status"),
        ({"status": "converted"}, "/status"),
        ({"status": "junk"}, "/reason"),
        ({"owner_id": str(uuid4())}, "/owner_id"),
        ({"observer_ids": [str(uuid4())]}, "/observer_ids/0"),
        ({"tags": [str(n) for n in range(51)]}, "/tags"),
    ],
)
def test_broken_rules_point_at_what_breaks_them(
    house: House, body: dict[str, object], pointer: str | None
) -> None:
    with pytest.raises(Invalid if pointer else Malformed) as refused:
        house.create("chief", **body)
    if pointer:
        assert pointers(refused.value) == {pointer}
    assert house.service.list(house.as_("chief"), "lead", {})["items"] == []


def test_lead_without_title_is_called_after_its_person(house: House) -> None:
    made = house.service.create(house.as_("ana"), "lead", {"first_name": "Ana", "last_name": "Lis"})
    assert made["record"]["title"] == "Ana Lis"
    with pytest.raises(Invalid) as refused:
        house.service.create(house.as_("ana"), "lead", {})
    assert pointers(refused.value) == {"/title"}


def test_stranger_learns_nothing_of_a_lead(house: House) -> None:
    lead = house.create("ana")
    absent = {"id": str(uuid4()), "version": 1}
    for call in (
        lambda one: house.get("bruno", one),
        lambda one: house.update("bruno", one, title="mine"),
        lambda one: house.service.delete(house.as_("bruno"), "lead", one["id"], one["version"]),
        lambda one: house.service.restore(house.as_("bruno"), "lead", one["id"]),
        lambda one: house.service.history(house.as_("bruno"), "lead", one["id"]),
    ):
        answers = []
        for one in (lead, absent):
            with pytest.raises(NotFound) as refused:
                call(one)
            answers.append(refused.value.as_wire())
        assert answers[0] == answers[1]
    with pytest.raises(Forbidden):
        house.get("nobody", absent)


def test_reader_may_read_and_no_more(house: House) -> None:
    lead = house.create("ana")
    assert house.get("rita", lead) == lead
    with pytest.raises(Forbidden):
        house.update("rita", lead, title="mine")
    with pytest.raises(Forbidden):
        house.update("rita", lead, colour="unknown")


def test_observer_may_read_and_not_change(house: House) -> None:
    lead = house.create("ana", observer_ids=[str(known("bruno"))])
    assert house.get("bruno", lead)["id"] == lead["id"]
    with pytest.raises(Forbidden):
        house.update("bruno", lead, title="mine")


def test_hidden_field_looks_unknown_and_read_only_field_is_refused(house: House) -> None:
    lead = house.create("dora")
    assert "amount" not in lead and "comments" in lead
    with pytest.raises(Malformed) as hidden:
        house.update("dora", lead, amount={"amount": "1"})
    with pytest.raises(Malformed) as unknown:
        house.update("dora", lead, colour={"amount": "1"})
    assert str(hidden.value.as_wire()).replace("amount", "colour") == str(unknown.value.as_wire())
    with pytest.raises(Forbidden) as refused:
        house.update("dora", lead, comments="x")
    assert pointers(refused.value) == {"/comments"}
    house.update("chief", lead, amount={"amount": "1"})
    entries = house.service.history(house.as_("dora"), "lead", lead["id"])["items"]
    assert all("amount" not in entry["changes"] for entry in entries) and len(entries) == 1


def test_owner_is_chosen_within_ones_own_level(house: House) -> None:
    with pytest.raises(Forbidden):
        house.create("ana", owner_id=str(known("bruno")))
    lead = house.create("head", owner_id=str(known("bruno")))
    with pytest.raises(Forbidden):
        house.update("bruno", lead, owner_id=str(known("carla")))
    with pytest.raises(Invalid):
        house.create("head", owner_id=str(known("gone")))


def test_write_that_ends_ones_own_right_to_read_answers_id_and_version(house: House) -> None:
    roles = house.organisation.roles
    assert roles
    lead = house.create("chief", owner_id=str(known("carla")))
    assert lead["owner_id"] == str(known("carla"))
    moved = house.update("head", house.create("head"), owner_id=str(known("bruno")))
    assert moved["owner_id"] == str(known("bruno"))


def test_versions_are_demanded_and_stale_ones_told(house: House) -> None:
    lead = house.create("ana")
    house.update("ana", lead, position="Buyer", company_name="Acme")
    with pytest.raises(Stale) as stale:
        house.update("ana", lead, position="Owner")
    assert stale.value.extra == {"version": 2, "fields": ["company_name", "position"]}
    with pytest.raises(VersionRequired):
        house.service.update(house.as_("ana"), "lead", lead["id"], {"position": "x"})
    with pytest.raises(VersionRequired):
        house.service.delete(house.as_("ana"), "lead", lead["id"])


def test_deleted_lead_comes_back_as_it_was(house: House) -> None:
    lead = house.create("ana", phones=[{"value": "11 95351 1234"}])
    house.service.delete(house.as_("ana"), "lead", lead["id"], 1)
    with pytest.raises(NotFound):
        house.get("ana", lead)
    with pytest.raises(NotFound):
        house.update("ana", lead, title="x")
    assert house.service.list(house.as_("ana"), "lead", {})["items"] == []
    bin_ = house.service.list(house.as_("ana"), "lead", {"deleted": True})["items"]
    assert [one["id"] for one in bin_] == [lead["id"]]
    back = house.service.restore(house.as_("ana"), "lead", lead["id"])["record"]
    assert back["phones"] == lead["phones"] and back["version"] == 3
    with pytest.raises(Conflict):
        house.service.restore(house.as_("ana"), "lead", lead["id"])


def test_history_tells_field_by_field_before_and_after(house: House) -> None:
    lead = house.create("ana", first_name="Jo")
    house.update("ana", lead, first_name="João", amount={"amount": "3"})
    newest, oldest = house.service.history(house.as_("ana"), "lead", lead["id"])["items"]
    assert newest["changes"] == {
        "first_name": ["Jo", "João"],
        "amount": [None, {"amount": "3.00", "currency": "BRL"}],
    }
    assert newest["actor"]["name"] == "Ana" and oldest["changes"]["title"] == [None, "A lead"]
    page = house.service.history(house.as_("ana"), "lead", lead["id"], limit=1)
    rest = house.service.history(
        house.as_("ana"), "lead", lead["id"], limit=1, cursor=page["next_cursor"]
    )
    assert [page["items"][0], rest["items"][0]] == [newest, oldest]
    assert rest["next_cursor"] is None


def test_what_tells_of_a_person_stands_beside_the_journal_where_it_can_be_erased(
    house: House,
) -> None:
    name = "Zuleide"
    lead = house.create(
        "ana", title="", first_name=name, position=f"{name}'s assistant", comments=f"Met {name}",
        phones=[], emails=[{"value": f"{name}@example.com", "kind": "work"}],
        websites=[{"value": f"https://example.com/{name}", "kind": "social"}],
        address={"street": f"c/o {name}"},
    )  # fmt: skip
    assert lead["title"] == name
    house.update("ana", lead, status="junk", reason=f"{name} left")
    with house.database.reading() as connection:
        kept = [str(row) for row in connection.execute(text("SELECT * FROM journal"))]
        beside = [str(row) for row in connection.execute(text("SELECT * FROM journal_personal"))]
    assert len(kept) == 2 and not any(name.lower() in row.lower() for row in kept)
    assert all(name in row for row in beside)
