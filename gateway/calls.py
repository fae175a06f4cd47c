"""Calls to services on behalf of requests: proof, deadline, call id and command key."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from chassis.access.tokens import PROOF_EXPIRED, Signer
from chassis.bus.client import BusClient, Call
from chassis.errors import Refusal, Unauthenticated, Unavailable
from chassis.identifiers import new_id
from chassis.settings import Settings

if TYPE_CHECKING:
    from gateway.asked import Asked

_PROOF_SECONDS = 30.0
# Of its deadline a request gives a call so much: by then the answer is to have reached its reader.
_SHARE = 0.95


class Calls:
    """The one way from the gateway to services."""

    def __init__(self, client: BusClient, signer: Signer, settings: Settings) -> None:
        self.client = client
        self._signer = signer
        self._settings = settings
        self._own: tuple[float, float, str] = (0.0, 0.0, "")

    def call(self, asked: Asked, service: str, method: str, arguments: dict[str, Any]) -> Any:
        """The result of a call for `asked`, in the name of its user, or the gateway's own.

        It may be repeated when the bus is lost: a read, and a write that is known by its key.
        """
        call = self._call(asked, service, method, arguments)
        [result] = self.client.gather([call], partial=True)
        if isinstance(result, Refusal):
            raise _said(result)
        return result

    def gather(
        self,
        asked: Asked,
        calls: Sequence[tuple[str, str, Mapping[str, Any]]],
        patience: float | None = None,
    ) -> list[Any]:
        """The results of several calls for `asked` at the same time, waited for at most `patience`
        seconds; a refusal stands for its result."""
        prepared = [self._call(asked, service, method, dict(given))
                    for service, method, given in calls]  # fmt: skip
        if patience is not None:
            prepared = [replace(call, timeout=min(call.timeout, patience)) for call in prepared]
        return [_said(result) for result in self.client.gather(prepared, partial=True)]

    def own(self, service: str, method: str, arguments: dict[str, Any], timeout: float) -> Any:
        """The result of a call that the gateway makes for itself."""
        return self.client.call(
            service, method, arguments, token=self.own_proof(), timeout=timeout,
            call_id=new_id().hex, retry=True,
        )  # fmt: skip

    def everyone(self, services: tuple[str, ...], method: str, timeout: float) -> list[Any]:
        """`method` of each of `services` at the same time; a refusal stands for its result."""
        proof, call_id = self.own_proof(), new_id().hex
        calls = [Call(service, method, {}, proof, timeout, call_id) for service in services]
        return self.client.gather(calls, partial=True)

    def _call(self, asked: Asked, service: str, method: str, arguments: dict[str, Any]) -> Call:
        writes, settings = asked.route.writes, self._settings
        return Call(
            service,
            method,
            arguments,
            token=asked.user.proof() if asked.user else self.own_proof(),
            timeout=_SHARE * (settings.write_deadline if writes else settings.read_deadline),
            call_id=asked.call_id,
            headers={"command_key": asked.key} if asked.key else None,
            retry=not writes or asked.route.repeatable,
        )

    def own_proof(self) -> str:
        """The gateway's own service token."""
        made, offset, token = self._own
        clock = self._signer.clock
        if time.monotonic() - made > _PROOF_SECONDS or offset != clock.offset or not token:
            offset, token = clock.offset, self._signer.service_token()
            self._own = (time.monotonic(), offset, token)
        return token


def _said(result: Any) -> Any:
    """What a service answered, as far as it concerns who asked.

    That our proof is of another time concerns our clock: the caller's session is as good as ever.
    """
    if isinstance(result, Unauthenticated) and result.code == PROOF_EXPIRED:
        return Unavailable("The clocks of two machines differ.", retry_after=1)
    return result
