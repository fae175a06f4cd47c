"""Answers one call: who asks, until when, may they, and what comes out."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from chassis import metrics, wire
from chassis.bus.ages import Ages
from chassis.context import Context
from chassis.errors import InternalError, Malformed, Refusal
from chassis.log import places
from chassis.service.entrypoints import Method, methods_of

if TYPE_CHECKING:
    from chassis.access.holder import OrganisationHolder
    from chassis.access.tokens import Verifier


class Undecodable(Exception):
    """A message is not what it should be; the text says why and quotes none of it."""


class Expired(Exception):
    """The caller has given up; whatever would be done now would surprise."""


class Callers(Protocol):
    """Turns a message's headers into the context of the call, or refuses."""

    def context(self, headers: dict[str, Any], deadline: float) -> Context:
        """The verified context."""


class VerifiedCallers:
    """The callers of a real service: each proof is verified, the organisation is as it names."""

    def __init__(self, verifier: Verifier, holder: OrganisationHolder) -> None:
        self._verifier = verifier
        self._holder = holder

    def context(self, headers: dict[str, Any], deadline: float) -> Context:
        """The verified context; raises Unauthenticated without a valid proof."""
        token = headers.get("token", "")
        # What is known of the organisation came with the time by which proofs are valid.
        self._holder.at_least(0)
        claims = self._verifier.verify(token)
        organisation = self._holder.at_least(claims.organisation_version)
        try:
            cause = headers.get("root_cause")
            return Context(
                actor=claims.actor,
                organisation=organisation,
                deadline=deadline,
                call_id=str(headers.get("call_id", "")),
                command_key=headers.get("command_key"),
                root_cause=UUID(cause) if cause else None,
                depth=int(headers.get("depth", 0)),
                traceparent=headers.get("traceparent"),
                token=token,
            )
        except (ValueError, TypeError, AttributeError):
            raise Malformed("The headers are malformed.", code="bad_headers") from None


class Answerer:
    """Answers calls to one service object."""

    def __init__(self, name: str, service: object, callers: Callers, log: Any) -> None:
        self._ages = Ages()
        self._name = name
        self._methods = methods_of(service)
        self._callers = callers
        self._log = log

    def answer(self, method_name: str, headers: dict[str, Any], body: bytes) -> bytes:
        """The reply to a call, whatever becomes of it.

        Raises Undecodable for what is no call at all and Expired for one that came too late.
        """
        began = time.monotonic()
        deadline = began + self._budget(headers)
        arguments = _arguments(body)
        method, context, outcome = None, None, "ok"
        try:
            method = self._method(method_name)
            context = self._callers.context(headers, deadline)
            method.entrypoint.admit(context.actor)
            method.check(arguments)
            reply = _reply(method.function(context, **arguments))
        except Refusal as refusal:
            outcome, reply = refusal.code, refused(refusal)
        except Exception as error:
            outcome = InternalError.default_code
            reply = refused(InternalError("Something went wrong; it has been noted."))
            self._note_defect(method_name, headers, error)
        self._note(method, context, headers, time.monotonic() - began, outcome)
        return reply

    def _budget(self, headers: dict[str, Any]) -> float:
        """Seconds left for the call; raises Expired when its caller has given up."""
        try:
            age = self._ages.age(str(headers["sender"]), headers["sent_ms"] / 1000)
            left: float = headers["deadline_ms"] / 1000 - age
        except (KeyError, TypeError):
            raise Undecodable("the headers do not say until when") from None
        if left <= 0:
            raise Expired
        return left

    def _method(self, name: str) -> Method:
        try:
            return self._methods[name]
        except KeyError:
            raise Malformed(f"{self._name} has no such method.", code="unknown_method") from None

    def _note(
        self,
        method: Method | None,
        context: Context | None,
        headers: dict[str, Any],
        seconds: float,
        outcome: str,
    ) -> None:
        name = method.name if method else "unknown"
        metrics.call_answered(self._name, name, outcome, seconds)
        quiet = method is not None and method.entrypoint.quiet and outcome == "ok"
        write = self._log.debug if quiet else self._log.info
        write(
            "call",
            method=name,
            call_id=str(headers.get("call_id", ""))[:64],
            actor=context.actor.as_wire() if context else None,
            duration_ms=round(seconds * 1000, 2),
            outcome=outcome,
        )

    def _note_defect(self, method: str, headers: dict[str, Any], error: Exception) -> None:
        self._log.error(
            "defect",
            method=method[:64],
            call_id=str(headers.get("call_id", ""))[:64],
            error=type(error).__name__,
            places=places(error),
        )


def _arguments(body: bytes) -> dict[str, Any]:
    try:
        arguments = wire.loads(body)["kwargs"]
    except (ValueError, KeyError, TypeError):
        raise Undecodable("the body is no call") from None
    if not isinstance(arguments, dict):
        raise Undecodable("the arguments are no object")
    return arguments


def _reply(result: Any) -> bytes:
    return wire.dumps({"result": result, "error": None})


def refused(refusal: Refusal) -> bytes:
    """The reply that tells the caller of `refusal`."""
    return wire.dumps({"result": None, "error": refusal.as_wire()})
