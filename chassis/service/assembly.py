"""Puts a service together: its keys, database, client, listeners and background work."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from chassis import log
from chassis.access.clock import Clock
from chassis.access.holder import OrganisationHolder
from chassis.access.keys import load_signer, load_verifier
from chassis.access.tokens import Signer, Verifier
from chassis.bus import queues
from chassis.bus.client import BusClient
from chassis.bus.publisher import EventPublisher
from chassis.errors import Unavailable
from chassis.identifiers import new_id
from chassis.service.answering import Answerer, VerifiedCallers
from chassis.service.base import Fetch, Parts, Service
from chassis.service.container import Background, Container
from chassis.service.hearing import listeners
from chassis.service.rpc import Quarantine, RpcEntrypoint
from chassis.service.subscription import Subscription
from chassis.settings import Settings
from contracts.catalogue import LISTENERS

IDENTITY = "identity"


class Assembly:
    """What the services of one process share, and how each of them is built."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._clock = Clock()
        self._signer: Signer | None = None
        self._local_source: Fetch | None = None
        self._closing: list[Any] = []
        self.holder = OrganisationHolder(self._fetch, clock=self._clock)

    @cached_property
    def client(self) -> BusClient:
        """The one client of the process."""
        client = BusClient(self._settings.amqp_uri, "services")
        self._closing.append(client)
        return client

    @cached_property
    def verifier(self) -> Verifier:
        """Checks the proofs of callers."""
        return load_verifier(self._settings.keys, self._clock)

    def service(self, kind: type[Service]) -> Service:
        """A service with all its parts that takes no calls and does nothing by itself."""
        service = kind(self._parts(kind))
        self._local_source = self._local_source or service.organisation_source()
        return service

    def container(self, kind: type[Service]) -> Container:
        """A container ready to start, with everything that a service of `kind` needs."""
        service = self.service(kind)
        parts, uri = service.parts, self._settings.amqp_uri
        quarantine = _quarantine(parts)
        callers = VerifiedCallers(self.verifier, self.holder)
        answerer = Answerer(kind.name, service, callers, parts.log)
        heard = listeners(service, parts)
        return Container(
            service,
            workers=self._settings.service_workers,
            rpc=RpcEntrypoint(uri, answerer, quarantine),
            subscriptions=[Subscription(uri, one, quarantine) for one in heard.values()],
            background=self._background(service, heard),
        )

    def close(self) -> None:
        """Close what was opened, last first."""
        while self._closing:
            self._closing.pop().close()

    def _parts(self, kind: type[Service]) -> Parts:
        signer = load_signer(self._settings.keys, kind.name, self._clock)
        self._signer = self._signer or signer
        parts = Parts(
            service=kind.name,
            settings=self._settings,
            client=self.client,
            signer=signer,
            holder=self.holder,
            log=log.logger(kind.name),
        )
        parts.checks["bus"] = lambda: self.client.connected
        concerned = [one for one in LISTENERS if kind.name in (one.consumer, one.source)]
        parts.checks["bindings"] = lambda: not queues.missing(self._settings.amqp_uri, concerned)
        parts.checks["organisation"] = lambda: self.holder.current.version > 0
        if kind.keeps_data:
            self._add_database(parts)
        return parts

    def _add_database(self, parts: Parts) -> None:
        from sqlalchemy import text

        from chassis.database.engine import Database

        database = Database(
            self._settings.database_url_for(parts.service),
            service=parts.service,
            # Listeners, due work and the sequencer need connections beside the workers' own.
            pool_size=self._settings.service_workers + 6,
            statement_timeout=self._settings.statement_timeout,
        )

        def answers() -> bool:
            with database.reading() as connection:
                return connection.execute(text("SELECT 1")).scalar() == 1

        self._closing.append(database)
        parts.stored = database
        parts.checks["database"] = answers

    def _background(self, service: Service, heard: dict[str, Any]) -> list[Background]:
        if service.parts.stored is None:
            return []
        from chassis.service.background import background

        publisher = EventPublisher(self._settings.amqp_uri)
        self._closing.append(publisher)
        return background(service, publisher, heard)

    def _fetch(self, since: int) -> dict[str, Any]:
        if self._local_source is not None:
            return self._local_source(since)
        if self._signer is None:
            raise Unavailable("No service runs here yet.")
        changes: dict[str, Any] = self.client.call(
            IDENTITY,
            "organisation_changes",
            {"since": since},
            token=self._signer.service_token(cause="organisation"),
            timeout=self._settings.read_deadline,
            call_id=new_id().hex,
            retry=True,
        )
        return changes


def _quarantine(parts: Parts) -> Quarantine:
    def keep(queue: str, body: bytes, headers: dict[str, Any], reason: str) -> None:
        # What it holds is unknown and may be personal: the log says that it came, not what.
        parts.log.warning("quarantined", queue=queue, size=len(body), reason=reason)
        if parts.stored is None:
            return
        from chassis.listening import quarantine

        shown = {name: value for name, value in headers.items() if name != "token"}
        with parts.stored.transaction() as connection:
            quarantine.keep(connection, queue, body, shown, reason)

    return keep
