"""API tokens: what they may, whose they are and when they end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import eventlet
import pytest
from sqlalchemy import text

from chassis.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated
from services.identity import versions
from services.identity.sessions import end_sessions


def test_an_api_token_is_shown_once_and_works_until_it_is_ended(identity):
    context = identity.context(identity.admin_id)
    made = identity.service.create_token(context, "import", ["lead:read", "*:add"])
    found = identity.alive(made["token"])
    assert found["scopes"] == ["lead:read", "*:add"]
    [listed] = identity.service.tokens(context)["items"]
    assert listed["name"] == "import"
    assert "token" not in listed
    identity.service.delete_token(context, made["id"])
    with pytest.raises(Unauthenticated):
        identity.alive(made["token"])
    assert identity.service.tokens(context)["items"] == []
    with pytest.raises(NotFound):
        identity.service.delete_token(context, made["id"])


def test_a_repeat_with_its_key_makes_no_second_token(identity):
    make = identity.service.create_token
    once = identity.context(identity.admin_id, key="once")
    made = make(once, "import", ["lead:read"])
    with pytest.raises(Conflict) as refusal:
        make(once, "import", ["lead:read"])
    assert (refusal.value.code, refusal.value.extra["id"]) == ("token_made", str(made["id"]))
    with pytest.raises(Invalid):
        make(once, "import", ["lead:*"])
    [listed] = identity.service.tokens(once)["items"]
    assert listed["id"] == made["id"]
    with identity.database.reading() as connection:
        kept = str(connection.execute(text("SELECT c::text FROM commands c")).all())
    assert made["token"] not in kept
    assert make(identity.context(identity.admin_id, key="twice"), "import", ["lead:read"])["token"]


def test_a_token_cannot_exceed_its_maker(identity):
    soon = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    make = identity.service.create_token
    admin = identity.context(identity.admin_id)
    wide = make(admin, "wide", ["setting:tokens", "lead:*"], soon)
    session = identity.alive(wide["token"])["session_id"]

    def as_token(*scopes):
        return identity.context(identity.admin_id, session_id=session, scopes=scopes)

    held = ("setting:tokens", "lead:*")
    narrow = make(as_token(*held), "narrow", ["lead:read"])
    assert narrow["expires_at"] <= wide["expires_at"]
    for scope in ("*", "*:read", "deal:read", "setting:users"):
        with pytest.raises(Forbidden):
            make(as_token(*held), "more", [scope])
    with pytest.raises(Forbidden):
        make(as_token("lead:*"), "any", ["lead:read"])


@pytest.mark.parametrize(
    ("name", "scopes", "expires_at"),
    [
        ("", ["*"], None),
        ("a", [], None),
        ("a", ["lead"], None),
        ("a", ["lead:fly"], None),
        ("a", ["setting:everything"], None),
        ("a", ["*"], "2020-01-01T00:00:00Z"),
    ],
)
def test_a_token_that_breaks_a_rule_is_refused(identity, name, scopes, expires_at):
    context = identity.context(identity.admin_id)
    with pytest.raises(Invalid):
        identity.service.create_token(context, name, scopes, expires_at)


def test_others_tokens_are_out_of_sight_but_for_who_keeps_tokens(identity):
    ana = identity.user("ana")
    made = identity.service.create_token(identity.context(ana["id"]), "mine", ["*"])
    bea = identity.user("bea")
    with pytest.raises(NotFound):
        identity.service.delete_token(identity.context(bea["id"]), made["id"])
    identity.service.delete_token(identity.context(identity.admin_id), made["id"])


def test_an_ended_session_makes_no_token_any_more(identity):
    user = identity.user("ana")
    session = identity.alive(identity.login("ana@example.com")["token"])["session_id"]
    late = identity.context(user["id"], session_id=session)
    identity.update(user, password="another pass phrase")
    with pytest.raises(Unauthenticated):
        identity.service.create_token(late, "outliving", ["*"])
    assert identity.service.tokens(identity.context(user["id"]))["items"] == []


def test_a_token_made_while_its_session_ends_ends_with_it(identity):
    user = identity.user("ana")
    session = identity.alive(identity.login("ana@example.com")["token"])["session_id"]
    late = identity.context(user["id"], session_id=session)
    with identity.database.transaction() as connection:
        connection.execute(text("SELECT 1 FROM users WHERE id = :id FOR UPDATE"), user)
        making = eventlet.spawn(identity.service.create_token, late, "outliving", ["*"])
        eventlet.sleep(0.3)
        end_sessions(connection, user["id"], versions.raise_version(connection))
    with pytest.raises(Unauthenticated):
        making.wait()
    assert identity.service.tokens(identity.context(user["id"]))["items"] == []
