"""Who acts, on whose proof, until when: what every entrypoint is handed as its first argument."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from chassis.errors import Forbidden
from chassis.identifiers import new_id

if TYPE_CHECKING:
    from chassis.access.organisation import Organisation
    from chassis.access.rights import Rights


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. `kind` is one of `contracts.access.ACTOR_KINDS`.

    `id` is the user (or integration, or form) whose rights decide; None when a service acts for
    nobody. `service` names the speaker that signed the proof. `scopes` are those of an API token,
    None meaning all of the user's rights. `cause` is why a service acts for a user. `viewed_by` is
    the administrator who looks at Rapport as the user does, and may change nothing.
    """

    kind: str
    id: UUID | None
    service: str
    session_id: UUID | None = None
    scopes: tuple[str, ...] | None = None
    cause: str | None = None
    viewed_by: UUID | None = None

    def as_wire(self) -> dict[str, Any]:
        """The actor as events and journals name it: kind, id and service."""
        return {"kind": self.kind, "id": self.id and str(self.id), "service": self.service}


@dataclass(frozen=True, slots=True)
class Context:
    """One call: its actor, the organisation as known now, its deadline and its place in a story.

    `deadline` is in seconds of `time.monotonic()`. `command_key` makes a write repeatable
    (`Idempotency-Key`). `root_cause` is the event or call that began the chain, `depth` how far
    along it this call is; both follow events. `token` is the proof it came with, to be shown on.
    """

    actor: Actor
    organisation: Organisation
    deadline: float
    call_id: str = field(default_factory=lambda: new_id().hex)
    command_key: str | None = None
    root_cause: UUID | None = None
    depth: int = 0
    traceparent: str | None = None
    silent: bool = False
    token: str | None = field(default=None, repr=False)

    @property
    def remaining(self) -> float:
        """Seconds left until the deadline; never negative."""
        return max(0.0, self.deadline - time.monotonic())

    @property
    def user_id(self) -> UUID:
        """The user acted for; raises Forbidden when nobody is."""
        if self.actor.id is None:
            raise Forbidden("This needs a user.", code="user_required")
        return self.actor.id

    @property
    def rights(self) -> Rights:
        """What the actor may do, by the organisation as it is now."""
        return self.organisation.rights(self.actor)

    def caused_by(self, root_cause: UUID, depth: int) -> Context:
        """The same call as a consequence of `root_cause`."""
        return replace(self, root_cause=root_cause, depth=depth)
