"""Looking at Rapport as somebody else: their rights, no writing, told at begin and end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from chassis.access.tokens import Signer, Verifier
from chassis.errors import Forbidden, Invalid, NotFound, Unauthenticated
from chassis.service.entrypoints import methods_of
from chassis.work.due import DueWorker
from services.identity import viewing


@pytest.fixture
def ana(identity):
    """Somebody to be looked as."""
    return identity.user("ana", role_codes=["manager"])


def look(identity, who, as_=None, reason=None):
    context = identity.context(as_ or identity.admin_id)
    return identity.service.view_as(context, who["id"], reason, "10.0.0.1", "tests")


def told(identity, user):
    history = identity.service.history(identity.context(identity.admin_id), "user", user["id"])
    return [(entry["name"], entry["actor"]["id"]) for entry in history["items"]]


def looking(identity, session):
    """The context of a call that comes with the session."""
    found = identity.alive(session["token"])
    context = identity.context(found["user_id"], session_id=found["session_id"])
    return replace(context, actor=replace(context.actor, viewed_by=found["viewer_id"]))


def test_the_session_is_the_others_and_names_who_looks(identity, ana):
    session = look(identity, ana, reason="ticket 4711")
    assert session["user"]["id"] == identity.context(ana["id"]).user_id
    context = looking(identity, session)
    shown = identity.service.me(context)
    assert (shown["name"], shown["role_codes"]) == ("ana", ["manager"])
    assert shown["viewed_by"]["id"] == identity.admin_id
    assert identity.service.me(identity.context(ana["id"]))["viewed_by"] is None
    assert told(identity, ana)[0] == ("user.view_begun", str(identity.admin_id))
    with identity.database.reading() as connection:
        query = "SELECT record FROM journal WHERE name = 'user.view_begun'"
        assert connection.execute(text(query)).scalar_one()["reason"] == "ticket 4711"


def test_whoever_looks_gives_no_command_but_to_end_it(identity, ana):
    actor = looking(identity, look(identity, ana)).actor
    entrypoints = {name: method.entrypoint for name, method in methods_of(identity.service).items()}
    commands = {n: e for n, e in entrypoints.items() if e.kind == "command" and not e.callers}
    commands.pop("logout").admit(actor)
    assert len(commands) > 10
    for entrypoint in commands.values():
        with pytest.raises(Forbidden) as refusal:
            entrypoint.admit(actor)
        assert refusal.value.code == "view_only"


def test_the_proof_on_the_bus_says_who_looks(identity, ana):
    actor = looking(identity, look(identity, ana)).actor
    key = identity.service.parts.signer._key
    signer = Signer("gateway", key)
    token = signer.user_token(actor.id, actor.session_id, None, 1, viewed_by=actor.viewed_by)
    claims = Verifier({"gateway": key}).verify(token)
    assert claims.actor.viewed_by == identity.admin_id


def test_signing_out_ends_it_and_is_told(identity, ana):
    session = look(identity, ana)
    identity.service.logout(looking(identity, session))
    with pytest.raises(Unauthenticated):
        identity.alive(session["token"])
    admin = str(identity.admin_id)
    assert told(identity, ana)[:2] == [("user.view_ended", admin), ("user.view_begun", admin)]
    with identity.database.reading() as connection:
        left = connection.execute(text("SELECT count(*) FROM due_work")).scalar_one()
        assert left == 0


def test_it_ends_after_an_hour_and_that_is_told(identity, ana):
    session = look(identity, ana)
    with identity.database.transaction() as connection:
        length = connection.execute(text("SELECT due_at - now() FROM due_work")).scalar_one()
        assert timedelta(minutes=59) < length <= timedelta(hours=1)
        connection.execute(text("UPDATE due_work SET due_at = now()"))
    worker = DueWorker(identity.database, identity.service.short_work())
    assert worker.do_one([viewing.END])
    with pytest.raises(Unauthenticated):
        identity.alive(session["token"])
    assert told(identity, ana)[0] == ("user.view_ended", str(identity.admin_id))


def test_it_ends_with_its_administrator(identity, ana):
    other = identity.user("other", role_codes=["administrator"])
    session = look(identity, ana, other["id"])
    assert identity.alive(session["token"])
    identity.update(other, active=False)
    with pytest.raises(Unauthenticated):
        identity.alive(session["token"])
    ended = identity.service.organisation_source()(1)["ended_sessions"]
    assert len(ended) == 1


def test_only_an_administrators_own_session_may_look(identity, ana):
    identity.role("hr", {}, settings=["users", "roles"])
    hr = identity.user("hr", role_codes=["hr"])
    for context in (
        identity.context(ana["id"]),
        identity.context(hr["id"]),
        identity.context(identity.admin_id, scopes=("*",)),
    ):
        with pytest.raises(Forbidden):
            identity.service.view_as(context, ana["id"])
    nobody = identity.user("nobody", active=False)
    with pytest.raises(Invalid):
        look(identity, nobody)
    with pytest.raises(NotFound):
        look(identity, {"id": ana["id"][:-4] + "0000"})
    with pytest.raises(Invalid):
        look(identity, ana, reason="x" * 256)
