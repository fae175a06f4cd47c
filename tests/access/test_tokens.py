"""Proofs: what is accepted, and everything that is not."""

from __future__ import annotations

import base64
import hmac
import stat
from uuid import uuid4

import pytest
from joserfc import jws
from joserfc.jwk import OKPKey

from chassis import wire
from chassis.access.clock import Clock
from chassis.access.keys import ensure_keys, load_signer, load_verifier
from chassis.access.tokens import LEEWAY, LIFETIME, Signer, Verifier
from chassis.errors import Unauthenticated, Unavailable

USER, SESSION = uuid4(), uuid4()


class World:
    """Keys of three speakers, and clocks that tests can turn."""

    def __init__(self) -> None:
        self.time = 1_800_000_000.0
        self.keys = {name: OKPKey.generate_key("Ed25519") for name in ("gateway", "leads", "mail")}
        public = {name: OKPKey.import_key(key.as_pem(private=False))
                  for name, key in self.keys.items()}  # fmt: skip
        self.verifier = Verifier(public, Clock(lambda: self.time))

    def signer(self, name: str, offset: float = 0.0) -> Signer:
        return Signer(name, self.keys[name], Clock(lambda: self.time + offset))

    def forge(self, claims, *, key=None, kid="gateway", algorithm="Ed25519"):
        body = {
            "kind": "user", "sub": str(USER), "org": 1, "iss": kid, "iat": self.time,
            "exp": self.time + LIFETIME,
        } | claims  # fmt: skip
        header = {"alg": algorithm, "kid": kid}
        return jws.serialize_compact(
            header, wire.dumps(body), key or self.keys["gateway"], algorithms=[algorithm]
        )


@pytest.fixture
def world():
    return World()


def refuses(world, token):
    with pytest.raises(Unauthenticated):
        world.verifier.verify(token)


def test_a_user_token_says_who_is_signed_in(world):
    token = world.signer("gateway").user_token(USER, SESSION, ("lead:read",), 7)
    claims = world.verifier.verify(token)
    assert (claims.actor.kind, claims.actor.id, claims.actor.session_id) == ("user", USER, SESSION)
    assert claims.actor.service == "gateway"
    assert claims.actor.scopes == ("lead:read",)
    assert claims.organisation_version == 7
    assert world.verifier.verify(token) is claims


def test_a_service_token_says_for_whom_and_why(world):
    signer = world.signer("leads")
    claims = world.verifier.verify(signer.service_token(USER, "saga 5", 3, scopes=("lead:add",)))
    assert (claims.actor.kind, claims.actor.id, claims.actor.service) == ("service", USER, "leads")
    assert claims.actor.cause == "saga 5"
    assert claims.actor.scopes == ("lead:add",)
    assert world.verifier.verify(signer.service_token()).actor.id is None


def test_only_the_gateway_says_that_a_user_is_signed_in(world):
    refuses(world, world.signer("leads").user_token(USER, None, None, 1))
    refuses(world, world.forge({}, key=world.keys["leads"], kid="leads"))


def test_another_services_key_signs_for_itself_alone(world):
    refuses(world, world.forge({}, key=world.keys["leads"], kid="gateway"))
    refuses(world, world.forge({"iss": "gateway"}, key=world.keys["leads"], kid="leads"))
    claims = {"kind": "service", "iss": "mail"}
    refuses(world, world.forge(claims, key=world.keys["leads"], kid="leads"))


def test_an_unknown_speaker_is_refused(world):
    stranger = OKPKey.generate_key("Ed25519")
    refuses(world, world.forge({"iss": "stranger"}, key=stranger, kid="stranger"))


def test_a_changed_token_is_refused(world):
    head, body, signature = world.signer("gateway").user_token(USER, None, None, 1).split(".")
    other = base64.urlsafe_b64encode(wire.dumps({"sub": str(uuid4())})).rstrip(b"=").decode()
    refuses(world, f"{head}.{other}.{signature}")
    refuses(world, f"{head}.{body}.{signature[:-4]}AAAA")
    refuses(world, f"{head}.{body}.")


def test_other_algorithms_are_refused(world):
    _, body, _ = world.signer("gateway").user_token(USER, None, None, 1).split(".")
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none","kid":"gateway"}').rstrip(b"=").decode()
    refuses(world, f"{unsigned}.{body}.")
    public = world.keys["gateway"].as_pem(private=False)
    head = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"gateway"}').rstrip(b"=").decode()
    seal = hmac.new(public, f"{head}.{body}".encode(), "sha256").digest()
    refuses(world, f"{head}.{body}.{base64.urlsafe_b64encode(seal).rstrip(b'=').decode()}")


@pytest.mark.parametrize(
    "token",
    ["", ".", "..", "a.b.c", "x" * 100_000, "é.é.é", None, 5, b"a.b.c", "e30.e30.e30"],
)
def test_what_is_no_token_is_refused(world, token):
    refuses(world, token)


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "nobody"},
        {"sub": None},
        {"sub": 5},
        {"kind": "god"},
        {"org": None},
        {"org": "many"},
        {"iat": "now"},
        {"exp": None},
        {"exp": 9e12},
        {"sid": "not an id"},
        {"scopes": 5},
        {"iss": "leads"},
    ],
)
def test_claims_that_make_no_sense_are_refused(world, claims):
    refuses(world, world.forge(claims))


def test_a_token_ends_after_a_minute_and_is_refused_from_the_cache_too(world):
    token = world.signer("gateway").user_token(USER, None, None, 1)
    world.verifier.verify(token)
    world.time += LIFETIME + LEEWAY - 1
    world.verifier.verify(token)
    world.time += 2
    refuses(world, token)
    refuses(world, token)


def test_a_clock_that_is_off_is_told_and_corrected(world):
    for offset in (-600.0, 600.0):
        signer = world.signer("gateway", offset)
        with pytest.raises(Unauthenticated) as refusal:
            world.verifier.verify(signer.user_token(USER, None, None, 1))
        assert refusal.value.code == "token_expired"
        signer.clock.learn(refusal.value.extra["now"])
        assert world.verifier.verify(signer.user_token(USER, None, None, 1))


def test_a_small_difference_of_clocks_does_not_matter(world):
    for offset in (-8.0, 8.0):
        world.verifier.verify(world.signer("gateway", offset).user_token(USER, None, None, 1))


def test_keys_are_made_once_and_private_ones_are_the_owners(tmp_path):
    folder = tmp_path / "keys"
    ensure_keys(folder, ["gateway", "leads"])
    kept = (folder / "gateway.key").read_bytes()
    ensure_keys(folder, ["gateway", "leads", "mail"])
    assert (folder / "gateway.key").read_bytes() == kept
    assert stat.S_IMODE((folder / "gateway.key").stat().st_mode) == 0o600
    assert b"PRIVATE" not in (folder / "gateway.pub").read_bytes()
    token = load_signer(folder, "leads").service_token()
    assert load_verifier(folder).verify(token).actor.service == "leads"
    assert [path.name for path in folder.glob(".*")] == []


def test_a_missing_or_broken_key_is_said(tmp_path):
    with pytest.raises(Unavailable):
        load_signer(tmp_path, "leads")
    (tmp_path / "leads.key").write_text("nonsense")
    with pytest.raises(Unavailable):
        load_signer(tmp_path, "leads")
