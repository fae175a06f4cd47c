"""Who is signed in: bearer tokens become sessions, kept for 15 minutes or until they are ended."""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from chassis.access.holder import OrganisationHolder
from chassis.access.members import OrganisationUser
from chassis.access.organisation import Organisation
from chassis.access.rights import Rights
from chassis.access.tokens import PROOF_EXPIRED, Signer
from chassis.context import Actor
from chassis.errors import Unauthenticated, Unavailable
from chassis.wire import as_uuid

# Identity is asked again after CONFIRM_SECONDS; when it does not answer, the session stays valid
# for the rest of VALID_SECONDS.
CONFIRM_SECONDS: Final = 300.0
VALID_SECONDS: Final = 900.0
_UNKNOWN_SECONDS: Final = 10.0
_PROOF_SECONDS: Final = 30.0
_MOST_SESSIONS: Final = 20_000
_BEARER = re.compile(r"[A-Za-z0-9_.~+/=-]{8,200}")


@dataclass(slots=True)
class Session:
    """A session or API token as identity confirmed it at `confirmed` (monotonic seconds)."""

    actor: Actor
    expires_at: float | None
    confirmed: float
    proof: tuple[int, float, float, str] = field(default=(-1, 0.0, 0.0, ""))


@dataclass(frozen=True, slots=True)
class SignedInUser:
    """The user behind a request, with the organisation as it was when the request came."""

    session: Session
    member: OrganisationUser
    rights: Rights
    token_hash: str
    sign: Callable[[Session, int], str]

    def proof(self) -> str:
        """The signed token that goes with calls; the same one for up to 30 s."""
        return self.sign(self.session, self.rights.organisation.version)


class Sessions:
    """The sessions that this gateway has seen. `fetch(token_hash)` asks identity."""

    def __init__(
        self,
        fetch: Callable[[str], dict[str, Any] | None],
        holder: OrganisationHolder,
        signer: Signer,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetch = fetch
        self._holder = holder
        self._signer = signer
        self._clock = clock
        self._sessions: dict[str, Session] = {}
        self._unknown: dict[str, float] = {}
        self._ended: dict[UUID, float] = {}
        self._lock = threading.Lock()

    def user(
        self, authorization: str | None, before_asking: Callable[[], None] = lambda: None
    ) -> SignedInUser:
        """Who sent `Authorization: Bearer ...`. Raises Unauthenticated when nobody valid did.

        `before_asking` is called before identity is asked about a token that is not known here,
        and may refuse.
        """
        token_hash = _hashed(authorization)
        # With the organisation comes the time, by which identity believes what we ask.
        self._holder.at_least(0)
        if token_hash not in self._sessions:
            before_asking()
        session = self._session(token_hash)
        organisation = self._holder.at_least(0)
        user_id = session.actor.id
        if user_id not in organisation.users:
            # Made a moment ago through another gateway: the poll has not brought them yet.
            organisation = self._holder.refresh()
        member = organisation.users.get(user_id) if user_id else None
        if member is None or not member.active:
            raise _refused()
        if not _may_view(session.actor.viewed_by, organisation):
            raise _refused()
        rights = organisation.rights(session.actor)
        return SignedInUser(session, member, rights, token_hash, self._proof)

    def end(self, session_ids: Iterable[Any]) -> None:
        """Forget sessions that identity has ended, also those that are being fetched just now."""
        ended = {as_uuid(session_id) for session_id in session_ids}
        if not ended:
            return
        with self._lock:
            now = self._clock()
            self._ended = {one: at for one, at in self._ended.items() if now - at < VALID_SECONDS}
            self._ended.update(dict.fromkeys(ended, now))
            for token_hash, session in list(self._sessions.items()):
                if session.actor.session_id in ended:
                    del self._sessions[token_hash]

    def forget(self, token_hash: str) -> None:
        """Forget one session: it signed out here."""
        with self._lock:
            self._sessions.pop(token_hash, None)

    def forget_all(self) -> None:
        """Forget every session: which ones ended while we were not listening is not known."""
        with self._lock:
            self._sessions.clear()

    def _session(self, token_hash: str) -> Session:
        session = self._sessions.get(token_hash)
        now = self._clock()
        age = VALID_SECONDS if session is None else now - session.confirmed
        if session is None or age >= CONFIRM_SECONDS:
            session = self._confirmed(token_hash, session if age < VALID_SECONDS else None, now)
        if session.expires_at is not None and session.expires_at <= self._signer.clock.now():
            raise _refused()
        return session

    def _confirmed(self, token_hash: str, known: Session | None, now: float) -> Session:
        if now - self._unknown.get(token_hash, -_UNKNOWN_SECONDS) < _UNKNOWN_SECONDS:
            raise _refused()
        try:
            found = self._fetch(token_hash)
        except Unavailable:
            if known is None:
                raise
            return known
        except Unauthenticated as refusal:
            if refusal.code == PROOF_EXPIRED:
                raise Unavailable("The clocks of two machines differ.", retry_after=1) from refusal
            found = None
        with self._lock:
            if found is None:
                self._sessions.pop(token_hash, None)
                self._remember_unknown(token_hash, now)
                raise _refused()
            session = _read(found, now)
            if session.actor.session_id in self._ended:
                raise _refused()
            if len(self._sessions) >= _MOST_SESSIONS:
                self._sessions.pop(next(iter(self._sessions)))
            self._sessions[token_hash] = session
            return session

    def _remember_unknown(self, token_hash: str, now: float) -> None:
        if len(self._unknown) >= _MOST_SESSIONS:
            self._unknown.clear()
        self._unknown[token_hash] = now

    def _proof(self, session: Session, organisation_version: int) -> str:
        version, offset, made, token = session.proof
        now, known = self._clock(), (organisation_version, self._signer.clock.offset)
        if (version, offset) != known or now - made > _PROOF_SECONDS:
            actor = session.actor
            if actor.id is None:
                raise _refused()
            token = self._signer.user_token(
                actor.id, actor.session_id, actor.scopes, organisation_version,
                viewed_by=actor.viewed_by,
            )  # fmt: skip
            session.proof = (*known, now, token)
        return token


def _hashed(authorization: str | None) -> str:
    scheme, _, token = (authorization or "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or _BEARER.fullmatch(token) is None:
        raise _refused()
    return hashlib.sha256(token.encode()).hexdigest()


def _read(found: dict[str, Any], now: float) -> Session:
    scopes, expires = found.get("scopes"), found.get("expires_at")
    actor = Actor(
        kind="user",
        id=as_uuid(found["user_id"]),
        service="gateway",
        session_id=as_uuid(found["session_id"]) if found.get("session_id") else None,
        scopes=None if scopes is None else tuple(scopes),
        viewed_by=as_uuid(found["viewer_id"]) if found.get("viewer_id") else None,
    )
    return Session(actor, expires and datetime.fromisoformat(expires).timestamp(), now)


def _may_view(viewer: UUID | None, organisation: Organisation) -> bool:
    """Whether who looks as somebody else, if anybody does, is an administrator still."""
    return viewer is None or organisation.rights(Actor("user", viewer, "gateway")).unlimited


def _refused() -> Unauthenticated:
    return Unauthenticated("Sign in to do this.")
