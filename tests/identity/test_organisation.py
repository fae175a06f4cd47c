"""Users, departments, groups and roles through the service."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from chassis.errors import Conflict, Forbidden, Invalid, Malformed
from contracts.access import Level
from tests.identity.conftest import ADMIN, PASSWORD


def test_an_empty_organisation_begins_with_roles_and_an_administrator(identity):
    organisation = identity.context(identity.admin_id).organisation
    assert set(organisation.roles) == {
        "administrator", "chief_executive", "head_of_department", "manager",
    }  # fmt: skip
    again = identity.service.ensure_first_administrator(identity.system(), "x@y.z", PASSWORD)
    assert again is False
    assert identity.context(identity.admin_id).rights.unlimited


def test_a_user_is_created_read_and_listed_without_their_password(identity):
    made = identity.user("ana", role_codes=["manager"], locale="en")
    context = identity.context(made["id"])
    read = identity.service.get(context, "user", made["id"])
    assert read["email"] == "ana@example.com"
    assert read["role_codes"] == ["manager"]
    assert "password" not in read
    assert "password" not in made
    page = identity.service.list(context, "user", {"filter": {"email": "ana@example.com"}})
    assert [item["id"] for item in page["items"]] == [made["id"]]
    changed = identity.update(made, password="another pass phrase")
    assert "password" not in changed
    story = identity.service.history(identity.context(identity.admin_id), "user", made["id"])
    assert PASSWORD not in str(story)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"password": "short"}, "password_too_short"),
        ({"password": "password123"}, "password_too_common"),
        ({"time_zone": "Mars/Olympus"}, "unknown_time_zone"),
        ({"email": "nobody"}, "format"),
        ({"role_codes": ["no_such_role"]}, "unknown_role"),
        ({"department_ids": ["018f0000-0000-7000-8000-000000000000"]}, "unknown_reference"),
    ],
)
def test_a_user_that_breaks_a_rule_is_refused(identity, values, code):
    with pytest.raises(Invalid) as refusal:
        identity.user("ana", **values)
    assert code in {fault.code for fault in refusal.value.faults}


def test_an_email_serves_one_living_user(identity):
    first = identity.user("ana")
    with pytest.raises(Conflict):
        identity.create("user", name="Other", email="ANA@example.com")
    identity.delete(first)
    identity.create("user", name="Other", email="ana@example.com")


def test_departments_form_a_tree(identity):
    top = identity.create("department", name="Company")
    low = identity.create("department", name="Sales", parent_id=top["id"])
    with pytest.raises(Invalid) as refusal:
        identity.update(top, parent_id=low["id"])
    assert refusal.value.faults[0].code == "department_cycle"
    with pytest.raises(Invalid):
        identity.update(top, parent_id=top["id"])


def test_a_department_in_use_is_not_deleted(identity):
    top = identity.create("department", name="Company")
    low = identity.create("department", name="Sales", parent_id=top["id"])
    ana = identity.user("ana", department_ids=[low["id"]])
    for department in (top, low):
        with pytest.raises(Conflict) as refusal:
            identity.delete(department)
        assert refusal.value.code == "department_in_use"
    identity.update(ana, department_ids=[])
    identity.delete(low)
    identity.delete(top)


def test_roles_reach_users_through_every_door_and_leave_again(identity):
    place = identity.create("department", name="Sales")
    below = identity.create("department", name="North", parent_id=place["id"])
    ana = identity.user("ana", department_ids=[below["id"]])
    group = identity.create("group", name="Fair", kind="project", member_ids=[])
    role = identity.role("reader", {"lead": {"read": "all"}})
    for holders in ({"users": [ana["id"]]}, {"groups": [group["id"]]},
                    {"departments": [place["id"]]}):  # fmt: skip
        identity.update(role, assigned_to=holders)
        if "groups" in holders:
            assert identity.rights(ana).level("lead", "read") is Level.none
            identity.update(group, member_ids=[ana["id"]])
        assert identity.rights(ana).level("lead", "read") is Level.all
        identity.update(role, assigned_to={"users": [], "groups": [], "departments": []})
        assert identity.rights(ana).level("lead", "read") is Level.none


def test_roles_given_to_users_stand_in_one_place(identity):
    ana = identity.user("ana")
    role = identity.role("reader", {"lead": {"read": "all"}}, assigned_to={"users": [ana["id"]]})
    assert role["assigned_to"]["users"] == [ana["id"]]
    admin = identity.context(identity.admin_id)
    assert identity.service.get(admin, "user", ana["id"])["role_codes"] == ["reader"]
    story = identity.service.history(admin, "user", ana["id"])["items"]
    assert story[0]["changes"]["role_codes"] == [[], ["reader"]]
    identity.update(ana, role_codes=[])
    shown = identity.service.get(admin, "role", role["id"])
    assert shown["assigned_to"] == {"users": [], "groups": [], "departments": []}
    bea = identity.user("bea", role_codes=["reader"])
    renamed = identity.update(role, name="Reader")
    assert renamed["assigned_to"]["users"] == [bea["id"]]
    listed = identity.service.list(admin, "role", {"filter": {"code": "reader"}})
    assert listed["items"][0]["assigned_to"]["users"] == [bea["id"]]


def test_a_role_is_changed_by_merge_patch(identity):
    role = identity.role("reader", {"lead": {"read": "all", "add": "own"}, "deal": {"read": "own"}})
    merged = identity.update(role, grants={"lead": {"read": "own"}, "deal": None})
    assert merged["grants"] == {"lead": {"read": "own", "add": "own"}}
    assert identity.update(role, grants={})["grants"] == {}


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"grants": {"lead": {"fly": "all"}}}, "/grants/lead/fly"),
        ({"grants": {"lead": {"read": "most"}}}, "/grants/lead/read"),
        ({"grants": {"lead": "all"}}, "/grants/lead"),
        ({"stages": {"lead": {"new": {"read": "own"}}}}, "/stages/lead/new"),
        ({"fields": {"lead": {"amount": "blind"}}}, "/fields/lead/amount"),
        ({"settings": ["everything"]}, "/settings/0"),
        ({"switches": {"lead": {"automation": 1}}}, "/switches/lead/automation"),
        ({"assigned_to": {"everybody": []}}, "/assigned_to/everybody"),
        ({"assigned_to": {"users": ["me"]}}, "/assigned_to/users"),
        ({"transitions": {"sales": {}}}, "/transitions/sales"),
    ],
)
def test_a_role_that_breaks_a_rule_is_refused(identity, values, pointer):
    with pytest.raises(Invalid) as refusal:
        identity.create("role", code="odd", name="Odd", **values)
    assert [fault.pointer for fault in refusal.value.faults] == [pointer]


def test_a_role_code_is_taken_even_in_the_bin(identity):
    role = identity.role("reader")
    identity.delete(role)
    with pytest.raises(Conflict):
        identity.role("reader")


def test_the_administrators_role_stays(identity):
    admin = identity.context(identity.admin_id)
    [role] = identity.service.list(admin, "role", {"filter": {"code": "administrator"}})["items"]
    for change in ({"grants": {"lead": {"read": "own"}}}, {"settings": []}):
        with pytest.raises(Conflict):
            identity.update(role, **change)
    with pytest.raises(Conflict):
        identity.delete(role)
    with pytest.raises(Malformed):
        identity.update(role, code="other")


def test_the_last_administrator_stays(identity):
    [admin] = identity.service.list(
        identity.context(identity.admin_id), "user", {"filter": {"email": ADMIN}}
    )["items"]
    for attempt in (
        lambda: identity.update(admin, active=False),
        lambda: identity.update(admin, role_codes=[]),
        lambda: identity.delete(admin),
    ):
        with pytest.raises(Conflict) as refusal:
            attempt()
        assert refusal.value.code == "last_administrator"
    identity.user("bea", role_codes=["administrator"])
    identity.update(admin, active=False)


def test_organisation_records_need_their_setting(identity):
    ana = identity.user("ana", role_codes=["manager"])
    with pytest.raises(Forbidden):
        identity.user("bea", ana["id"])
    with pytest.raises(Forbidden):
        identity.service.list(identity.context(ana["id"]), "role", {})
    assert identity.service.list(identity.context(ana["id"]), "department", {})["items"] == []


def test_settings_are_merged_checked_and_told(identity):
    admin = identity.context(identity.admin_id)
    after = identity.service.update_organisation(admin, {"base_currency": "USD", "name": "Acme"})
    assert after["base_currency"] == "USD"
    assert identity.context(identity.admin_id).organisation.settings["name"] == "Acme"
    assert identity.service.organisation(admin)["name"] == "Acme"
    with pytest.raises(Invalid):
        identity.service.update_organisation(admin, {"base_currency": "XXX"})
    with pytest.raises(Malformed):
        identity.service.update_organisation(admin, {"colour": "red"})
    with pytest.raises(Malformed):
        identity.service.update_organisation(admin, {"rates": []})
    assert identity.service.update_organisation(admin, {"bin_days": 90})["bin_days"] == 90
    with pytest.raises(Invalid):
        identity.service.update_organisation(admin, {"bin_days": 0})
    with pytest.raises(Malformed):
        identity.service.update_organisation(admin, {"bin_days": True})
    ana = identity.user("ana", role_codes=["manager"])
    with pytest.raises(Forbidden):
        identity.service.update_organisation(identity.context(ana["id"]), {"name": "Mine"})


def test_explain_is_for_oneself_and_for_who_holds_roles(identity):
    ana, bea = identity.user("ana", role_codes=["manager"]), identity.user("bea")
    said = identity.service.explain(identity.context(ana["id"]), "lead", "read", ana["id"])
    assert said["allowed"]
    assert said["decided_by"]["role"] == "manager"
    assert "Gerente" in said["sentence"]["pt-BR"]
    with pytest.raises(Forbidden):
        identity.service.explain(identity.context(ana["id"]), "lead", "read", bea["id"])
    admin = identity.context(identity.admin_id)
    assert not identity.service.explain(admin, "lead", "read", bea["id"])["allowed"]
    own = identity.service.explain(admin, "user", "update", id=bea["id"], user=ana["id"])
    assert not own["allowed"]


def test_me_tells_what_one_may(identity):
    place = identity.create("department", name="Sales")
    ana = identity.user("ana", role_codes=["manager"], department_ids=[place["id"]])
    said = identity.service.me(identity.context(ana["id"]))
    assert said["email"] == "ana@example.com"
    assert said["role_codes"] == ["manager"]
    assert said["departments"][0]["name"] == "Sales"
    assert said["grants"]["lead"]["read"] == "own"
    assert said["settings"] == []


def test_the_demo_organisation_is_made_once(identity):
    accounts = identity.service.make_demo(identity.system())
    assert identity.service.make_demo(identity.system()) == accounts
    for account in accounts:
        assert identity.login(account["email"], account["password"])["token"]


def test_a_password_leaves_no_fast_hash_behind(identity):
    from chassis.records.commands import Command

    context = identity.context(identity.admin_id, key="key 1")
    body = {"name": "Ana", "email": "ana@example.com", "password": PASSWORD}
    made = identity.service.create(context, "user", body)["record"]
    again = identity.service.create(context, "user", body)["record"]
    assert again["id"] == made["id"]
    guess = Command(context, "user.create", body).hash
    with identity.database.reading() as connection:
        kept = connection.execute(text("SELECT request_hash FROM commands")).scalars()
        assert guess not in {bytes(one) for one in kept}
