"""Serves the gateway under gunicorn: threads, limits, a graceful end."""

from __future__ import annotations

from typing import Any, Final

from gunicorn.app.base import BaseApplication

from chassis import heap, log
from chassis.settings import Settings
from gateway.app import Gateway, create_app
from gateway.patience import READING_THREADS, PatientWorker, ReadAhead

REQUEST_LINE: Final = 8190
HEADER_FIELDS: Final = 64
HEADER_FIELD_SIZE: Final = 8190
KEEP_ALIVE_SECONDS: Final = 15
GRACEFUL_SECONDS: Final = 30
_BACKLOG: Final = 512


class _Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with one worker process of threads; its options are ours, not the command line's."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.gateway: Gateway | None = None
        super().__init__()

    def load_config(self) -> None:
        for name, value in _options(self.settings, self._leave).items():
            self.cfg.set(name, value)

    def load(self) -> ReadAhead:
        """Made in the worker, after the fork: threads and connections do not survive one."""
        log.configure(self.settings.log_level)
        self.gateway = create_app(self.settings)
        heap.settle()
        return ReadAhead(self.gateway, self.settings.gateway_threads)

    def _leave(self, _server: Any, _worker: Any) -> None:
        if self.gateway is not None:
            self.gateway.close()


def _options(settings: Settings, leave: Any) -> dict[str, Any]:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return {
        "bind": f"{host}:{settings.port}",
        "worker_class": PatientWorker,
        "workers": 1,
        # So many may still be sending while `gateway_threads` requests are answered.
        "threads": settings.gateway_threads + READING_THREADS,
        "worker_connections": 1000,
        "backlog": _BACKLOG,
        "timeout": 60,
        "graceful_timeout": GRACEFUL_SECONDS,
        "keepalive": KEEP_ALIVE_SECONDS,
        "limit_request_line": REQUEST_LINE,
        "limit_request_fields": HEADER_FIELDS,
        "limit_request_field_size": HEADER_FIELD_SIZE,
        # Who stands in front is decided by RAPPORT_TRUSTED_PROXIES alone.
        "forwarded_allow_ips": "",
        "proc_name": "rapport-gateway",
        "loglevel": "warning",
        "worker_exit": leave,
        "control_socket_disable": True,
    }


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; requests under way are finished first."""
    _Server(settings).run()
