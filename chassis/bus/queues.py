"""The exchanges and queues of events, made from the catalogue of who hears what."""

from __future__ import annotations

from collections.abc import Iterable

from amqp.exceptions import NotFound
from kombu.exceptions import ChannelError

from chassis.bus.link import Link
from contracts.catalogue import LISTENERS, SERVICES
from contracts.speech import ListenerContract, exchange

_ARGUMENTS = {"x-single-active-consumer": True}


def declare(uri: str, listeners: Iterable[ListenerContract] = LISTENERS) -> None:
    """Make what is missing: each service's exchange, each listener's queue and its bindings."""
    link = Link(uri)
    try:
        for service in SERVICES:
            _declare_exchange(link, service)
        for listener in listeners:
            declare_on(link, listener)
    finally:
        link.close()


def declare_on(link: Link, listener: ListenerContract) -> int:
    """Make what is missing of one listener's; how many messages wait in its queue."""
    _declare_exchange(link, listener.source)
    return _declare_queue(link, listener)


def waiting(uri: str, listener: ListenerContract) -> int:
    """How many messages wait for the listener; makes its queue when it is missing."""
    link = Link(uri)
    try:
        return declare_on(link, listener)
    finally:
        link.close()


def _declare_exchange(link: Link, service: str) -> None:
    channel = link.channel
    link.send(
        lambda: channel.exchange_declare(
            exchange(service), "topic", durable=True, auto_delete=False
        )
    )


def _declare_queue(link: Link, listener: ListenerContract) -> int:
    channel = link.channel
    declared = link.send(
        lambda: channel.queue_declare(
            queue=listener.queue, durable=True, auto_delete=False, arguments=_ARGUMENTS
        )
    )
    for entity in listener.entities:
        link.send(
            lambda entity=entity: channel.queue_bind(  # type: ignore[misc]
                listener.queue, exchange(listener.source), entity
            )
        )
    return int(declared.message_count)


def missing(uri: str, listeners: Iterable[ListenerContract] = LISTENERS) -> list[str]:
    """The queues of listeners that the bus does not have; raises Unavailable without a bus."""
    return [listener.queue for listener in listeners if not _exists(uri, listener.queue)]


def _exists(uri: str, queue: str) -> bool:
    # A link each: RabbitMQ closes the channel on which a passive declaration fails.
    link = Link(uri)
    try:
        link.channel.queue_declare(queue=queue, passive=True)
    except (NotFound, ChannelError):
        return False
    finally:
        link.close()
    return True
