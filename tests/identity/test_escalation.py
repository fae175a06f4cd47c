"""Nobody raises their own rights or hands out more than they hold."""

from __future__ import annotations

import pytest

from chassis.errors import Forbidden
from contracts.access import Level
from tests.identity.conftest import PASSWORD

BEYOND = "beyond_own_rights"


@pytest.fixture
def clerk(identity):
    """Keeps people and roles, and reads own leads: no more."""
    identity.role(
        "clerk",
        {"lead": {"read": "own", "update": "own"}},
        settings=["users", "roles"],
        fields={"lead": {"amount": "read", "secret": "hidden"}},
        switches={"lead": {"hide_totals": True}},
    )
    return identity.user("clerk", role_codes=["clerk"])


def refused(attempt, code=BEYOND):
    with pytest.raises(Forbidden) as refusal:
        attempt()
    assert refusal.value.code == code


HIDING = {"lead": {"amount": "read", "secret": "hidden"}}
SHY = {"lead": {"hide_totals": True}}


@pytest.mark.parametrize(
    "content",
    [
        {"grants": {"lead": {"read": "department"}}},
        {"grants": {"lead": {"add": "own"}}},
        {"grants": {"deal": {"read": "own"}}},
        {"stages": {"lead": {"018f0000-0000-7000-8000-000000000000": {"read": "all"}}}},
        {"settings": ["organisation"]},
        {"grants": {"lead": {"read": "own"}}, "switches": SHY},
        {"grants": {"lead": {"read": "own"}}, "fields": HIDING},
        {"grants": {"lead": {"read": "own"}}, "switches": SHY,
         "fields": {"lead": {"amount": "edit", "secret": "hidden"}}},
        {"grants": {"lead": {"read": "own"}}, "fields": HIDING,
         "switches": {"lead": {"hide_totals": True, "automation": True}}},
    ],
)  # fmt: skip
def test_a_role_beyond_ones_own_rights_is_not_made(identity, clerk, content):
    body = {"code": "more", "name": "More", **content}
    refused(lambda: identity.create("role", clerk["id"], **body))


def test_a_role_within_ones_own_rights_is_made_and_given(identity, clerk):
    role = identity.role(
        "less", {"lead": {"read": "own"}}, clerk["id"], fields=HIDING, switches=SHY
    )
    ana = identity.user("ana", clerk["id"], role_codes=["less"])
    assert identity.rights(ana).level("lead", "read") is Level.own
    refused(lambda: identity.update(role, clerk["id"], grants={"lead": {"read": "all"}}))


def test_moves_beyond_ones_own_are_not_given(identity):
    pipeline, new, won = (f"018f0000-0000-7000-8000-00000000000{n}" for n in (1, 2, 3))
    works, never = {"deal": {"read": "own", "update": "own"}}, {pipeline: {new: "none"}}
    identity.role("bound", works, settings=["users", "roles"], transitions=never)
    by = identity.user("bound", role_codes=["bound"])["id"]
    refused(lambda: identity.role("free", works, by))
    refused(lambda: identity.role("some", works, by, transitions={pipeline: {new: [won]}}))
    identity.role("reads", {"deal": {"read": "own"}}, by)
    identity.role("same", works, by, transitions=never)


def test_ones_own_role_is_not_raised(identity, clerk):
    [role] = identity.service.list(
        identity.context(identity.admin_id), "role", {"filter": {"code": "clerk"}}
    )["items"]
    refused(lambda: identity.update(role, clerk["id"], grants={"lead": {"read": "all"}}))
    refused(lambda: identity.update(role, clerk["id"], settings=["users", "roles", "organisation"]))
    refused(lambda: identity.update(role, clerk["id"], fields={"lead": {"secret": None}}))
    identity.update(role, clerk["id"], grants={"lead": {"update": "none"}})


@pytest.mark.parametrize("code", ["administrator", "manager", "chief_executive"])
def test_a_greater_role_is_not_given_by_any_door(identity, clerk, code):
    group = identity.create("group", name="Fair", kind="user", member_ids=[])
    place = identity.create("department", name="Sales")
    low = identity.create("department", name="North", parent_id=None)
    ana = identity.user("ana")
    [role] = identity.service.list(
        identity.context(identity.admin_id), "role", {"filter": {"code": code}}
    )["items"]
    by = clerk["id"]
    refused(lambda: identity.update(ana, by, role_codes=[code]))
    refused(lambda: identity.update(clerk, by, role_codes=["clerk", code]))
    refused(lambda: identity.user("bea", by, role_codes=[code]))
    refused(lambda: identity.update(role, by, assigned_to={"users": [ana["id"]]}))
    given = {"groups": [group["id"]], "departments": [place["id"]]}
    identity.update(role, assigned_to=given)
    refused(lambda: identity.update(group, by, member_ids=[ana["id"]]))
    refused(lambda: identity.update(group, by, member_ids=[clerk["id"]]))
    refused(lambda: identity.update(ana, by, department_ids=[place["id"]]))
    identity.update(ana, by, department_ids=[low["id"]])
    refused(lambda: identity.update(low, by, parent_id=place["id"]))


def test_a_greater_role_is_not_brought_back(identity, clerk):
    bea = identity.user("bea", role_codes=["administrator"])
    identity.delete(bea)
    restore = identity.service.restore
    refused(lambda: restore(identity.context(clerk["id"]), "user", bea["id"]))
    ana = identity.user("ana", role_codes=["manager"], active=False)
    refused(lambda: identity.update(ana, clerk["id"], active=True))


@pytest.mark.parametrize("change", [{"password": "quite another phrase"}, {"email": "me@x.org"}])
def test_a_greater_account_is_not_taken_over(identity, clerk, change):
    ana = identity.user("ana", role_codes=["manager"])
    refused(lambda: identity.update(ana, clerk["id"], **change), "account_out_of_reach")
    plain = identity.user("plain")
    identity.update(plain, clerk["id"], **change)


def test_ones_own_view_is_not_widened(identity):
    top = identity.create("department", name="Company")
    low = identity.create("department", name="Sales", parent_id=top["id"])
    other = identity.create("department", name="Support")
    identity.role("lead_hr", {"lead": {"read": "subdepartments"}}, settings=["users"])
    hana = identity.user("hana", role_codes=["lead_hr"], department_ids=[low["id"]])
    by = hana["id"]
    refused(lambda: identity.update(hana, by, department_ids=[top["id"]]))
    refused(lambda: identity.update(other, by, parent_id=low["id"]))
    identity.create("department", by, name="North", parent_id=low["id"])
    identity.user("bob", by, department_ids=[low["id"]])


def test_a_refusal_leaves_nothing_behind(identity, clerk):
    before = identity.service.organisation_changes(identity.system(), 0)
    refused(lambda: identity.user("bea", clerk["id"], role_codes=["administrator"]))
    after = identity.service.organisation_changes(identity.system(), 0)
    assert {**before, "now": 0} == {**after, "now": 0}


def test_a_scoped_token_hands_out_no_more_than_it_may(identity):
    context = identity.context(identity.admin_id, scopes=("user:add", "user:read", "lead:read"))
    values = {"name": "Bea", "email": "bea@example.com", "password": PASSWORD}
    identity.service.create(context, "user", values)
    refused(
        lambda: identity.service.create(
            context, "user", values | {"email": "c@example.com", "role_codes": ["administrator"]}
        )
    )
    refused(
        lambda: identity.service.create(
            context, "user", values | {"email": "d@example.com", "role_codes": ["manager"]}
        )
    )


def test_whoever_holds_everything_may_give_everything(identity):
    bea = identity.user("bea", role_codes=["administrator"])
    identity.role("wide", {"lead": {"read": "all"}}, bea["id"], settings=["audit"])
    identity.user("cid", bea["id"], role_codes=["administrator", "wide"])
