"""HTTP inside a green process: the gateway's requests are green threads beside the services'."""

from __future__ import annotations

import errno
import socket
from contextlib import suppress
from typing import Any

import eventlet
import eventlet.wsgi
import greenlet

from chassis.settings import Settings, SettingError

_HEADER_LIMIT = 8190
_KEEP_ALIVE_SECONDS = 15
_CONNECTIONS = 1000
_PATIENCE_SECONDS = 15


class GreenServer:
    """Serves a WSGI application on the address of `settings`, which is taken at once."""

    def __init__(self, settings: Settings) -> None:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        try:
            self._socket = eventlet.listen((settings.host, settings.port), family, backlog=512)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise SettingError(
                    f"Set PORT to a free port: {settings.port} is in use on {settings.host}."
                ) from error
            raise SettingError(
                f"Set HOST and PORT to an address of this machine ({error.strerror})."
            ) from error
        self._thread: Any = None

    def start(self, application: Any) -> None:
        """Answer requests from now on."""
        self._thread = eventlet.spawn(
            eventlet.wsgi.server,
            self._socket,
            application,
            log_output=False,
            max_size=_CONNECTIONS,
            keepalive=_KEEP_ALIVE_SECONDS,
            socket_timeout=60,
            url_length_limit=_HEADER_LIMIT,
            debug=False,
        )

    def stop(self) -> None:
        """Take no more connections and finish the requests under way."""
        if self._thread is not None:
            self._thread.kill()
            with eventlet.Timeout(_PATIENCE_SECONDS, False), suppress(greenlet.GreenletExit):
                self._thread.wait()
            self._thread = None
        self._socket.close()
