"""What leads tell of themselves, and what reading them costs."""

from __future__ import annotations

import time
from typing import Any

import jsonschema
import pytest

from chassis.errors import Forbidden, Malformed
from chassis.records.dump import complete, dump
from chassis.records.rows import find_row
from chassis.records.schema import visible_fields
from services.leads.models import Lead
from services.leads.seeding import seed
from tests.leads.house import House, known


def test_answers_and_bodies_are_what_the_schemas_say(house: House) -> None:
    [told] = house.service.describe(house.as_("ana"))
    body = {
        "title": "x",
        "phones": [{"value": "11 95351 1234"}],
        "amount": {"amount": 3},
        "utm": {"source": "google"},
        "address": None,
    }
    jsonschema.validate(body, told["schemas"]["create"])
    lead = house.create("ana", **body)
    whole = house.get("ana", lead, include="owner,created_by,observer")
    for record in (lead, whole):
        jsonschema.validate(record, told["schemas"]["record"])
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"created_at": "x"}, told["schemas"]["update"])
    assert "id" not in told["schemas"]["update"]["properties"]


def test_form_shows_what_its_user_may_read_and_edit(house: House) -> None:
    form = house.service.schema(house.as_("dora"), "lead")
    access = {field["name"]: field["access"] for field in form["fields"]}
    assert "amount" not in access
    assert access["comments"] == "read" and access["title"] == "edit" and access["number"] == "read"
    assert form["operations"]["add"] and len(form["stages"]) == 5
    assert not house.service.schema(house.as_("rita"), "lead")["operations"]["add"]
    with pytest.raises(Forbidden):
        house.service.schema(house.as_("nobody"), "lead")
    with pytest.raises(Malformed):
        house.service.schema(house.as_("ana"), "deal")


def test_chosen_fields_and_includes_are_answered(house: House) -> None:
    lead = house.create("ana")
    seen = house.get("ana", lead, fields="title,status", include="owner")
    assert seen == {
        "id": lead["id"], "type": "lead", "version": 1, "title": "A lead", "status": "new",
        "owner": {"id": str(known("ana")), "name": None},
    }  # fmt: skip
    with pytest.raises(Malformed):
        house.get("ana", lead, fields="colour")
    with pytest.raises(Malformed):
        house.get("dora", lead, fields="amount")
    with pytest.raises(Malformed):
        house.get("ana", lead, include="title")


def test_many_leads_are_got_and_asked_for_in_one_go(house: House) -> None:
    mine, foreign = house.create("ana"), house.create("carla")
    ids = [foreign["id"], mine["id"], str(known("nothing"))]
    assert house.service.get_many(house.as_("ana"), "lead", ids) == [mine]
    assert house.service.readable(house.as_("ana"), "lead", ids) == [mine["id"]]


def test_explanation_names_the_deciding_role(house: House) -> None:
    lead = house.create("ana")

    def ask(who: str, about: str) -> dict[str, Any]:
        asked = str(known(about))
        return house.service.explain(house.as_(who), "lead", lead["id"], asked, "update")

    assert ask("ana", "ana")["allowed"] and not ask("root", "bruno")["allowed"]
    with pytest.raises(Forbidden):
        ask("ana", "bruno")


def test_reading_and_writing_take_a_constant_number_of_statements(
    house: House, statements: Any
) -> None:
    lead = house.create("ana", phones=[{"value": "11 95351 1234"}])
    with statements() as seen:
        house.get("ana", lead)
    assert len(seen) == 2
    with statements() as seen:
        house.update("ana", lead, position="Buyer")
    assert len(seen) <= 6
    with statements() as seen:
        house.create("ana", phones=[{"value": "11 95351 1234"}])
    assert len(seen) <= 9


def test_page_of_fifty_is_dumped_in_little_time(house: House) -> None:
    seed(house.service.parts, 50)
    table, entity = Lead.entity.table, Lead.entity
    with house.database.reading() as connection:
        rows = [dict(row) for row in connection.execute(table.select()).mappings()]
        complete(connection, entity, rows)
        assert find_row(connection, entity, rows[0]["id"]) == rows[0]
    fields = visible_fields(entity, house.as_("chief").rights)
    spent = []
    for _ in range(20):
        began = time.process_time()
        for row in rows:
            dump(entity, row, fields)
        spent.append(time.process_time() - began)
    print(f"dump of 50: {min(spent) * 1000:.2f} ms")
    assert min(spent) < 0.0015
