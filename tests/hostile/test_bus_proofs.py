"""Calls straight on the bus: without a proof, with a forged one, or with another service's."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import amqp
import pytest
from joserfc import jws
from joserfc.jwk import OKPKey

from chassis import wire
from chassis.access.keys import load_signer
from chassis.access.tokens import Signer
from contracts.catalogue import SERVICES
from tests.hostile.attack import Attack
from tests.hostile.bus import connect
from tests.hostile.conftest import state_of
from tests.system.client import Client
from tests.system.people import make_person
from tests.system.platform import Platform

Call = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def admin(apart: Platform) -> Client:
    """The administrator."""
    return apart.administrator()


@pytest.fixture(scope="module")
def seller(apart: Platform, admin: Client) -> Client:
    """A seller."""
    return make_person(apart, admin, "Seller", "manager", [])


@pytest.fixture(scope="module")
def watch(apart: Platform, postgres: Any) -> Iterator[Attack]:
    """Sees what calls change."""
    state = state_of(apart, postgres)
    yield Attack(state)
    state.close()


@pytest.fixture(scope="module")
def keys(apart: Platform) -> Path:
    """Where the private keys are."""
    return Path(apart.environment["RAPPORT_HOME"]) / "keys"


@pytest.fixture(scope="module")
def call(apart: Platform) -> Iterator[Call]:
    """Makes calls on the bus; gives the `error` or `{"result": ...}`."""
    with connect(apart) as channel:
        got: list[amqp.Message] = []
        channel.basic_consume("amq.rabbitmq.reply-to", callback=got.append, no_ack=True)

        def call(service: str, method: str, token: Any, **arguments: Any) -> dict[str, Any]:
            got.clear()
            headers = {"token": token, "call_id": uuid4().hex, "deadline_ms": 4000,
                       "sender": "stranger", "sent_ms": int(time.monotonic() * 1000)}  # fmt: skip
            body = wire.dumps({"args": [], "kwargs": arguments})
            message = amqp.Message(
                body, application_headers={k: v for k, v in headers.items() if v is not None},
                reply_to="amq.rabbitmq.reply-to", correlation_id="1",
            )  # fmt: skip
            channel.basic_publish(message, "nameko-rpc", f"{service}.{method}")
            while not got:
                channel.connection.drain_events(timeout=5)
            reply = wire.loads(got[0].body)
            error: dict[str, Any] | None = reply["error"]
            return error or {"status": 200, "code": "ok", "result": reply["result"]}

        yield call


def part(value: Any) -> str:
    """One part of a token."""
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def claims(admin: Client, **given: Any) -> dict[str, Any]:
    """What a token for the administrator says."""
    now = time.time()
    return {"iss": "gateway", "kind": "user", "sub": admin.user["id"], "sid": None, "scopes": None,
            "org": 1, "iat": now, "exp": now + 60, **given}  # fmt: skip


def forged(admin: Client, keys: Path) -> Iterator[Any]:
    """Tokens that are none."""
    body = part(claims(admin))
    for algorithm in ("none", "None", "NONE", "HS256", "EdDSA", "Ed25519", "RS256", ""):
        head = part({"alg": algorithm, "kid": "gateway"})
        yield from (f"{head}.{body}.", f"{head}.{body}.{part(b'x' * 64)}", f"{head}.{body}")
    # The public key as the secret of a symmetric signature.
    public = (keys / "gateway.pub").read_bytes()
    signed = f"{part({'alg': 'HS256', 'kid': 'gateway'})}.{body}"
    yield f"{signed}.{part(hmac.new(public, signed.encode(), hashlib.sha256).digest())}"
    own = OKPKey.generate_key("Ed25519")
    yield Signer("gateway", own).user_token(UUID(admin.user["id"]), None, None, 1)
    yield Signer("stranger", own).service_token()
    yield Signer("../keys/gateway", own).service_token()
    # A key of the token's own, or one from elsewhere, in its head.
    for extra in ({"jwk": own.as_dict(private=False)}, {"jku": "http://127.0.0.1:1/keys"},
                  {"x5u": "http://127.0.0.1:1/x"}, {"crit": ["exp"]}, {"b64": False}):  # fmt: skip
        head = part({"alg": "Ed25519", "kid": "gateway", **extra})
        yield f"{head}.{body}.{part(own.as_pem(private=False)[:64])}"
    good = load_signer(keys, "gateway").user_token(UUID(admin.user["id"]), None, None, 1)
    first, _, last = good.split(".")
    yield f"{first}.{part(claims(admin, exp=time.time() + 10**6))}.{last}"
    yield f"{first}.{part(b'[]')}.{last}"
    yield good[:-6] + "AAAAAA"
    yield good + "." + last
    yield from (None, "", ".", "..", "a.b.c", "a" * 5000, "\u0130.\u0130.\u0130", b"\xff\xfe", 7,
                True, 1.5, {"alg": "none"}, [good], {"token": good})  # fmt: skip


def test_forged_proof_is_none(call: Call, admin: Client, watch: Attack, keys: Path) -> None:
    """Unsigned, wrongly signed and strange tokens straight on the bus."""
    before = watch.state.digest()
    for token in forged(admin, keys):
        for service, method, arguments in (
            ("leads", "list", {"entity": "lead", "query": {}}),
            ("leads", "create", {"entity": "lead", "values": {"title": "x"}}),
            ("identity", "organisation_changes", {"since": 0}),
            ("identity", "login", {"email": "a", "password": "b"}),
            ("activities", "ping", {}),
        ):
            answer = call(service, method, token, **arguments)
            assert (answer["status"], answer["code"]) == (401, "token_invalid"), (token, answer)
    assert watch.state.digest() == before


def test_proof_that_is_too_old_or_from_the_future_is_none(
    call: Call, admin: Client, keys: Path
) -> None:
    """A token that was true once, or lives longer than any may."""
    signer = load_signer(keys, "gateway")
    for given in (
        {"iat": time.time() - 200, "exp": time.time() - 140},
        {"iat": time.time() + 100, "exp": time.time() + 160},
        {"exp": time.time() + 3600}, {"exp": 10**18}, {"iat": -(10**18)}, {"exp": None},
        {"iss": "leads"}, {"iss": None}, {"org": "x"}, {"sub": "x"}, {"kind": "god"},
        {"kind": ["user"]}, {"kind": None}, {"scopes": 7}, {"sid": "x"}, {"sub": None},
    ):  # fmt: skip
        token = signed(signer, claims(admin, **given))
        answer = call("leads", "list", token, entity="lead", query={})
        assert answer["status"] == 401, (given, answer)
    token = signed(signer, claims(admin))
    assert call("leads", "list", token, entity="lead", query={})["status"] == 200


def signed(signer: Signer, body: dict[str, Any]) -> str:
    """`body` with the true signature of the speaker."""
    head = {"alg": "Ed25519", "kid": signer.speaker}
    return jws.serialize_compact(head, wire.dumps(body), signer._key, algorithms=["Ed25519"])


@pytest.mark.parametrize("speaker", SERVICES)
def test_service_cannot_speak_as_a_user_or_as_the_gateway(
    call: Call, admin: Client, watch: Attack, keys: Path, speaker: str
) -> None:
    """The key of one service signs for others, or for people."""
    signer = load_signer(keys, speaker)
    before = watch.state.digest()
    user = UUID(admin.user["id"])
    posing = [
        signed(signer, claims(admin)),
        signed(signer, claims(admin, iss=speaker)),
        signed(signer, claims(admin, iss=speaker, kind="integration")),
        signed(signer, claims(admin, iss=speaker, kind="form")),
        signer.user_token(user, None, None, 1),
    ]
    for token in posing:
        answer = call("leads", "list", token, entity="lead", query={})
        assert (answer["status"], answer["code"]) == (401, "token_invalid")
    # As itself it may not do what only the gateway does, nor anything that needs a user.
    own = signer.service_token(cause="test")
    for service, method, arguments in (
        ("identity", "login", {"email": "a@example.com", "password": "b"}),
        ("identity", "session", {"token_hash": "00" * 32}),
        ("leads", "list", {"entity": "lead", "query": {}}),
        ("leads", "create", {"entity": "lead", "values": {"title": "x"}}),
        ("identity", "list", {"entity": "user", "query": {}}),
        ("identity", "update", {"entity": "user", "id": str(user), "values": {"active": False}}),
        ("identity", "create_token", {"name": "x", "scopes": ["*"]}),
        ("identity", "update_organisation", {"values": {"name": "Ours"}}),
    ):
        answer = call(service, method, own, **arguments)
        assert answer["status"] == 403, (service, method, answer)
    assert watch.state.digest() == before


def test_service_acting_for_a_user_has_that_users_rights(
    call: Call, seller: Client, admin: Client, keys: Path
) -> None:
    """A service acts for a seller, to do what the seller may not."""
    made = admin.made("/leads", {"title": "Another's"})
    token = load_signer(keys, "activities").service_token(UUID(seller.user["id"]), "lead.created")
    assert call("leads", "get", token, entity="lead", id=made["id"])["status"] == 404
    assert call("leads", "create_stage", token, entity="lead", values={})["status"] == 403
    nobody = load_signer(keys, "activities").service_token(uuid4(), "lead.created")
    assert call("leads", "get", nobody, entity="lead", id=made["id"])["status"] in (401, 403)
    values = {"active": False}
    answer = call("identity", "update", token, entity="user", id=admin.user["id"], values=values)
    assert answer["status"] == 403


METHODS = (
    "add_user", "make_demo", "ensure_first_administrator", "permit", "written", "on_migrate",
    "organisation_source", "records", "parts", "__init__", "__class__", "__reduce__", "_changes",
    "_id", "name", "entities", "calls", "move", "", "GET", "*", "#",
    "list\0", "a" * 200, "seed", "listener_positions ",
)  # fmt: skip


def test_only_marked_methods_can_be_called(
    call: Call, admin: Client, watch: Attack, keys: Path
) -> None:
    """A method that is no entrypoint, of a service that has it as a function."""
    signer = load_signer(keys, "gateway")
    before = watch.state.digest()
    for token in (signer.user_token(UUID(admin.user["id"]), None, None, 1), signer.service_token()):
        for service in SERVICES:
            for method in METHODS:
                answer = call(service, method, token)
                assert (answer["status"], answer["code"]) == (400, "unknown_method"), method
    assert watch.state.digest() == before


def test_what_services_take_back_is_not_for_the_gateway(
    call: Call, admin: Client, watch: Attack, keys: Path
) -> None:
    """A saga's clean-up, asked for with the proof of somebody who is no service of records."""
    signer = load_signer(keys, "gateway")
    before = watch.state.digest()
    for token in (signer.user_token(UUID(admin.user["id"]), None, None, 1), signer.service_token()):
        for method in ("discard", "untouched"):
            answer = call("leads", method, token)
            assert (answer["status"], answer["code"]) == (403, "caller_refused"), method
    assert watch.state.digest() == before


def test_arguments_that_a_method_does_not_take_are_refused(
    call: Call, admin: Client, watch: Attack, keys: Path
) -> None:
    """Arguments that would stand in for the context, or for what the code sets."""
    token = load_signer(keys, "gateway").user_token(UUID(admin.user["id"]), None, None, 1)
    before = watch.state.digest()
    for arguments in (
        {"context": {"actor": None}}, {"self": 1}, {"entity": "lead", "query": {}, "scope": "all"},
        {"entity": "lead"}, {"entity": "lead", "query": {}, "__class__": 1}, {},
    ):  # fmt: skip
        answer = call("leads", "list", token, **arguments)
        assert (answer["status"], answer["code"]) == (400, "bad_arguments"), arguments
    for entity in ("user", "deal", "__class__", "", None, 7, [], {"a": 1}, "lead\0", "journal"):
        answer = call("leads", "list", token, entity=entity, query={})
        assert answer["status"] in (400, 403, 404), (entity, answer)
        answer = call("leads", "create", token, entity=entity, values={"title": "x"})
        assert answer["status"] in (400, 403, 404), (entity, answer)
    for query in (None, [], "x", 7, {"deleted": "yes"}, {"filter": [[]]}, {"limit": True}):
        answer = call("leads", "list", token, entity="lead", query=query)
        assert answer["status"] == 400, (query, answer)
    for since in (None, "x", [], {}, -1, 2**63, 1.5, True):
        answer = call("identity", "organisation_changes", token, since=since)
        assert answer["status"] in (200, 400), (since, answer)
    assert watch.state.digest() == before
