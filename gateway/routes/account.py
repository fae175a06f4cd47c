"""Signing in and out, the signed-in user, API tokens, the organisation, and why one may."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from chassis.errors import Fault, Malformed, NotFound
from contracts import identity
from contracts.access import OPERATIONS
from contracts.catalogue import ENTITIES
from gateway.answers import Answer
from gateway.asked import Asked, Remote, without_body
from gateway.parameters import identifier, text
from gateway.permissions import Holding, Own, Public, SignedIn
from gateway.registry import BASE, Body, Reply, Route
from gateway.routes.records import MERGE_PATCH, ref
from gateway.sessions import Sessions

_IDENTITY: Final = identity.SERVICE


def texts(**longest: int) -> dict[str, Any]:
    """The schema of an object of these texts, none of which may be missing."""
    return {
        "type": "object",
        "properties": {name: {"type": "string", "maxLength": limit}
                       for name, limit in longest.items()},
        "required": [*longest],
        "additionalProperties": False,
    }  # fmt: skip


LOGIN: Final = {
    "type": "object",
    "properties": {"email": {"type": "string", "maxLength": 254},
                   "password": {"type": "string", "maxLength": 1024},
                   "otp": {"type": ["string", "null"], "maxLength": 100}},
    "required": ["email", "password"],
    "additionalProperties": False,
}  # fmt: skip
PASSWORD_CHANGE: Final = texts(current_password=1024, new_password=1024)
TOKEN: Final = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 100},
        "scopes": {"type": "array", "items": {"type": "string", "maxLength": 100},
                   "maxItems": 100},
        "expires_at": {"type": ["string", "null"], "format": "date-time"},
    },
    "required": ["name", "scopes"],
    "additionalProperties": False,
}  # fmt: skip


def account_routes(sessions: Sessions) -> Iterator[Route]:
    """Everything about who asks."""
    yield from _signing(sessions)
    yield from _tokens()
    yield from _organisation()


def _signing(sessions: Sessions) -> Iterator[Route]:
    def sign_out(asked: Asked) -> Answer:
        asked.call(_IDENTITY, "logout", {})
        if asked.user is not None:
            sessions.forget(asked.user.token_hash)
        return without_body(asked, None)

    yield Route(
        method="POST", path=f"{BASE}/auth/login", name="auth.login", area="authentication",
        summary="Sign in", permission=Public(), writes=True, body=Body(LOGIN, checked=True),
        replies={200: Reply("A new session.", ref("SignedIn"))}, refusals=(401, 422),
        answer=Remote(_IDENTITY, "login", lambda asked: {
            **asked.body, "ip": asked.address, "user_agent": asked.user_agent}),
    )  # fmt: skip
    yield Route(
        method="POST", path=f"{BASE}/auth/logout", name="auth.logout", area="authentication",
        summary="End this session or token", permission=SignedIn(), writes=True, renews=True,
        replies={204: Reply("Ended.")}, answer=sign_out,
    )  # fmt: skip
    yield Route(
        method="GET", path=f"{BASE}/me", name="me", area="authentication",
        summary="The signed-in user, and what they may do", permission=SignedIn(),
        replies={200: Reply("The user.", ref("Me"))}, answer=Remote(_IDENTITY, "me"),
    )  # fmt: skip
    yield Route(
        method="PATCH", path=f"{BASE}/me", name="me.update", area="authentication",
        summary="Set up language, time zone and what else is yours alone",
        permission=Own("profile", "update"), writes=True, renews=True, repeatable=True,
        body=Body(ref("MeChange"), media_types=MERGE_PATCH), refusals=(404, 409, 422),
        replies={200: Reply("The user.", ref("Me"))},
        answer=Remote(_IDENTITY, "update_me", lambda asked: {"values": asked.body}),
    )  # fmt: skip
    yield Route(
        method="POST", path=f"{BASE}/me/password", name="me.password", area="authentication",
        summary="Change your password, which ends your other sessions and tokens",
        permission=SignedIn(), writes=True, renews=True, repeatable=True, refusals=(404, 422),
        body=Body(PASSWORD_CHANGE, checked=True), replies={204: Reply("Changed.")},
        answer=Remote(_IDENTITY, "change_password",
                      lambda asked: {**asked.body, "ip": asked.address}, without_body),
    )  # fmt: skip


def _tokens() -> Iterator[Route]:
    yield Route(
        method="GET", path=f"{BASE}/tokens", name="tokens.list", area="tokens",
        summary="Your API tokens", permission=SignedIn(),
        replies={200: Reply("Tokens without their secrets.", ref("TokenList"))},
        answer=Remote(_IDENTITY, "tokens", reply=_items),
    )  # fmt: skip
    yield Route(
        method="POST", path=f"{BASE}/tokens", name="tokens.create", area="tokens",
        summary="Make an API token", permission=SignedIn(), writes=True, renews=True,
        body=Body(TOKEN, checked=True), refusals=(409, 422),
        replies={201: Reply("The token, shown this once.", ref("NewToken"))},
        answer=Remote(_IDENTITY, "create_token",
                      lambda asked: {"expires_at": None, **asked.body},
                      lambda asked, result: Answer(result, 201)),
    )  # fmt: skip
    yield Route(
        method="DELETE", path=f"{BASE}/tokens/{{id}}", name="tokens.delete", area="tokens",
        summary="End an API token", permission=SignedIn(), writes=True, renews=True,
        replies={204: Reply("Ended.")}, refusals=(404, 409),
        answer=Remote(_IDENTITY, "delete_token", lambda asked: {"id": _token_id(asked)},
                      without_body),
    )  # fmt: skip


def _organisation() -> Iterator[Route]:
    yield Route(
        method="GET", path=f"{BASE}/organisation", name="organisation.get", area="organisation",
        summary="The organisation's settings", permission=SignedIn(),
        replies={200: Reply("The settings.", ref("Organisation"))},
        answer=Remote(_IDENTITY, "organisation"),
    )  # fmt: skip
    yield Route(
        method="PATCH", path=f"{BASE}/organisation", name="organisation.update",
        area="organisation", summary="Change the organisation's settings", writes=True,
        renews=True, permission=Holding("organisation"),
        body=Body(ref("OrganisationChange"), media_types=MERGE_PATCH), refusals=(409, 422),
        replies={200: Reply("The settings.", ref("Organisation"))},
        answer=Remote(_IDENTITY, "update_organisation", lambda asked: {"values": asked.body}),
    )  # fmt: skip
    yield Route(
        method="GET", path=f"{BASE}/access/explain", name="access.explain", area="organisation",
        summary="Why somebody may or may not do something", permission=SignedIn(),
        parameters=(
            identifier("user", "Who; yourself when it is absent."),
            text("entity", "On which kind of record.", required=True, enum=sorted(ENTITIES)),
            identifier("id", "On which record; the kind as a whole when it is absent."),
            text("operation", "What.", required=True, enum=list(OPERATIONS)),
        ),
        replies={200: Reply("The deciding role and rule.", ref("Explanation"))},
        refusals=(404, 422), answer=_explain,
    )  # fmt: skip


def _explain(asked: Asked) -> Answer:
    return Answer(explanation(asked, asked.query))


def explanation(asked: Asked, query: Mapping[str, Any]) -> Any:
    """About a record its owner answers, who has the facts; about a kind of record, identity."""
    entity = ENTITIES.get(query.get("entity", ""))
    faults = [] if entity else [Fault("/entity", "unknown_choice", "There is no such entity.")]
    if query.get("operation") not in OPERATIONS:
        faults.append(Fault("/operation", "unknown_choice", "There is no such operation."))
    if entity is None or faults:
        raise Malformed("The query cannot be understood.", code="bad_parameter", faults=faults)
    user = query.get("user") or _own_id(asked)
    if "id" in query:
        arguments = {"entity": entity.name, "id": query["id"], "user": user,
                     "operation": query["operation"]}  # fmt: skip
        return asked.call(entity.service, "explain", arguments)
    arguments = {"user_id": user, "entity": entity.name, "operation": query["operation"],
                 "facts": None}  # fmt: skip
    return asked.call(_IDENTITY, "explain", arguments)


def _own_id(asked: Asked) -> str:
    return "" if asked.user is None else str(asked.user.session.actor.id)


def _token_id(asked: Asked) -> str:
    try:
        return str(UUID(asked.path["id"]))
    except ValueError:
        raise NotFound() from None


def _items(_asked: Asked, result: Any) -> Answer:
    return Answer(result if isinstance(result, dict) else {"items": result})
