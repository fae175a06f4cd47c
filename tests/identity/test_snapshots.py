"""Differences: applied one after another they give what a full snapshot gives."""

from __future__ import annotations

import contextlib
import random
import threading
import time

import eventlet
import pytest
from sqlalchemy import text

from chassis.access.organisation import Organisation
from chassis.access.scope import scope
from chassis.context import Actor
from chassis.errors import Conflict, Invalid, NotFound
from chassis.wire import as_uuid
from services.identity import versions


def as_value(organisation: Organisation) -> dict:
    return {
        "version": organisation.version,
        "users": dict(organisation.users),
        "departments": dict(organisation.departments),
        "groups": dict(organisation.groups),
        "roles": dict(organisation.roles),
        "settings": dict(organisation.settings),
    }


@pytest.mark.parametrize("seed", range(3))
def test_differences_add_up_to_the_whole(identity, seed):
    chance = random.Random(seed)
    source = identity.service.organisation_source()
    followers = [Organisation.empty().apply(source(0)) for _ in range(3)]
    for step in range(30):
        _change_something(identity, chance, step)
        for number, follower in enumerate(followers):
            if chance.random() < 1 / (number + 1):
                followers[number] = follower.apply(source(follower.version))
    whole = as_value(Organisation.empty().apply(source(0)))
    for follower in followers:
        assert as_value(follower.apply(source(follower.version))) == whole


def _change_something(identity, chance, step):
    admin = identity.context(identity.admin_id)
    organisation = admin.organisation
    users = sorted(user for user in organisation.users if user != identity.admin_id)
    places = sorted(organisation.departments)
    roles = sorted(code for code in organisation.roles if code != "administrator")

    def some(items, most):
        return [str(one) for one in chance.sample(items, min(most, len(items)))]

    service = identity.service
    above = (some(places, 1) or [None])[0]
    actions = [
        lambda: identity.user(f"user{step}", role_codes=some(roles, 2)),
        lambda: identity.create("department", name=f"D{step}", parent_id=above),
        lambda: identity.create("group", name=f"G{step}", kind="user", member_ids=some(users, 3)),
        lambda: identity.role(
            f"role{step}", {"lead": {"read": "own"}},
            assigned_to={"users": some(users, 2), "departments": some(places, 1)}),
        lambda: service.update_organisation(admin, {"name": f"Name {step}"}),
    ]  # fmt: skip
    if users:
        one = str(chance.choice(users))
        actions += [
            lambda: service.update(admin, "user", one, {"department_ids": some(places, 2)}),
            lambda: service.update(admin, "user", one, {"active": chance.random() < 0.5}),
            lambda: service.delete(admin, "user", one),
        ]
    if places:
        place = str(chance.choice(places))
        actions += [
            lambda: service.update(admin, "department", place, {"parent_id": above}),
            lambda: service.delete(admin, "department", place),
        ]
    if len(roles) > 3:
        role = organisation.roles[roles[-1]]
        given = {"assigned_to": {"users": some(users, 3)}}
        actions.append(lambda: service.update(admin, "role", str(role.id), given))
    # Circles, departments in use and users in the bin are refused, which changes nothing.
    with contextlib.suppress(Conflict, Invalid, NotFound):
        chance.choice(actions)()


def test_nothing_new_is_a_short_answer(identity):
    source = identity.service.organisation_source()
    version = source(0)["version"]
    answer = source(version)
    assert answer["version"] == version
    assert not answer["full"]
    assert not any(answer[name] for name in ("users", "roles", "ended_sessions", "organisation"))


def test_a_version_of_another_history_gets_everything(identity):
    answer = identity.service.organisation_source()(10_000)
    assert answer["full"]
    assert answer["users"]


def test_changes_at_the_same_time_are_numbered_one_by_one(identity):
    source = identity.service.organisation_source()
    follower = Organisation.empty().apply(source(0))
    done = threading.Event()
    made = []

    def follow(known):
        while not done.is_set():
            known = known.apply(source(known.version))
            eventlet.sleep(0.001)
        return known.apply(source(known.version))

    watching = eventlet.spawn(follow, follower)
    pool = eventlet.GreenPool(6)
    for n in range(24):
        pool.spawn(lambda n=n: made.append(identity.create("group", name=f"G{n}", kind="user")))
    pool.waitall()
    done.set()
    assert len(made) == 24
    assert as_value(watching.wait()) == as_value(Organisation.empty().apply(source(0)))


def test_a_thousand_people_cost_milliseconds(identity):
    for n in range(20):
        identity.create("department", name=f"D{n}")
    source = identity.service.organisation_source()
    organisation = Organisation.empty().apply(source(0))
    places = sorted(organisation.departments)
    rows = [
        {"id": f"018f0000-0000-7000-8000-{n:012d}", "name": str(n), "email": "", "active": True,
         "department_ids": [str(places[n % 20])], "role_codes": ["manager"]}
        for n in range(1000)
    ]  # fmt: skip
    began = time.process_time()
    grown = organisation.apply({"version": organisation.version + 1, "users": rows})
    for row in rows[:200]:
        scope(grown.rights(Actor("user", as_uuid(row["id"]), "gateway")), "lead", "read")
    assert time.process_time() - began < 0.5


def test_a_change_that_waits_for_another_holds_nothing_that_the_other_may_need(identity):
    user = identity.user("held")
    with identity.database.transaction() as connection:
        versions.lock(connection)
        waiting = eventlet.spawn(identity.update, user, name="Later")
        eventlet.sleep(0.3)
        query = text("SELECT 1 FROM users WHERE id = :id FOR UPDATE NOWAIT")
        assert connection.execute(query, {"id": user["id"]}).scalar() == 1
    assert waiting.wait()["name"] == "Later"
