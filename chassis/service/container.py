"""A nameko container for one service object: its calls, its queues and its background work."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

import eventlet
from nameko.containers import ServiceContainer

from chassis.service.base import Service
from chassis.service.rpc import RpcEntrypoint
from chassis.service.subscription import Subscription

_RESTART_SECONDS: Final = 1.0

_log = logging.getLogger(__name__)


class Background(Protocol):
    """Work beside the calls, such as a sequencer: `run` returns after `stop`."""

    def run(self) -> None:
        """Do the work until told to stop."""

    def stop(self) -> None:
        """End `run` soon."""


class Container(ServiceContainer):  # type: ignore[misc]
    """Runs one service. Calls share one object: what a call needs is in its context."""

    def __init__(
        self,
        service: Service,
        *,
        workers: int,
        rpc: RpcEntrypoint,
        subscriptions: Sequence[Subscription] = (),
        background: Sequence[Background] = (),
    ) -> None:
        super().__init__(type(service), {"max_workers": workers})
        self._background = list(background)
        # Bound here: nameko looks for entrypoints on methods, ours belong to the service object.
        entrypoints: list[Any] = [rpc, *subscriptions]
        self._buses = [entrypoint.bind(self.interface, "") for entrypoint in entrypoints]
        self.entrypoints.update(self._buses)

    def spawn(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Run `function` in a worker; waits for a free one. A stop waits for it to end."""
        self._worker_pool.spawn_n(function, *arguments)

    def start(self) -> None:
        """Start everything; returns when calls are taken."""
        for work in self._background:
            self.spawn_managed_thread(lambda work=work: _for_ever(work), type(work).__name__)
        super().start()

    def stop(self) -> None:
        """Take nothing new, finish what was begun, leave the bus."""
        for entrypoint in list(self._buses):
            entrypoint.stop()
        self._worker_pool.waitall()
        for work in self._background:
            work.stop()
        for entrypoint in self._buses:
            entrypoint.close()
        super().stop()


def _for_ever(work: Background) -> None:
    """Run `work` until it returns of itself; a defect in it must not take the service down."""
    while True:
        try:
            work.run()
        except Exception as error:
            _log.error("%s failed: %s", type(work).__name__, type(error).__name__)
            eventlet.sleep(_RESTART_SECONDS)
        else:
            return
