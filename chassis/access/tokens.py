"""Signed proofs of who acts: JWS compact, Ed25519 (RFC 9864), one key for each speaker.

A *user token* comes from the gateway alone. A *service token* says "I, leads, act for user U
because of C". A receiver evaluates the rights of U as they are now; the token carries none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from chassis import wire
from chassis.access.clock import Clock
from chassis.context import Actor
from chassis.errors import Unauthenticated
from contracts.access import ACTOR_KINDS

LIFETIME: Final = 60
LEEWAY: Final = 10
PROOF_EXPIRED: Final = "token_expired"
USER_ISSUER: Final = "gateway"
_ALGORITHM: Final = "Ed25519"
_CACHED_TOKENS: Final = 4096
_LONGEST_TOKEN: Final = 4096


@dataclass(frozen=True, slots=True)
class Claims:
    """What a valid token says. `expires_at` is in seconds since 1970, by the corrected clock."""

    actor: Actor
    organisation_version: int
    expires_at: float


class Signer:
    """Signs for one speaker. Tokens live 60 s; reuse one for up to 30 s."""

    def __init__(self, speaker: str, private_key: OKPKey, clock: Clock | None = None) -> None:
        self.speaker = speaker
        self.clock = clock or Clock()
        self._key = private_key

    def user_token(
        self,
        user_id: UUID,
        session_id: UUID | None,
        scopes: tuple[str, ...] | None,
        organisation_version: int,
        kind: str = "user",
        viewed_by: UUID | None = None,
    ) -> str:
        """Proof that `user_id` is signed in. Receivers accept it from the gateway only."""
        return self._sign(
            {
                "kind": kind,
                "sub": str(user_id),
                "sid": session_id and str(session_id),
                "scopes": scopes,
                "view": viewed_by and str(viewed_by),
                "org": organisation_version,
            }
        )

    def service_token(
        self,
        for_user: UUID | None = None,
        cause: str | None = None,
        organisation_version: int = 0,
        scopes: tuple[str, ...] | None = None,
    ) -> str:
        """Proof that this service acts, for `for_user` if given, because of `cause`."""
        return self._sign(
            {
                "kind": "service",
                "sub": for_user and str(for_user),
                "cause": cause,
                "scopes": scopes,
                "org": organisation_version,
            }
        )

    def _sign(self, claims: dict[str, Any]) -> str:
        now = self.clock.now()
        claims |= {"iss": self.speaker, "iat": now, "exp": now + LIFETIME}
        header = {"alg": _ALGORITHM, "kid": self.speaker}
        return jws.serialize_compact(header, wire.dumps(claims), self._key, algorithms=[_ALGORITHM])


class Verifier:
    """Checks tokens against the speakers' public keys; remembers verified ones by their bytes."""

    def __init__(self, public_keys: Mapping[str, OKPKey], clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self._keys = dict(public_keys)
        self._verified: dict[str, Claims] = {}

    def verify(self, token: str) -> Claims:
        """What `token` says. Raises Unauthenticated when it is not a valid proof now."""
        if not isinstance(token, str):
            raise _invalid()
        claims = self._verified.get(token)
        if claims is None:
            claims = self._read(token)
            if len(self._verified) >= _CACHED_TOKENS:
                self._verified.clear()
            self._verified[token] = claims
        if claims.expires_at + LEEWAY < self.clock.now():
            self._verified.pop(token, None)
            raise self._expired()
        return claims

    def _read(self, token: str) -> Claims:
        issuer, body = self._opened(token)
        try:
            issued, expires = float(body["iat"]), float(body["exp"])
            claims = Claims(_actor(issuer, body), int(body["org"]), expires)
        except (KeyError, TypeError, ValueError) as error:
            raise _invalid() from error
        if body.get("iss") != issuer or expires - issued > LIFETIME:
            raise _invalid()
        if issued - LEEWAY > self.clock.now():
            raise self._expired()
        return claims

    def _opened(self, token: str) -> tuple[str, dict[str, Any]]:
        if len(token) > _LONGEST_TOKEN:
            raise _invalid()
        try:
            issuer = jws.extract_compact(token.encode()).headers().get("kid")
            if not isinstance(issuer, str) or issuer not in self._keys:
                raise _invalid()
            key = self._keys[issuer]
            opened = jws.deserialize_compact(token, key, algorithms=[_ALGORITHM])
            body = wire.loads(opened.payload)
        except (JoseError, ValueError) as error:
            raise _invalid() from error
        if not isinstance(body, dict):
            raise _invalid()
        return issuer, body

    def _expired(self) -> Unauthenticated:
        """The refusal tells the time here, so that a speaker whose clock is off can correct it."""
        return Unauthenticated("The proof is not valid at this time.", code=PROOF_EXPIRED,
                               now=self.clock.now())  # fmt: skip


def _actor(issuer: str, body: Mapping[str, Any]) -> Actor:
    kind, subject, session = body["kind"], body.get("sub"), body.get("sid")
    scopes = body.get("scopes")
    if kind not in ACTOR_KINDS or (kind != "service" and (issuer != USER_ISSUER or not subject)):
        raise ValueError(kind)
    return Actor(
        kind=kind,
        id=wire.as_uuid(subject) if subject else None,
        service=issuer,
        session_id=wire.as_uuid(session) if session else None,
        scopes=None if scopes is None else tuple(str(scope) for scope in scopes),
        cause=body.get("cause"),
        viewed_by=wire.as_uuid(body["view"]) if body.get("view") else None,
    )


def _invalid() -> Unauthenticated:
    return Unauthenticated("No valid proof of who acts.", code="token_invalid")
