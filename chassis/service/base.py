"""A service is a plain class: it is given its parts, and its marked methods are what it offers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from chassis.bus.client import BusClient
from chassis.context import Context
from chassis.errors import NotFound, Refusal, Unavailable
from chassis.identifiers import new_id
from chassis.journal.sending import events_after
from chassis.listening.positions import listener_positions
from chassis.service.entrypoints import query
from chassis.service.remote import Remote
from chassis.settings import Settings
from chassis.work.housekeeping import Kept
from contracts.catalogue import SPEAKERS, listener_at
from contracts.envelope import EVENTS_PER_MESSAGE

if TYPE_CHECKING:
    from chassis.access.holder import OrganisationHolder
    from chassis.access.tokens import Signer
    from chassis.database.engine import Database

Fetch = Callable[[int], dict[str, Any]]


@dataclass
class Parts:
    """What a service works with. `checks` say by name whether the service can do its work,
    `behind` by queue how many of its events a listener has still to take, and for how long."""

    service: str
    settings: Settings
    client: BusClient
    signer: Signer
    holder: OrganisationHolder
    log: Any
    stored: Database | None = None
    checks: dict[str, Callable[[], bool]] = field(default_factory=dict)
    behind: dict[str, tuple[int, float]] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        """The service's database."""
        if self.stored is None:
            raise Unavailable(f"{self.service} keeps no data.", code="no_database")
        return self.stored

    def remote(self, service: str) -> Remote:
        """`service`, to be called on behalf of a context."""
        return Remote(service, self.client, self.signer)

    def ask(self, service: str, method: str, **arguments: Any) -> Any:
        """The result of a call that this service makes for itself, for no user."""
        return self.client.call(
            service,
            method,
            arguments,
            token=self.signer.service_token(cause=method),
            timeout=self.settings.read_deadline,
            call_id=new_id().hex,
            retry=True,
        )


class Service:
    """The base of every service. `name` is its name on the bus.

    `entities` are the `Record` classes it owns, `calls` the services it may call, `keeps_data`
    whether it has a database, `forgets` which rows of its own tables go after a time.
    """

    name: ClassVar[str]
    entities: ClassVar[tuple[Any, ...]] = ()
    calls: ClassVar[tuple[str, ...]] = ()
    keeps_data: ClassVar[bool] = True
    forgets: ClassVar[tuple[Kept, ...]] = ()

    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    def organisation_source(self) -> Fetch | None:
        """How to fetch organisation changes without the bus: only identity itself can."""
        return None

    def on_migrate(self) -> None:
        """Make the rows that the service cannot do without. Called after every migration, with no
        bus: it must be safe to repeat."""

    def short_work(self) -> Mapping[str, Callable[[Any], Any]]:
        """The handlers of the service's own short due work by kind, such as its sagas'. Long work
        that people ask for is marked with `@job`."""
        return {}

    def daily_work(self) -> Mapping[str, Callable[[Any], Any]]:
        """The handlers, by kind, of due work that is done once a day."""
        return {}

    @query(callers=SPEAKERS, quiet=True)
    def listener_positions(self, context: Context, source: str) -> dict[str, int]:
        """By queue, how far each listener of this service has recorded what `source` says."""
        with self.parts.database.reading() as connection:
            return listener_positions(connection, self.name, source)

    @query(callers=SPEAKERS)
    def events_sent(self, context: Context, queue: str, after: int) -> list[Any]:
        """Some of what went to `queue` after position `after`, oldest first, for the service that
        listens there; none when there is no more."""
        listener = listener_at(queue)
        asking = context.actor.service
        if listener is None or (listener.consumer, listener.source) != (asking, self.name):
            raise NotFound(f"{asking} has no queue {queue} for what {self.name} says.")
        with self.parts.database.reading() as connection:
            return events_after(connection, after, listener.entities, EVENTS_PER_MESSAGE)

    @query(callers=SPEAKERS, quiet=True)
    def ping(self, context: Context) -> dict[str, Any]:
        """Whether the service can do its work, what of it is in order, and who lags behind it."""
        checks = {name: _passes(check) for name, check in self.parts.checks.items()}
        return {"ready": all(checks.values()), "checks": checks, "behind": self.parts.behind}


def _passes(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Refusal:
        return False
