"""The second factor: asked for after the password, each code once, guesses counted."""

from __future__ import annotations

import base64
import time

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy import text

from chassis.errors import Conflict, Forbidden, Invalid, NotFound, TooMany, Unauthenticated
from services.identity.throttle import FAILURES
from tests.identity.conftest import PASSWORD

EMAIL = "ana@example.com"


class App:
    """An app that makes codes."""

    def __init__(self, begun):
        self.totp = TOTP(base64.b32decode(begun["secret"]), 6, SHA1(), 30)

    def code(self, shift=0):
        """The code of now, or of some intervals away."""
        return self.totp.generate(int(time.time()) + 30 * shift).decode()


@pytest.fixture
def ana(identity):
    """Somebody with a session."""
    user = identity.user("ana")
    session = identity.alive(identity.login(EMAIL)["token"])["session_id"]
    return identity.context(user["id"], session_id=session)


@pytest.fixture
def app(identity, ana):
    """The app of Ana, whose second factor is in force; `codes` are her recovery codes."""
    app = App(identity.service.begin_second_factor(ana, PASSWORD))
    app.codes = identity.service.confirm_second_factor(ana, app.code(-1))["recovery_codes"]
    return app


def sign_in(identity, otp=None, password=PASSWORD):
    return identity.service.login(identity.system(), EMAIL, password, "10.0.0.1", "tests", otp)


def refused(identity, *given):
    with pytest.raises(Unauthenticated) as refusal:
        sign_in(identity, *given)
    return refusal.value.code


def test_it_is_in_force_only_when_a_code_has_confirmed_it(identity, ana):
    begun = identity.service.begin_second_factor(ana, PASSWORD)
    assert begun["uri"].startswith("otpauth://totp/Rapport:ana%40example.com?")
    assert sign_in(identity)["token"]
    with pytest.raises(Invalid) as refusal:
        identity.service.confirm_second_factor(ana, "000000")
    assert refusal.value.code == "wrong_otp"
    again = App(identity.service.begin_second_factor(ana, PASSWORD))
    with pytest.raises(Invalid):
        identity.service.confirm_second_factor(ana, App(begun).code())
    other = identity.login(EMAIL)["token"]
    codes = identity.service.confirm_second_factor(ana, again.code())["recovery_codes"]
    assert len(set(codes)) == 10
    assert identity.service.me(ana)["second_factor"] == {"enabled": True, "recovery_codes": 10}
    with pytest.raises(Unauthenticated):
        identity.alive(other)
    with pytest.raises(Conflict):
        identity.service.begin_second_factor(ana, PASSWORD)


def test_only_who_knows_the_password_hears_that_a_code_is_needed(identity, app):
    assert refused(identity, None, "a wrong pass phrase") == "wrong_credentials"
    assert refused(identity, app.code(), "a wrong pass phrase") == "wrong_credentials"
    assert refused(identity) == "otp_required"
    assert refused(identity, "000000") == "wrong_otp"
    assert sign_in(identity, app.code())["token"]


def test_a_code_is_taken_once(identity, app):
    code = app.code()
    assert sign_in(identity, f" {code[:3]} {code[3:]}")["token"]
    assert refused(identity, code) == "wrong_otp"
    assert refused(identity, app.code(-1)) == "wrong_otp"
    assert sign_in(identity, app.code(1))["token"]
    assert refused(identity, app.code(4)) == "wrong_otp"


def test_a_recovery_code_stands_in_once(identity, app, ana):
    code = app.codes[0]
    assert sign_in(identity, code.upper().replace("-", " "))["token"]
    assert refused(identity, code) == "wrong_otp"
    assert identity.service.me(ana)["second_factor"]["recovery_codes"] == 9
    renew = identity.service.renew_recovery_codes
    fresh = renew(ana, PASSWORD, app.code())["recovery_codes"]
    assert refused(identity, app.codes[1]) == "wrong_otp"
    assert sign_in(identity, fresh[0])["token"]


def test_guesses_at_codes_are_counted_as_failed_sign_ins(identity, app):
    for _ in range(FAILURES + 1):
        assert refused(identity, "000000") == "wrong_otp"
    with pytest.raises(TooMany):
        sign_in(identity, app.code())


def test_a_sign_in_that_only_lacks_its_code_counts_as_no_failure(identity, app):
    for _ in range(2 * FAILURES):
        assert refused(identity) == "otp_required"
    for _ in range(FAILURES):
        assert refused(identity, "000000") == "wrong_otp"
    assert refused(identity) == "otp_required"
    assert refused(identity, "000000") == "wrong_otp"
    with pytest.raises(TooMany):
        sign_in(identity)


def test_nothing_kept_tells_a_secret_or_a_code(identity, app):
    secret = app.totp
    with identity.database.reading() as connection:
        kept = connection.execute(text("SELECT secret FROM second_factors")).scalar_one()
        hashes = connection.execute(text("SELECT code_hash FROM recovery_codes")).scalars().all()
        journal = str(connection.execute(text("SELECT record, changes FROM journal")).all())
    assert identity.service.sealer.open(bytes(kept)) is not None
    assert secret.generate(0) != TOTP(bytes(kept)[:20], 6, SHA1(), 30).generate(0)
    assert all(len(bytes(one)) == 32 for one in hashes)
    assert not any(code in journal for code in app.codes)


def test_it_ends_by_password_and_code_and_its_history_tells(identity, app, ana):
    end = identity.service.end_second_factor
    for password, code in (("wrong pass phrase", app.code()), (PASSWORD, "000000")):
        with pytest.raises(Invalid):
            end(ana, password, code)
    end(ana, PASSWORD, app.code())
    assert sign_in(identity)["token"]
    history = identity.service.history(identity.context(identity.admin_id), "user", ana.user_id)
    told = [entry["name"] for entry in history["items"]]
    assert told[:2] == ["user.second_factor_disabled", "user.second_factor_enabled"]


def test_who_lost_it_is_let_in_by_an_administrator_alone(identity, app, ana):
    remove = identity.service.remove_second_factor
    bea = identity.user("bea")
    with pytest.raises(Forbidden):
        remove(identity.context(bea["id"]), str(ana.user_id))
    with pytest.raises(NotFound):
        remove(identity.context(identity.admin_id), str(ana.user_id)[:-4] + "0000")
    remove(identity.context(identity.admin_id), str(ana.user_id))
    assert sign_in(identity)["token"]


def test_a_token_does_nothing_with_it(identity, ana):
    token = identity.context(ana.user_id, scopes=("*",))
    with pytest.raises(Forbidden):
        identity.service.begin_second_factor(token, PASSWORD)
    with pytest.raises(Forbidden):
        identity.service.confirm_second_factor(token, "000000")
