"""What holds for any roles at all: rights only grow, and scopes mean what `covers` says."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.access.scope import Branch, scope
from contracts.access import FIELD_RIGHTS, OPERATIONS, SETTINGS, Level
from tests.access.organisations import (
    an_id,
    department,
    group,
    organisation,
    rights_of,
    role,
    user,
)

PEOPLE = ("ann", "bob", "cid", "dora")
PLACES = ("company", "sales", "north", "support")
STAGES = [an_id(f"stage {n}") for n in range(3)]
FIELDS = ("title", "amount")

levels = st.sampled_from([level.name for level in Level])
operations = st.dictionaries(st.sampled_from(OPERATIONS), levels, max_size=6)
reading_roles = st.builds(lambda more: {"read": "own", **more}, operations)
stages = st.dictionaries(st.sampled_from([str(stage) for stage in STAGES]), operations, max_size=3)
fields = st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(FIELD_RIGHTS))
holders = st.fixed_dictionaries(
    {},
    optional={
        "users": st.lists(st.sampled_from(PEOPLE), max_size=2),
        "groups": st.just(["club"]),
        "departments": st.lists(st.sampled_from(PLACES), max_size=2),
    },
)


@st.composite
def role_rows(draw, count=4):
    return [
        role(
            f"role_{n}",
            {"lead": draw(operations)},
            stages={"lead": draw(stages)},
            fields={"lead": draw(fields)},
            settings=draw(st.lists(st.sampled_from(SETTINGS), max_size=3)),
            to=draw(holders),
        )
        for n in range(draw(st.integers(1, count)))
    ]


@st.composite
def organisations(draw):
    return organisation(
        users=[user(name, departments=draw(st.lists(st.sampled_from(PLACES), max_size=2)))
               for name in PEOPLE],
        departments=[
            department("company"),
            department("sales", "company"),
            department("north", "sales"),
            department("support", "company"),
        ],
        groups=[group("club", *draw(st.lists(st.sampled_from(PEOPLE), max_size=3)))],
        roles=draw(role_rows()),
    )  # fmt: skip


records = st.fixed_dictionaries(
    {
        "owner_id": st.sampled_from([*map(an_id, PEOPLE), an_id("stranger"), None]),
        "stage_id": st.sampled_from([*STAGES, None]),
        "open": st.booleans(),
        "observer_ids": st.lists(st.sampled_from([an_id(name) for name in PEOPLE]), max_size=2),
    }
)


def matches(branch: Branch, row) -> bool:
    """A branch read literally, as the SQL of the query compiler reads it."""
    if branch.owners is not None and row["owner_id"] not in branch.owners:
        return False
    if branch.stages is not None and row["stage_id"] not in branch.stages:
        return False
    if row["stage_id"] in branch.excluded_stages:
        return False
    if branch.open and not row["open"]:
        return False
    return branch.observer is None or branch.observer in row["observer_ids"]


@settings(max_examples=150, deadline=None)
@given(organisations(), st.sampled_from(PEOPLE), st.sampled_from(OPERATIONS), records)
def test_a_scope_holds_exactly_the_rows_that_are_covered(known, name, operation, row):
    rights = rights_of(known, name)
    branches = scope(rights, "lead", operation)
    in_scope = any(matches(branch, row) for branch in branches)
    assert in_scope == rights.covers("lead", operation, row)
    assert bool(branches) == (rights.anywhere("lead", operation) > Level.none)


@settings(max_examples=100, deadline=None)
@given(organisations(), st.sampled_from(PEOPLE), role_rows(count=1), records)
def test_another_role_never_takes_a_right_away(known, name, more, row):
    [added] = more
    added = {**added, "id": str(an_id("extra")), "code": "extra",
             "assigned_to": {"users": [str(an_id(name))]}}  # fmt: skip
    before = rights_of(known, name)
    after = rights_of(known.apply({"version": 2, "roles": [added]}), name)
    for operation in OPERATIONS:
        for stage in (None, *STAGES):
            assert after.level("lead", operation, stage) >= before.level("lead", operation, stage)
        assert after.covers("lead", operation, row) >= before.covers("lead", operation, row)
    for setting in SETTINGS:
        assert after.may_set(setting) >= before.may_set(setting)
    if before.anywhere("lead", "read") > Level.none:
        for field in FIELDS:
            was, now = before.field("lead", field), after.field("lead", field)
            assert FIELD_RIGHTS.index(now) >= FIELD_RIGHTS.index(was)


@settings(max_examples=100, deadline=None)
@given(organisations(), st.sampled_from(PEOPLE), records)
def test_what_is_changed_can_be_read(known, name, row):
    rights = rights_of(known, name)
    for operation in ("update", "delete", "export"):
        assert rights.covers("lead", operation, row) <= rights.covers("lead", "read", row)


@settings(max_examples=80, deadline=None)
@given(organisations(), st.sampled_from(PEOPLE), records, st.sampled_from(OPERATIONS))
def test_a_narrow_token_never_widens(known, name, row, operation):
    whole = rights_of(known, name)
    narrow = rights_of(known, name, ("lead:read", "*:add"))
    assert narrow.covers("lead", operation, row) <= whole.covers("lead", operation, row)
    for setting in SETTINGS:
        assert not narrow.may_set(setting)
