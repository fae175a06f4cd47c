"""Rights: levels, stages, fields, settings, switches, transitions and token scopes."""

from __future__ import annotations

import pytest

from chassis.context import Actor
from chassis.errors import Forbidden
from contracts.access import OPERATIONS, SETTINGS, Level
from tests.access.organisations import (
    an_id,
    department,
    group,
    organisation,
    rights_of,
    role,
    user,
)

NEW, DONE = an_id("stage new"), an_id("stage done")


def tree(**options):
    """Company over sales and support; sales over north. Ann leads sales, Bob is in north."""
    return organisation(
        users=[
            user("ann", departments=["sales"], roles=["head"]),
            user("bob", departments=["north"], roles=["seller"]),
            user("cid", departments=["support"]),
            user("dora", departments=["sales"]),
            user("eva", departments=["north"], active=False),
        ],
        departments=[
            department("company"),
            department("sales", "company"),
            department("north", "sales"),
            department("support", "company"),
        ],
        roles=[
            role("head", {"lead": {"read": "subdepartments", "update": "department"}}),
            role("seller", {"lead": {"read": "own", "add": "own", "update": "own"}}),
            *options.get("roles", ()),
        ],
        groups=options.get("groups", ()),
    )


def test_levels_reach_the_responsible_by_their_departments_now():
    ann = rights_of(tree(), "ann")
    everyone_below = {an_id(name) for name in ("ann", "bob", "dora", "eva")}
    assert ann.owners(Level.own) == {an_id("ann")}
    assert ann.owners(Level.department) == {an_id("ann"), an_id("dora")}
    assert ann.owners(Level.subdepartments) == everyone_below
    assert ann.owners(Level.open) == everyone_below
    assert ann.owners(Level.all) is None
    assert ann.owners(Level.none) == frozenset()


def test_owners_follow_when_somebody_is_moved():
    moved = tree().apply({"version": 2, "users": [user("bob", departments=["support"])]})
    assert an_id("bob") not in rights_of(moved, "ann").owners(Level.subdepartments)


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        ({"users": ["cid"]}, Level.all),
        ({"groups": ["club"]}, Level.all),
        ({"groups": ["project"]}, Level.all),
        ({"departments": ["support"]}, Level.all),
        ({"departments": ["company"]}, Level.all),
        ({"departments": ["sales"]}, Level.none),
        ({}, Level.none),
    ],
)
def test_a_role_reaches_users_through_every_door(to, expected):
    known = tree(
        roles=[role("extra", {"lead": {"read": "all"}}, to=to)],
        groups=[group("club", "cid"), group("project", "cid", kind="project")],
    )
    assert rights_of(known, "cid").level("lead", "read") is expected


def test_a_stage_override_beats_the_grant_inside_its_role_only():
    known = tree(
        roles=[
            role("narrow", {"lead": {"read": "all"}}, to={"users": ["cid", "dora"]},
                 stages={"lead": {str(DONE): {"read": "none"}}}),
            role("plain", {"lead": {"read": "own"}}, to={"users": ["dora"]}),
        ]
    )  # fmt: skip
    cid, dora = rights_of(known, "cid"), rights_of(known, "dora")
    assert cid.level("lead", "read", NEW) is Level.all
    assert cid.level("lead", "read", DONE) is Level.none
    assert dora.level("lead", "read", DONE) is Level.own
    assert cid.stage_levels("lead", "read") == {DONE: Level.none}


def test_a_right_in_one_stage_counts_as_a_right_anywhere():
    stages = {"lead": {str(NEW): {"read": "own"}}}
    known = tree(roles=[role("only_new", {}, stages=stages, to={"users": ["cid"]})])
    cid = rights_of(known, "cid")
    assert cid.level("lead", "read") is Level.none
    assert cid.anywhere("lead", "read") is Level.own
    cid.require("lead", "read")
    with pytest.raises(Forbidden):
        cid.require("lead", "update")


@pytest.mark.parametrize("operation", ["update", "delete", "export"])
def test_changing_is_capped_by_reading(operation):
    grants = {"lead": {"read": "own", operation: "all"}}
    known = tree(roles=[role("odd", grants, to={"users": ["cid"]})])
    assert rights_of(known, "cid").level("lead", operation) is Level.own


def test_reading_in_a_stage_caps_changing_in_that_stage():
    grants = {"lead": {"read": "all", "update": "all"}}
    stages = {"lead": {str(DONE): {"read": "own"}}}
    known = tree(roles=[role("odd", grants, stages=stages, to={"users": ["cid"]})])
    cid = rights_of(known, "cid")
    assert cid.stage_levels("lead", "update") == {DONE: Level.own}
    assert cid.level("lead", "update", NEW) is Level.all


def test_adding_needs_no_reading():
    known = tree(roles=[role("capture", {"lead": {"add": "own"}}, to={"users": ["cid"]})])
    assert rights_of(known, "cid").level("lead", "add") is Level.own


def test_inactive_and_unknown_users_have_no_rights():
    known = tree(roles=[role("administrator", to={"users": ["eva"]})])
    for name in ("eva", "nobody"):
        rights = rights_of(known, name)
        assert rights.anywhere("lead", "read") is Level.none
        assert rights.level("user", "read") is Level.none
        assert not any(rights.may_set(setting) for setting in SETTINGS)
    assert known.rights(Actor("service", None, "leads")).anywhere("lead", "read") is Level.none


def test_an_administrator_may_everything_whatever_the_role_says():
    known = tree(roles=[role("administrator", {"lead": {"read": "none"}}, to={"users": ["cid"]},
                             fields={"lead": {"amount": "hidden"}})])  # fmt: skip
    cid = rights_of(known, "cid")
    assert all(cid.level("lead", operation) is Level.all for operation in OPERATIONS)
    assert cid.level("anything_to_come", "delete", DONE) is Level.all
    assert all(cid.may_set(setting) for setting in SETTINGS)
    assert cid.field("lead", "amount") == "edit"
    assert cid.switch("lead", "automation")
    assert not cid.switch("deal", "hide_totals")


def test_organisation_entities_are_read_by_all_and_written_with_their_setting():
    known = tree(roles=[role("people", settings=["users"], to={"users": ["cid"]})])
    cid, bob = rights_of(known, "cid"), rights_of(known, "bob")
    for entity in ("user", "department", "group"):
        assert bob.level(entity, "read") is Level.all
        assert bob.anywhere(entity, "update") is Level.none
        assert cid.level(entity, "update") is Level.all
    assert cid.level("role", "read") is Level.none
    assert not cid.may_set("roles")


def test_only_roles_that_read_count_for_fields_and_the_most_permissive_wins():
    hidden = {"lead": {"amount": "hidden"}}
    known = tree(
        roles=[
            role("blind", {"lead": {"read": "own"}}, fields=hidden, to={"users": ["cid", "dora"]}),
            role("peek", {"lead": {"read": "own"}}, fields={"lead": {"amount": "read"}},
                 to={"users": ["dora"]}),
            role("writer", {"lead": {"add": "all"}}, to={"users": ["cid"]}),
        ]
    )  # fmt: skip
    assert rights_of(known, "cid").field("lead", "amount") == "hidden"
    assert rights_of(known, "cid").field("lead", "title") == "edit"
    assert rights_of(known, "dora").field("lead", "amount") == "read"


def test_totals_are_hidden_only_when_every_reading_role_hides_them():
    hiding = {"lead": {"hide_totals": True}}
    known = tree(
        roles=[
            role("shy", {"lead": {"read": "own"}}, switches=hiding, to={"users": ["cid", "dora"]}),
            role("frank", {"lead": {"read": "own"}}, to={"users": ["dora"]}),
        ]
    )
    assert rights_of(known, "cid").switch("lead", "hide_totals")
    assert not rights_of(known, "dora").switch("lead", "hide_totals")


def test_what_names_a_record_is_copied_as_its_name():
    fields = {"lead": {"title": "hidden"}, "company": {"industry": "hidden"}}
    grants = {entity: {"read": "own"} for entity in ("lead", "company")}
    known = tree(roles=[role("shy", grants, fields=fields, to={"users": ["cid"]})])
    cid = rights_of(known, "cid")
    assert not cid.sees_copy("lead", "name") and not cid.sees_copy("company", "industry")
    assert cid.sees_copy("company", "name") and cid.sees_copy("deal", "name")


def test_transitions_of_roles_that_let_a_deal_be_changed_add_up():
    pipeline, works = an_id("pipeline"), {"deal": {"read": "own", "update": "own"}}
    only = {str(pipeline): {str(NEW): [str(DONE)]}}
    never = {str(pipeline): {str(NEW): "none"}}
    known = tree(
        roles=[
            role("one", works, transitions=only, to={"users": ["cid"]}),
            role("two", works, transitions=never, to={"users": ["cid", "dora"]}),
            role("three", works, to={"users": ["bob"]}),
            role("reads", {"deal": {"read": "all"}}, to={"users": ["cid", "dora"]}),
            role("other", {"lead": {"update": "all"}}, to={"users": ["cid", "dora"]}),
        ]
    )
    assert rights_of(known, "cid").transition("deal", pipeline, NEW) == {DONE}
    assert rights_of(known, "dora").transition("deal", pipeline, NEW) == frozenset()
    assert rights_of(known, "bob").transition("deal", pipeline, NEW) is None


@pytest.mark.parametrize(
    ("scopes", "allowed"),
    [
        (("lead:read",), {"read"}),
        (("lead:update",), set()),
        (("lead:update", "lead:read"), {"read", "update"}),
        (("lead:*",), set(OPERATIONS)),
        (("*:read",), {"read"}),
        (("*",), set(OPERATIONS)),
        (("deal:read",), set()),
        ((), set()),
        (None, set(OPERATIONS)),
    ],
)
def test_token_scopes_only_narrow(scopes, allowed):
    known = tree(roles=[role("administrator", to={"users": ["cid"]})])
    cid = rights_of(known, "cid", scopes)
    assert {one for one in OPERATIONS if cid.level("lead", one) > Level.none} == allowed
    bob = rights_of(known, "bob", scopes)
    assert bob.level("lead", "delete") is Level.none


def test_settings_need_a_scope_of_their_own():
    known = tree(roles=[role("administrator", to={"users": ["cid"]})])
    assert rights_of(known, "cid", ("*",)).may_set("users")
    assert rights_of(known, "cid", ("setting:users",)).may_set("users")
    assert not rights_of(known, "cid", ("*:read", "*:*", "lead:read")).may_set("users")


def test_rights_are_kept_within_a_version():
    known = tree()
    assert rights_of(known, "ann") is rights_of(known, "ann")
    assert rights_of(known, "ann") is not rights_of(known, "ann", ("*",))
    assert rights_of(known.apply({"version": 2}), "ann") is not rights_of(known, "ann")


def test_a_cycle_in_the_tree_stops_nothing():
    known = organisation(
        users=[user("ann", departments=["a"], roles=["head"])],
        departments=[department("a", "b"), department("b", "a")],
        roles=[role("head", {"lead": {"read": "subdepartments"}})],
    )
    assert rights_of(known, "ann").owners(Level.subdepartments) == {an_id("ann")}
