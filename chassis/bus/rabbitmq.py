"""kombu's AMQP transport made fit for a link that one thread reads while others write.

Four differences: publishing never reads the socket, the socket is read in large pieces, a send that
the broker does not take ends in an error in place of waiting for ever, and names are looked up
without holding anybody.
"""

from __future__ import annotations

import errno
from typing import Any, Final

from amqp import spec
from amqp.transport import SSLTransport, TCPTransport
from kombu.transport import pyamqp

from chassis.addresses import addresses_of

# How long a send may wait for a broker that has stopped reading, and how often an idle reader
# looks up. One value for both: the socket is shared and has only one timeout.
PATIENCE: Final = 0.5

_PIECE: Final = 65536


class _ByAddress:
    """Connects to the addresses that `chassis.addresses` knows for the host, in turn."""

    def _connect(self, host: str, port: int, timeout: float) -> None:
        *others, last = addresses_of(host)
        for address in others:
            try:
                return super()._connect(address, port, timeout)  # type: ignore[misc, no-any-return]
            except OSError:
                continue
        return super()._connect(last, port, timeout)  # type: ignore[misc, no-any-return]


class SecureTransport(_ByAddress, SSLTransport):  # type: ignore[misc]
    """py-amqp's TLS transport; the certificate is checked against the name."""


class BufferedTransport(_ByAddress, TCPTransport):  # type: ignore[misc]
    """A TCP transport that reads what has arrived, not the few bytes asked for.

    A small message is three frames of three reads each; in large pieces it is one system call.
    """

    _read_buffer: bytes

    def _read(
        self,
        n: int,
        initial: bool = False,
        _errnos: tuple[int, ...] = (errno.EAGAIN, errno.EINTR),
    ) -> bytes:
        buffered: bytes = self._read_buffer
        if len(buffered) < n:
            pieces = [buffered]
            missing = n - len(buffered)
            try:
                while missing > 0:
                    piece = self._quick_recv(max(missing, _PIECE))
                    if not piece:
                        raise OSError("The broker closed the connection")
                    pieces.append(piece)
                    missing -= len(piece)
            finally:
                self._read_buffer = buffered = b"".join(pieces)
        self._read_buffer = buffered[n:]
        return buffered[:n]


class Connection(pyamqp.Connection):  # type: ignore[misc]
    """A connection that can be written to while another thread reads it."""

    blocked = False

    def Transport(  # noqa: N802 - py-amqp's name
        self,
        host: str,
        connect_timeout: float,
        ssl: Any = False,
        *_timeouts: Any,
        **options: Any,
    ) -> SecureTransport | BufferedTransport:
        """The transport for `host`, buffered when it is plain TCP."""
        kind = SecureTransport if ssl else BufferedTransport
        return kind(host, connect_timeout=connect_timeout, ssl=ssl, **options)

    def connect(self, callback: Any = None) -> Any:
        """Connect, and from then on let the broker say when it takes no messages."""
        self.on_blocked = self._set_blocked
        self.on_unblocked = self._set_unblocked
        outcome = super().connect(callback)
        # The capability stays negotiated, but py-amqp must not know: it would read the socket
        # before each publish, and a second reader tears the frames of the first one apart.
        self.client_properties["capabilities"] = {}
        self.transport.sock.settimeout(PATIENCE)
        return outcome

    def _set_blocked(self, _reason: str) -> None:
        self.blocked = True

    def _set_unblocked(self) -> None:
        self.blocked = False


def provoke(channel: Any) -> None:
    """Have the broker say something on `channel`: it confirms what later consumers may prefetch."""
    channel.send_method(spec.Basic.Qos, "lBb", (0, 0, False))


class Transport(pyamqp.Transport):  # type: ignore[misc]
    """kombu's transport for `amqp://` and `amqps://` with the connection above."""

    Connection = Connection
