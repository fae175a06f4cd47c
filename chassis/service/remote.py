"""Another service as seen from an entrypoint: called for the same user, by the same deadline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chassis.bus.client import BusClient, Call
from chassis.context import Context

if TYPE_CHECKING:
    from chassis.access.tokens import Signer


class Remote:
    """Calls one service on behalf of contexts: proof, deadline, call id and cause go along."""

    def __init__(self, service: str, client: BusClient, signer: Signer) -> None:
        self._service = service
        self._client = client
        self._signer = signer

    def call(self, context: Context, method: str, **arguments: Any) -> Any:
        """The result of `method(**arguments)`; raises the refusal it answered with."""
        [result] = self._client.gather([self.prepared(context, method, **arguments)])
        return result

    def prepared(self, context: Context, method: str, **arguments: Any) -> Call:
        """The call, to be made together with others by `BusClient.gather`."""
        headers = {
            "traceparent": context.traceparent,
            "command_key": context.command_key,
            "root_cause": context.root_cause and str(context.root_cause),
            "depth": context.depth or None,
        }
        return Call(
            service=self._service,
            method=method,
            arguments=arguments,
            token=context.token or self._sign(context),
            timeout=context.remaining,
            call_id=context.call_id,
            headers={name: value for name, value in headers.items() if value is not None},
        )

    def _sign(self, context: Context) -> str:
        """Proof for work without a user's own token: this service acts for the user."""
        actor = context.actor
        return self._signer.service_token(
            for_user=actor.id,
            cause=actor.cause or context.call_id,
            organisation_version=context.organisation.version,
            scopes=actor.scopes,
        )
