"""Serves a WSGI application from green threads, with limits like those of the gunicorn server."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any, Final

import eventlet
from eventlet import wsgi

HEADER_FIELDS: Final = 64
REQUEST_LINE: Final = 8190
KEEP_ALIVE_SECONDS: Final = 15
SOCKET_SECONDS: Final = 30
_CONNECTIONS: Final = 1000
_DRAINED: Final = 2 * 1024 * 1024
_TOO_MANY_FIELDS: Final = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"Connection: close\r\nContent-Length: 0\r\n\r\n"
)


class _Protocol(wsgi.HttpProtocol):  # type: ignore[misc]
    """eventlet's protocol with our limits and our statuses for what exceeds them."""

    def parse_request(self) -> bool:
        try:
            parsed = bool(super().parse_request())
        except (wsgi.HeaderLineTooLong, wsgi.HeadersTooLarge):
            return self._refuse()
        if parsed and len(self.headers) > HEADER_FIELDS:
            return self._refuse()
        return parsed

    def get_environ(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environ()
        # eventlet's input ends where the body ends, chunked or not.
        environ["wsgi.input_terminated"] = True
        length = environ.get("CONTENT_LENGTH")
        if length and length.isdigit() and int(length) > _DRAINED:
            # Without this the whole body would be read before the next request.
            self.close_connection = 1
        return environ

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """The standard library's own refusals (bad request line and the like), without a page."""
        if code == 431:
            self._refuse()
            return
        self.close_connection = 1
        line = f"HTTP/1.1 {code} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        self.wfile.write(line.encode("ascii"))

    def _refuse(self) -> bool:
        self.close_connection = 1
        self.wfile.write(_TOO_MANY_FIELDS)
        return False


class HttpServer:
    """An HTTP server of this process: `run` blocks, `start` does not, `stop` lets requests end."""

    def __init__(self, application: Callable[..., Any], host: str, port: int) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._application = application
        self._socket = eventlet.listen((host, port), family=family, backlog=512)
        self._pool = eventlet.GreenPool(_CONNECTIONS)
        self._server: Any = None

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._socket.getsockname()[1])

    def start(self) -> None:
        """Serve in the background."""
        self._server = eventlet.spawn(self.run)

    def run(self) -> None:
        """Serve until the server is stopped or its green thread is killed."""
        wsgi.server(
            self._socket,
            self._application,
            protocol=_Protocol,
            custom_pool=self._pool,
            keepalive=KEEP_ALIVE_SECONDS,
            socket_timeout=SOCKET_SECONDS,
            url_length_limit=REQUEST_LINE,
            log_output=False,
            debug=False,
        )

    def stop(self, seconds: float = 30.0) -> None:
        """Take no more connections, and give requests under way `seconds` to finish."""
        if self._server is None:
            self._socket.close()
            return
        with eventlet.Timeout(seconds, False):
            self._server.kill()
            self._pool.waitall()
