"""Receives calls for one service and sends the replies: a nameko entrypoint on our own link.

nameko's consumer opens a publisher for each reply and dies when one cannot be sent. Here replies
leave by the link that the calls came by, unconfirmed, and nothing a message holds stops a service.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final

import eventlet
from nameko.extensions import Entrypoint

from chassis.bus.client import EXCHANGE
from chassis.bus.kept_link import KeptLink
from chassis.bus.link import Link, Received, body_of
from chassis.errors import Malformed, Unavailable
from chassis.service.answering import Answerer, Expired, Undecodable, refused

Quarantine = Callable[[str, bytes, dict[str, Any], str], None]
"""Keeps a message that cannot be handled: queue, body, headers, reason."""

# What the bus had sent before it heard that we take no more.
_STRAGGLERS_SECONDS: Final = 0.1

_log = logging.getLogger(__name__)


class RpcEntrypoint(Entrypoint):  # type: ignore[misc]
    """Takes calls from `rpc-SERVICE`, at most as many at a time as the container has workers."""

    def __init__(self, uri: str, answerer: Answerer, quarantine: Quarantine) -> None:
        super().__init__()
        self._uri = uri
        self._answerer = answerer
        self._quarantine = quarantine
        self._tag = ""

    def setup(self) -> None:
        """Called by the container."""
        self._service = self.container.service_name
        self._queue = f"rpc-{self._service}"
        self._kept = KeptLink(self._uri, self._prepare, name=self._queue)

    def start(self) -> None:
        """Begin to take calls; returns when the bus is there or has been waited for."""
        self.container.spawn_managed_thread(self._kept.run, identifier=self._queue)
        self._kept.up.wait(5)

    def stop(self) -> None:
        """Take no more calls. Those taken are still answered: `close` ends that."""
        link = self._kept.link
        if link is not None:
            try:
                link.cancel(self._tag)
            except Unavailable:
                return
            eventlet.sleep(_STRAGGLERS_SECONDS)

    def close(self) -> None:
        """Leave the bus."""
        self._kept.close()

    def _prepare(self, link: Link) -> None:
        channel = link.channel
        channel.exchange_declare(EXCHANGE, "topic", durable=True, auto_delete=False)
        # Auto-delete: when the last instance goes, callers learn at once that nobody is there.
        channel.queue_declare(queue=self._queue, durable=True, auto_delete=True)
        channel.queue_bind(self._queue, EXCHANGE, f"{self._service}.*")
        self._tag = link.consume(
            self._queue,
            lambda message: self.container.spawn(self._handle, link, message),
            prefetch=self.container.max_workers,
        )

    def _handle(self, link: Link, message: Received) -> None:
        try:
            self._answer(link, message)
        except Unavailable as refusal:
            # The caller waits until its deadline; the bus gives the call to whoever is there.
            _log.warning("%s: a reply was not sent: %s", self._queue, refusal)
        except Exception as error:
            _log.error("%s: a defect in answering: %s", self._queue, type(error).__name__)
        try:
            link.acknowledge(message)
        except Unavailable:
            return

    def _answer(self, link: Link, message: Received) -> None:
        properties, headers = message.properties, message.headers or {}
        reply_to = properties.get("reply_to")
        method = message.delivery_info["routing_key"].partition(".")[2]
        body = body_of(message)
        try:
            if not reply_to:
                raise Undecodable("there is no reply_to")
            reply = self._answerer.answer(method, headers, body)
        except Expired:
            return
        except Undecodable as reason:
            self._quarantine(self._queue, body, headers, str(reason))
            reply = refused(Malformed("This is no call.", code="undecodable"))
        if reply_to:
            link.publish(
                reply,
                "",
                reply_to,
                correlation_id=properties.get("correlation_id", ""),
                delivery_mode=1,
            )
