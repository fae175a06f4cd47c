"""Explanations name the role, the rule and the way, and agree with the decision."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.access.explain import explain
from contracts.access import OPERATIONS
from tests.access.organisations import (
    an_id,
    department,
    group,
    organisation,
    rights_of,
    role,
    user,
)
from tests.access.test_properties import PEOPLE, organisations, records

STAGE = an_id("stage")


@pytest.fixture
def known():
    return organisation(
        users=[user("Ann", departments=["North"]), user("Bob", departments=["North"]),
               user("Eva", active=False)],
        departments=[department("Sales"), department("North", "Sales")],
        groups=[group("Fair", "Ann", kind="project")],
        roles=[
            role("seller", {"lead": {"read": "own", "update": "all"}},
                 to={"departments": ["Sales"]}),
            role("fair", {"lead": {"read": "department"}},
                 stages={"lead": {str(STAGE): {"read": "none"}}}, to={"groups": ["Fair"]}),
            role("people", settings=["users"], to={"users": ["Bob"]}),
        ],
    )  # fmt: skip


def facts(owner, **more):
    return {"owner_id": an_id(owner), "stage_id": None, "open": False, "observer_ids": [], **more}


def test_the_widest_role_decides_and_its_way_is_named(known):
    said = explain(known, an_id("Ann"), "lead", "read", facts("Bob"))
    assert said["allowed"]
    assert said["because"] == "department"
    assert said["decided_by"]["role"] == "fair"
    assert said["decided_by"]["through"] == [
        {"kind": "project_group", "id": an_id("Fair"), "name": "Fair"}
    ]
    assert [(one["role"], one["level"]) for one in said["roles"]] == [
        ("fair", "department"), ("seller", "own"),
    ]  # fmt: skip
    assert said["sentence"]["en"] == (
        "Ann may read this lead of a colleague in the department: "
        "role Fair (through project group Fair) gives the department's records."
    )


def test_a_stage_rule_is_named(known):
    said = explain(known, an_id("Ann"), "lead", "read", facts("Bob", stage_id=STAGE))
    assert not said["allowed"]
    assert said["because"] == "not_covered"
    rules = {one["role"]: one["rule"] for one in said["roles"]}
    assert rules == {"fair": "stage", "seller": "grant"}
    assert "(through department Sales)" in said["sentence"]["en"]


def test_the_cap_by_reading_is_said(known):
    said = explain(known, an_id("Bob"), "lead", "update", facts("Ann"))
    assert said["capped_by_read"]
    assert said["level"] == "own"
    assert "limited to own records" in said["sentence"]["en"]


def test_an_observer_and_an_open_row_are_told_apart(known):
    observed = facts("stranger", observer_ids=[an_id("Bob")])
    assert explain(known, an_id("Bob"), "lead", "read", observed)["because"] == "observer"
    wide = known.apply({"version": 2, "roles": [
        role("open", {"lead": {"read": "open"}}, to={"users": ["Bob"]})]})  # fmt: skip
    opened = facts("stranger", open=True)
    assert explain(wide, an_id("Bob"), "lead", "read", opened)["because"] == "open"


@pytest.mark.parametrize(
    ("name", "entity", "operation", "because"),
    [
        ("Eva", "lead", "read", "inactive_user"),
        ("Nobody", "lead", "read", "unknown_user"),
        ("Ann", "deal", "read", "not_granted"),
        ("Ann", "lead", "read", "granted"),
        ("Ann", "user", "read", "granted"),
        ("Ann", "user", "update", "not_granted"),
        ("Bob", "user", "update", "granted"),
    ],
)
def test_the_outcome_about_a_kind_of_record(known, name, entity, operation, because):
    said = explain(known, an_id(name), entity, operation)
    assert said["because"] == because
    assert said["allowed"] is (because == "granted")
    assert all(said["sentence"][language] for language in ("en", "pt-BR"))


@settings(max_examples=80, deadline=None)
@given(organisations(), st.sampled_from(PEOPLE), st.sampled_from(OPERATIONS), records)
def test_an_explanation_agrees_with_the_decision(known, name, operation, row):
    rights = rights_of(known, name)
    said = explain(known, an_id(name), "lead", operation, row)
    assert said["allowed"] is rights.covers("lead", operation, row)
    assert said["level"] == rights.level("lead", operation, row["stage_id"]).name
    assert (said["decided_by"] is None) == (said["level"] == "none")
