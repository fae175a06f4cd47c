"""The servers of the echo measurement: `python -m bench.echo_servers KIND URI KEYS`.

raw     py-amqp and nothing else: consume, publish to reply_to, acknowledge.
bare    a chassis service without proof, log line and metrics.
whole   a chassis service as it runs: token verified, one log line, metrics.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

QUEUES = {"raw": "raw-echo", "bare": "bare", "whole": "whole"}


def serve_raw(uri: str) -> None:
    """The least that answers a call on RabbitMQ with an acknowledgement."""
    import amqp

    where = urlsplit(uri)
    connection = amqp.Connection(
        f"{where.hostname}:{where.port}",
        userid=where.username,
        password=where.password,
        virtual_host=where.path.removeprefix("/") or "/",
    )
    connection.connect()
    channel = connection.channel()
    channel.queue_declare(QUEUES["raw"], auto_delete=True)
    channel.basic_qos(0, 10, False)

    def answer(message: Any) -> None:
        reply = amqp.Message(message.body, correlation_id=message.properties["correlation_id"])
        channel.basic_publish(reply, "", message.properties["reply_to"])
        channel.basic_ack(message.delivery_tag)

    channel.basic_consume(QUEUES["raw"], callback=answer)
    while True:
        connection.drain_events()


def serve_chassis(kind: str, uri: str, keys: Path) -> None:
    """A service with one entrypoint, on the chassis's own container."""
    from chassis import green

    green.patch()

    from chassis import log, wire
    from chassis.access.holder import OrganisationHolder
    from chassis.access.keys import load_verifier
    from chassis.context import Context
    from chassis.service.answering import Answerer, VerifiedCallers
    from chassis.service.container import Container
    from chassis.service.entrypoints import query
    from chassis.service.rpc import RpcEntrypoint

    class Echo:
        """Says what it hears."""

        name = kind

        @query
        def say(self, context: Context, text: str) -> str:
            return text

    class BareAnswerer:
        """Decodes, calls, encodes."""

        def answer(self, method: str, headers: dict[str, Any], body: bytes) -> bytes:
            arguments = wire.loads(body)["kwargs"]
            result = getattr(echo, method)(None, **arguments)
            return wire.dumps({"result": result, "error": None})

    def organisation(_since: int) -> dict[str, Any]:
        return {"version": 1, "full": True, "users": [], "departments": [], "groups": [],
                "roles": [], "organisation": {}, "ended_sessions": []}  # fmt: skip

    echo: Any = Echo()
    answerer: Any = BareAnswerer()
    if kind == "whole":
        log.configure("INFO")
        callers = VerifiedCallers(load_verifier(keys), OrganisationHolder(organisation))
        answerer = Answerer(kind, echo, callers, log.logger(kind))
    receiver = RpcEntrypoint(uri, answerer, lambda *arguments: None)
    container = Container(echo, workers=10, rpc=receiver)
    container.start()
    container.wait()


if __name__ == "__main__":
    if sys.argv[1] == "raw":
        serve_raw(sys.argv[2])
    else:
        serve_chassis(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
