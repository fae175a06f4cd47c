"""Moving leads through their statuses, and keeping the statuses."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from chassis.errors import Conflict, Forbidden, Invalid, Malformed, NotFound, Stale
from chassis.journal.tables import JOURNAL
from chassis.stages.tables import STAGE_HISTORY
from services.leads.models import Lead
from tests.leads.house import House


def codes(house: House, who: str = "root") -> list[str]:
    """The codes of the statuses in their order."""
    items = house.service.stages(house.as_(who), "lead")["items"]
    assert [item["position"] for item in items] == list(range(len(items)))
    return [item["code"] for item in items]


def add(house: House, code: str, kind: str = "process", **values: Any) -> dict[str, Any]:
    """A status that the administrator adds."""
    body = {"code": code, "kind": kind, "names": {"en": code}, **values}
    return house.service.create_stage(house.as_("root"), "lead", body)


def remove(house: House, code: str, replace_with: str | None = None) -> dict[str, Any]:
    """Remove a status as the administrator."""
    return house.service.delete_stage(house.as_("root"), "lead", code, replace_with)


def events(house: House, lead: dict[str, Any]) -> list[tuple[str, int, list[str]]]:
    """Name, version and changed fields of the events about a lead, oldest first."""
    query = select(JOURNAL).where(JOURNAL.c.record_id == lead["id"]).order_by(JOURNAL.c.seq)
    with house.database.reading() as connection:
        rows = connection.execute(query).mappings().all()
    return [(row["name"], row["record_version"], sorted(row["changes"])) for row in rows]


def test_lead_moves_fails_with_a_reason_and_is_reopened(house: House) -> None:
    lead = house.create("ana")
    with pytest.raises(Invalid) as refused:
        house.update("ana", lead, status="junk")
    assert [fault.pointer for fault in refused.value.faults] == ["/reason"]
    with pytest.raises(Invalid):
        house.update("ana", lead, reason="No budget")
    junk = house.update("ana", lead, status="junk", reason="No budget", position="Buyer")
    assert junk["reason"] == "No budget" and junk["closed_at"] is not None
    with pytest.raises(Invalid):
        house.update("ana", junk, reason=None)
    open_again = house.update("ana", junk, status="new")
    assert open_again["reason"] is None and open_again["closed_at"] is None
    assert events(house, lead) == [
        ("lead.created", 1, ["owner_id", "status", "title"]),
        ("lead.updated", 2, ["position"]),
        ("lead.status_changed", 2, ["reason", "status"]),
        ("lead.status_changed", 3, ["reason", "status"]),
    ]


def test_every_stay_is_a_row_with_its_times(house: House) -> None:
    lead = house.update("ana", house.create("ana"), status="junk", reason="x")
    query = select(STAGE_HISTORY).where(STAGE_HISTORY.c.record_id == lead["id"])
    with house.database.reading() as connection:
        first, second = connection.execute(query.order_by(STAGE_HISTORY.c.id)).mappings()
    assert first["left_at"] == second["entered_at"] > first["entered_at"]
    assert second["left_at"] is None and second["reason"] == "x"


def test_converted_is_out_of_reach_and_out_of_hands(house: House) -> None:
    lead = house.create("ana")
    with pytest.raises(Invalid) as refused:
        house.update("ana", lead, status="converted")
    assert refused.value.code == "only_by_command"
    house.service.on_migrate()
    converted = house.seeded("converted")
    with pytest.raises(Conflict):
        house.update("chief", converted, title="x")
    with pytest.raises(Conflict):
        house.update("chief", converted, status="new")


def test_statuses_are_told_in_the_language_of_the_user(house: House) -> None:
    assert codes(house, "ana") == ["new", "in_progress", "qualified", "converted", "junk"]
    [first, *_] = house.service.stages(house.as_("ana"), "lead")["items"]
    assert first["name"] == "New" and "names" not in first
    [first, *_] = house.service.stages(house.as_("root"), "lead")["items"]
    assert first["names"] == {"en": "New", "pt-BR": "Novo"}


def test_status_is_kept_by_holders_of_the_setting_alone(house: House) -> None:
    with pytest.raises(Forbidden):
        house.service.create_stage(house.as_("chief"), "lead", {})
    with pytest.raises(Forbidden):
        house.service.update_stage(house.as_("chief"), "lead", "new", {})
    with pytest.raises(Forbidden):
        house.service.delete_stage(house.as_("chief"), "lead", "new")


def test_added_status_stands_last_of_its_kind(house: House) -> None:
    made = add(house, "called")
    assert made["position"] == 3 and made["name"] == "called" and made["probability"] == 0
    add(house, "lost", "failure", position=6)
    add(house, "first", position=0)
    assert codes(house) == [
        "first", "new", "in_progress", "qualified", "called", "converted", "junk", "lost",
    ]  # fmt: skip
    assert house.create("ana")["status"] == "first"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"kind": "success"}, "/kind"),
        ({"kind": "wish"}, "/kind"),
        ({"code": "Über"}, "/code"),
        ({"names": {}}, "/names"),
        ({"names": {"en": "x" * 101}}, "/names/en"),
        ({"position": 4}, "/position"),
        ({"probability": 101}, "/probability"),
    ],
)
def test_status_that_breaks_a_rule_is_refused(house: House, body: Any, pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        add(house, **{"code": "called", **body})
    assert [fault.pointer for fault in refused.value.faults] == [pointer]
    assert len(codes(house)) == 5


@pytest.mark.parametrize(
    "body", [{"colour": 1}, {"kind": 1}, {"names": []}, {"names": {"fr": "x"}}, {"position": "1"}]
)
def test_status_of_another_shape_is_malformed(house: House, body: Any) -> None:
    with pytest.raises(Malformed):
        add(house, **{"code": "called", **body})


def test_taken_code_is_a_conflict(house: House) -> None:
    with pytest.raises(Conflict):
        add(house, "new")


def test_status_is_renamed_moved_and_changed_in_kind_while_empty(house: House) -> None:
    def change(code: str, **values: Any) -> dict[str, Any]:
        return house.service.update_stage(house.as_("root"), "lead", code, values)

    assert change("new", name="Fresh")["names"] == {"en": "Fresh", "pt-BR": "Novo"}
    change("qualified", position=0)
    assert codes(house)[:3] == ["qualified", "new", "in_progress"]
    change("in_progress", kind="failure")
    assert codes(house) == ["qualified", "new", "converted", "junk", "in_progress"]
    house.create("ana", status="new")
    with pytest.raises(Invalid):
        change("new", kind="failure")
    with pytest.raises(NotFound):
        change("nowhere", name="x")
    with pytest.raises(Stale):
        house.service.update_stage(house.as_("root"), "lead", "new", {"name": "y"}, 1)


def test_unused_status_is_removed_at_once(house: House) -> None:
    assert remove(house, "qualified") == {"state": "done"}
    assert codes(house) == ["new", "in_progress", "converted", "junk"]
    with pytest.raises(Invalid):
        house.create("ana", status="qualified")
    assert add(house, "qualified")["code"] == "qualified"
    house.service.on_migrate()
    assert len(codes(house)) == 5


@pytest.mark.parametrize(
    ("code", "replace_with", "pointer"),
    [
        ("new", None, "/replace_with"),
        ("new", "nowhere", "/replace_with"),
        ("new", "new", "/replace_with"),
        ("new", "junk", "/replace_with"),
        ("new", "converted", "/replace_with"),
        ("converted", "new", "/code"),
        ("junk", "new", "/code"),
    ],
)
def test_status_that_is_needed_is_not_removed(
    house: House, code: str, replace_with: str | None, pointer: str
) -> None:
    house.create("ana")
    with pytest.raises(Invalid) as refused:
        remove(house, code, replace_with)
    assert [fault.pointer for fault in refused.value.faults] == [pointer]
    assert len(codes(house)) == 5


def test_replacing_a_status_is_not_called_off_once_begun(house: House) -> None:
    made = house.create("ana")
    job = remove(house, "new", "in_progress")["job"]
    with pytest.raises(Conflict) as refused:
        house.service.cancel_job(house.as_("root"), job)
    assert refused.value.code == "job_must_finish"
    with pytest.raises(NotFound):
        house.service.cancel_job(house.as_("ana"), job)
    house.work()
    assert house.get("ana", made)["status"] == "in_progress"


def test_used_status_is_replaced_with_history_and_events(house: House) -> None:
    leads = [house.create("ana", title=str(n)) for n in range(3)]
    house.service.delete(house.as_("ana"), "lead", leads[2]["id"], 1)
    answer = remove(house, "new", "in_progress")
    assert answer["job"].startswith("leads-")
    assert codes(house) == ["in_progress", "qualified", "converted", "junk"]
    house.work()
    done = house.service.job(house.as_("root"), answer["job"])
    assert done["state"] == "done" and done["done"] == 3
    moved = house.get("ana", leads[0])
    assert moved["status"] == "in_progress" and moved["version"] == 2
    assert events(house, leads[0])[-1] == ("lead.status_changed", 2, ["status"])
    table = Lead.entity.table
    with house.database.reading() as connection:
        kept = connection.execute(select(table.c.status_id).distinct()).all()
    assert len(kept) == 1
