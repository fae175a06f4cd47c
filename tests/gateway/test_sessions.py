"""Sessions: asked for once, ended everywhere at once, alive while identity is not."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from chassis.access.holder import OrganisationHolder
from chassis.access.keys import ensure_keys, load_signer
from chassis.errors import Unauthenticated, Unavailable
from gateway.app import Gateway
from gateway.sessions import CONFIRM_SECONDS, VALID_SECONDS, Sessions
from tests.gateway.small_services import SmallIdentity, id_of

SignIn = Callable[[str], httpx.Client]
BEARER = "Bearer rap_somebody"


def difference(_since: int) -> dict[str, Any]:
    """An organisation of one user."""
    user = {"id": id_of("ana"), "name": "Ana", "email": "a@example.com", "active": True}
    return {"version": 1, "full": True, "users": [user]}


class Identity:
    """What identity would say, and how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.refusal: Exception | None = None
        self.session_id = uuid4()
        self.expires_at: str | None = None

    def __call__(self, token_hash: str) -> dict[str, Any]:
        self.asked += 1
        if self.refusal is not None:
            raise self.refusal
        return {"user_id": id_of("ana"), "session_id": self.session_id, "scopes": None,
                "expires_at": self.expires_at}  # fmt: skip


@pytest.fixture
def identity() -> Identity:
    return Identity()


@pytest.fixture
def now() -> list[float]:
    """The time, as the sessions see it."""
    return [1000.0]


@pytest.fixture
def sessions(identity: Identity, now: list[float], tmp_path: Path) -> Sessions:
    ensure_keys(tmp_path, ["gateway"])
    signer = load_signer(tmp_path, "gateway")
    return Sessions(identity, OrganisationHolder(difference), signer, clock=lambda: now[0])


def test_identity_is_asked_once_while_a_session_is_fresh(
    sessions: Sessions, identity: Identity
) -> None:
    for _ in range(3):
        assert sessions.user(BEARER).member.name == "Ana"
    assert identity.asked == 1


def test_session_outlives_identity_for_fifteen_minutes_and_no_longer(
    sessions: Sessions, identity: Identity, now: list[float]
) -> None:
    sessions.user(BEARER)
    identity.refusal = Unavailable()
    now[0] += CONFIRM_SECONDS + 1
    sessions.user(BEARER)
    now[0] += VALID_SECONDS - CONFIRM_SECONDS
    with pytest.raises(Unavailable):
        sessions.user(BEARER)


def test_unknown_session_is_503_while_identity_is_away(
    sessions: Sessions, identity: Identity
) -> None:
    identity.refusal = Unavailable()
    with pytest.raises(Unavailable):
        sessions.user(BEARER)


def test_session_that_identity_no_longer_knows_is_refused(
    sessions: Sessions, identity: Identity, now: list[float]
) -> None:
    sessions.user(BEARER)
    identity.refusal = Unauthenticated()
    now[0] += CONFIRM_SECONDS + 1
    for _ in range(3):
        with pytest.raises(Unauthenticated):
            sessions.user(BEARER)
    assert identity.asked == 2, "an unknown token is not asked about again and again"


def test_ended_session_is_refused_even_when_identity_confirmed_it_meanwhile(
    sessions: Sessions, identity: Identity
) -> None:
    sessions.user(BEARER)
    sessions.end([str(identity.session_id)])
    with pytest.raises(Unauthenticated):
        sessions.user(BEARER)


def test_expired_session_is_refused(sessions: Sessions, identity: Identity) -> None:
    identity.expires_at = "2020-01-01T00:00:00.000000Z"
    with pytest.raises(Unauthenticated):
        sessions.user(BEARER)


def test_proof_is_reused_for_thirty_seconds_of_one_organisation(
    sessions: Sessions, now: list[float]
) -> None:
    first = sessions.user(BEARER).proof()
    now[0] += 29
    assert sessions.user(BEARER).proof() == first
    now[0] += 2
    assert sessions.user(BEARER).proof() != first


@pytest.fixture
def fresh_endings(gateway: Gateway) -> Iterator[None]:
    """Leaves no ended session behind for other tests."""
    yield
    SmallIdentity.ended.clear()
    gateway.sessions._ended.clear()
    gateway.sessions._unknown.clear()


@pytest.mark.usefixtures("fresh_endings")
def test_session_ended_elsewhere_is_refused_within_a_second(signed_in: SignIn) -> None:
    adm = signed_in("adm")
    assert adm.get("/me").status_code == 200
    SmallIdentity.end(id_of("rap_adm_0000000"))
    began = time.monotonic()
    while adm.get("/me").status_code == 200:
        assert time.monotonic() - began < 1.0
        time.sleep(0.02)


@pytest.mark.usefixtures("fresh_endings")
def test_signing_out_ends_the_session_at_once(signed_in: SignIn) -> None:
    eva = signed_in("eva")
    assert eva.get("/me").status_code == 200
    assert eva.post("/auth/logout").status_code == 204
    assert eva.get("/me").status_code == 401
