"""The host: makes services from their classes and runs any number of them in one process."""

from __future__ import annotations

import logging
import signal
from collections.abc import Sequence
from types import FrameType
from typing import Any, Final

import eventlet

from chassis import heap
from chassis.bus import queues
from chassis.bus.link import BUS_LOST
from chassis.errors import Refusal, Unavailable
from chassis.service.assembly import Assembly
from chassis.service.base import Service
from chassis.service.container import Container
from chassis.settings import Settings

DRAIN_SECONDS: Final = 30.0
_BUS_PATIENCE_SECONDS: Final = 60.0
_REFRESH_SECONDS: Final = 1.0

_log = logging.getLogger(__name__)


class Host:
    """Runs services until told to stop. The process must be green (`chassis.green.patch`)."""

    def __init__(self, settings: Settings, services: Sequence[type[Service]]) -> None:
        self._settings = settings
        self._classes = services
        self._containers: list[Container] = []
        self._refreshing: Any = None
        self._stopped = eventlet.event.Event()
        self._stopping = False
        self.assembly = Assembly(settings)

    def run(self) -> None:
        """Start, wait for SIGTERM or SIGINT, stop."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._told_to_stop)
        self.start()
        heap.settle()
        self.wait()

    def start(self) -> None:
        """Start every service; returns when all of them take calls."""
        self._declare_queues()
        self._containers = [self.assembly.container(kind) for kind in self._classes]
        starting = [eventlet.spawn(container.start) for container in self._containers]
        for one in starting:
            one.wait()
        self._refreshing = eventlet.spawn(self._keep_organisation)

    def wait(self) -> None:
        """Return when the host has stopped."""
        self._stopped.wait()

    def stop(self) -> None:
        """Take nothing new, finish within 30 s what was begun, leave bus and databases."""
        if self._stopping:
            self._stopped.wait()
            return
        self._stopping = True
        with eventlet.Timeout(DRAIN_SECONDS, False):
            stopping = [eventlet.spawn(container.stop) for container in self._containers]
            for one in stopping:
                one.wait()
        if self._refreshing is not None:
            self._refreshing.kill()
        self.assembly.close()
        self._stopped.send(None)

    def _told_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        eventlet.spawn_n(self.stop)

    def _declare_queues(self) -> None:
        with eventlet.Timeout(
            _BUS_PATIENCE_SECONDS, Unavailable("The bus cannot be reached.", code=BUS_LOST)
        ):
            while True:
                try:
                    queues.declare(self._settings.amqp_uri)
                    return
                except Unavailable as refusal:
                    _log.warning("waiting for the bus: %s", refusal)
                    eventlet.sleep(1)

    def _keep_organisation(self) -> None:
        # Calls name the version they need; this is for work that no call has begun.
        while True:
            eventlet.sleep(_REFRESH_SECONDS)
            try:
                self.assembly.holder.refresh()
            except Refusal as refusal:
                _log.debug("organisation not refreshed: %s", refusal)
            except Exception as error:
                # It must outlive anything that one answer holds.
                _log.error("organisation not refreshed: %s", type(error).__name__)
