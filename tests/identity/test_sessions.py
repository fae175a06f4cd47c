"""Sign-in, throttling, sessions and passwords."""

from __future__ import annotations

from datetime import UTC, datetime

import eventlet
import pytest
from argon2 import extract_parameters
from sqlalchemy import text

from chassis.errors import Forbidden, Invalid, TooMany, Unauthenticated
from chassis.work.due import DueWorker
from chassis.work.housekeeping import FORGET, housekeeping
from chassis.work.scheduling import schedule
from services.identity import passwords
from services.identity.sessions import hash_of
from tests.identity.conftest import ADMIN, PASSWORD


def test_a_right_password_opens_a_fresh_session(identity):
    first, second = identity.login(ADMIN), identity.login(" Admin@Example.com ")
    assert first["token"].startswith("rap_")
    assert first["token"] != second["token"]
    assert first["user"]["email"] == ADMIN
    found = identity.alive(first["token"])
    assert found["user_id"] == identity.admin_id
    assert found["scopes"] is None
    assert found["expires_at"] > datetime.now(UTC)


def test_the_secret_is_kept_as_a_hash_only(identity):
    token = identity.login(ADMIN)["token"]
    with identity.database.reading() as connection:
        rows = connection.execute(text("SELECT s::text FROM sessions s")).scalars().all()
    assert token not in str(rows)


def test_unknown_users_get_the_same_answer_after_the_same_work(identity, monkeypatch):
    identity.user("ana")
    compared, verify = [], passwords._matches

    def watched(password, hashed):
        compared.append(extract_parameters(hashed))
        return verify(password, hashed)

    monkeypatch.setattr(passwords, "_matches", watched)

    def wrong(email):
        with pytest.raises(Unauthenticated) as refusal:
            identity.login(email, "not the password", ip=None)
        return refusal.value.as_wire()

    assert wrong("ana@example.com") == wrong("nobody@example.com")
    known, unknown = compared
    assert known == unknown


@pytest.mark.parametrize("state", ["inactive", "deleted", "no_password"])
def test_who_may_not_work_cannot_sign_in(identity, state):
    ana = identity.user("ana", **({"password": None} if state == "no_password" else {}))
    if state == "inactive":
        identity.update(ana, active=False)
    if state == "deleted":
        identity.delete(ana)
    with pytest.raises(Unauthenticated):
        identity.login("ana@example.com")


@pytest.mark.parametrize("email", ["", "a\x00b@example.com", "x" * 5000, "' OR 1=1 --"])
def test_odd_addresses_are_wrong_like_others(identity, email):
    with pytest.raises(Unauthenticated):
        identity.login(email)


def test_an_account_is_throttled_after_five_failures(identity):
    for n in range(5):
        with pytest.raises(Unauthenticated):
            identity.login(ADMIN, "wrong password", ip=f"10.0.1.{n}")
    with pytest.raises(TooMany) as refusal:
        identity.login(ADMIN, "wrong password", ip="10.0.1.9")
    assert 0 < refusal.value.extra["retry_after"] <= 900
    with pytest.raises(TooMany):
        identity.login(ADMIN, PASSWORD, ip="10.0.1.10")


def test_an_address_is_throttled_over_all_accounts(identity):
    for n in range(5):
        with pytest.raises(Unauthenticated):
            identity.login(f"somebody{n}@example.com", "wrong password")
    with pytest.raises(TooMany):
        identity.login("somebody9@example.com", "wrong password")
    with pytest.raises(TooMany):
        identity.login(ADMIN)
    assert identity.login(ADMIN, ip="10.9.9.9")


def test_a_right_password_forgives_the_account(identity):
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(Unauthenticated):
                identity.login(ADMIN, "wrong password", ip=None)
        identity.login(ADMIN, ip=None)


def test_parallel_guesses_are_all_counted(identity):
    def guess(_n):
        try:
            identity.login(ADMIN, "wrong password", ip=None)
        except (Unauthenticated, TooMany) as refusal:
            return refusal.status
        return 200

    pool = eventlet.GreenPool(8)
    answers = list(pool.imap(guess, range(16)))
    assert answers.count(401) <= 5
    assert 200 not in answers


def test_failures_are_forgotten_after_a_quarter_of_an_hour(identity):
    for _ in range(6):
        with pytest.raises((Unauthenticated, TooMany)):
            identity.login(ADMIN, "wrong password")
    with identity.database.transaction() as connection:
        connection.execute(text("UPDATE failed_sign_ins SET failed_at = now() - interval '16 min'"))
    assert identity.login(ADMIN)


def test_signing_out_ends_this_session_only(identity):
    first, second = identity.login(ADMIN)["token"], identity.login(ADMIN)["token"]
    session = identity.alive(first)["session_id"]
    identity.service.logout(identity.context(identity.admin_id, session_id=session))
    with pytest.raises(Unauthenticated):
        identity.alive(first)
    assert identity.alive(second)


@pytest.mark.parametrize("change", [{"active": False}, {"password": "another pass phrase"}])
def test_sessions_end_with_the_account_or_its_password(identity, change):
    ana = identity.user("ana")
    token = identity.login("ana@example.com")["token"]
    session = identity.alive(token)["session_id"]
    since = identity.context(ana["id"]).organisation.version
    identity.update(ana, **change)
    with pytest.raises(Unauthenticated):
        identity.alive(token)
    told = identity.service.organisation_changes(identity.system(), since)
    assert session in told["ended_sessions"]


def test_changing_ones_own_password_keeps_this_session(identity):
    token, other = identity.login(ADMIN)["token"], identity.login(ADMIN)["token"]
    session = identity.alive(token)["session_id"]
    context = identity.context(identity.admin_id, session_id=session)
    identity.service.update(
        context, "user", str(identity.admin_id), {"password": "another pass phrase"}
    )
    assert identity.alive(token)
    with pytest.raises(Unauthenticated):
        identity.alive(other)


@pytest.mark.parametrize(
    "ageing",
    ["expires_at = now()", "used_at = now() - interval '13 hours'"],
)
def test_sessions_end_by_themselves(identity, ageing):
    token = identity.login(ADMIN)["token"]
    with identity.database.transaction() as connection:
        connection.execute(text(f"UPDATE sessions SET {ageing}"))
    with pytest.raises(Unauthenticated):
        identity.alive(token)


def test_use_puts_off_the_end(identity):
    token = identity.login(ADMIN)["token"]
    with identity.database.transaction() as connection:
        connection.execute(text("UPDATE sessions SET used_at = now() - interval '11 hours'"))
    identity.alive(token)
    with identity.database.reading() as connection:
        query = "SELECT used_at > now() - interval '1 min' FROM sessions"
        assert connection.execute(text(query)).scalar()


def test_a_password_is_changed_by_whoever_knows_it_and_other_sessions_end(identity):
    user = identity.user("ana")
    token, other = (identity.login("ana@example.com")["token"] for _ in range(2))
    session = identity.alive(token)["session_id"]
    context = identity.context(user["id"], session_id=session, key="once")
    new = "another pass phrase"
    with pytest.raises(Invalid) as wrong:
        identity.service.change_password(context, "not " + PASSWORD, new, "10.0.0.9")
    assert [fault.pointer for fault in wrong.value.faults] == ["/current_password"]
    identity.service.change_password(context, PASSWORD, new, "10.0.0.9")
    identity.service.change_password(context, PASSWORD, new, "10.0.0.9")
    assert identity.alive(token)
    with pytest.raises(Unauthenticated):
        identity.alive(other)
    with pytest.raises(Unauthenticated):
        identity.login("ana@example.com")
    assert identity.login("ana@example.com", new)


def test_guesses_at_ones_own_password_are_throttled_like_sign_ins(identity):
    context = identity.context(identity.user("ana")["id"])
    for _ in range(5):
        with pytest.raises(Invalid):
            identity.service.change_password(context, "a wrong pass phrase", "another one at all")
    for guess in ("one more wrong one", PASSWORD):
        with pytest.raises(TooMany):
            identity.service.change_password(context, guess, "another one at all")
    with pytest.raises(TooMany):
        identity.login("ana@example.com")


def test_a_weak_password_is_refused_and_a_token_changes_none(identity):
    user = identity.user("ana")
    with pytest.raises(Invalid) as weak:
        identity.service.change_password(identity.context(user["id"]), PASSWORD, "short")
    assert [fault.pointer for fault in weak.value.faults] == ["/new_password"]
    token = identity.context(user["id"], scopes=("*",))
    with pytest.raises(Forbidden):
        identity.service.change_password(token, PASSWORD, "another pass phrase")


def test_sessions_are_forgotten_a_month_after_their_end(identity):
    kept, ended, expired = (identity.login(ADMIN)["token"] for _ in range(3))
    with identity.database.transaction() as connection:
        for token, change in (
            (ended, "ended_at = now() - interval '31 days'"),
            (expired, "expires_at = now() - interval '31 days'"),
        ):
            query = text(f"UPDATE sessions SET {change} WHERE secret_hash = :hash")
            connection.execute(query, {"hash": hash_of(token)})
    worker = DueWorker(identity.database, housekeeping(identity.service.forgets))
    with identity.database.transaction() as connection:
        schedule(connection, FORGET, {})
    assert worker.do_one()
    with identity.database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM sessions")).scalar() == 1
    assert identity.alive(kept)
