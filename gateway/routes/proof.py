"""How people prove who they are: second factor, new password by mail; looking as others do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from contracts import identity
from gateway.answers import Answer
from gateway.asked import Asked, Remote, as_it_is, without_body
from gateway.permissions import Holding, Public, SignedIn
from gateway.registry import BASE, Body, Reply, Route
from gateway.routes.account import texts
from gateway.routes.records import record_id, ref

_IDENTITY: Final = identity.SERVICE
_AREA: Final = "authentication"
_FORGOT: Final = texts(email=254)
_RESET: Final = texts(token=200, password=1024)
_PASSWORD: Final = texts(current_password=1024)
_OTP: Final = texts(otp=100)
_BOTH: Final = texts(current_password=1024, otp=100)
_REASON: Final = {
    "type": "object",
    "properties": {"reason": {"type": ["string", "null"], "maxLength": 255}},
    "additionalProperties": False,
}


def proof_routes() -> Iterator[Route]:
    """The routes of proving who one is."""
    yield from _passwords()
    yield from _second_factor()
    yield from _of_others()


def _passwords() -> Iterator[Route]:
    yield Route(
        method="POST", path=f"{BASE}/auth/password/forgot", name="auth.password.forgot",
        area=_AREA, summary="Have a link to a new password mailed to you", permission=Public(),
        writes=True, body=Body(_FORGOT, checked=True), refusals=(409, 422),
        replies={204: Reply("Whether anybody signs in with it is not told.")},
        answer=Remote(_IDENTITY, "request_password_reset", _from_where, without_body),
    )  # fmt: skip
    yield Route(
        method="POST", path=f"{BASE}/auth/password/reset", name="auth.password.reset",
        area=_AREA, summary="Set a new password by the link that was mailed", permission=Public(),
        writes=True, renews=True, body=Body(_RESET, checked=True), refusals=(422,),
        replies={204: Reply("Set; all sessions have ended.")},
        answer=Remote(_IDENTITY, "reset_password", lambda asked: asked.body, without_body),
    )  # fmt: skip


def _second_factor() -> Iterator[Route]:
    codes = {200: Reply("Recovery codes, shown this once.", ref("RecoveryCodes"))}
    yield _own(
        "", "begin", "Begin with a second factor", _PASSWORD, "begin_second_factor",
        {200: Reply("For your app, to be confirmed by its first code.", ref("SecondFactor"))},
    )  # fmt: skip
    yield _own(
        "/confirm", "confirm", "Put the second factor in force by its first code", _OTP,
        "confirm_second_factor", codes, renews=True,
    )  # fmt: skip
    yield _own(
        "/recovery-codes", "recovery_codes", "Get other recovery codes", _BOTH,
        "renew_recovery_codes", codes,
    )  # fmt: skip
    yield _own(
        "/end", "end", "Do without a second factor", _BOTH, "end_second_factor",
        {204: Reply("Ended.")},
    )  # fmt: skip


def _own(
    path: str, verb: str, summary: str, body: Any, method: str, replies: dict[int, Reply],
    **parts: Any,
) -> Route:  # fmt: skip
    return Route(
        method="POST", path=f"{BASE}/me/second-factor{path}", name=f"me.second_factor.{verb}",
        area=_AREA, summary=summary, permission=SignedIn(), writes=True,
        body=Body(body, checked=True), refusals=(409, 422), replies=replies,
        answer=Remote(_IDENTITY, method, _from_where, without_body if 204 in replies else as_it_is),
        **parts,
    )  # fmt: skip


def _of_others() -> Iterator[Route]:
    yield Route(
        method="POST", path=f"{BASE}/users/{{id}}/second-factor/remove",
        name="users.second_factor.remove", area="users", permission=Holding("users"), writes=True,
        summary="Let somebody who lost it sign in without a second factor", refusals=(404,),
        replies={204: Reply("Removed.")},
        answer=Remote(_IDENTITY, "remove_second_factor", lambda asked: {"id": record_id(asked)},
                      without_body),
    )  # fmt: skip
    yield Route(
        method="POST", path=f"{BASE}/users/{{id}}/view-as", name="users.view_as", area="users",
        summary="Look at Rapport as somebody else does, for an hour, changing nothing",
        permission=Holding("users"), writes=True, refusals=(404, 422),
        body=Body(_REASON, checked=True, required=False),
        replies={201: Reply("A session of theirs, shown this once.", ref("SignedIn"))},
        answer=Remote(_IDENTITY, "view_as", lambda asked: {
            "id": record_id(asked), "reason": asked.body.get("reason"), "ip": asked.address,
            "user_agent": asked.user_agent}, _made),
    )  # fmt: skip


def _from_where(asked: Asked) -> dict[str, Any]:
    return {**asked.body, "ip": asked.address}


def _made(_asked: Asked, session: Any) -> Answer:
    return Answer(session, 201)
