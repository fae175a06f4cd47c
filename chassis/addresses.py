"""Where hosts are: names looked up aside, for a bounded time, the last answer kept for bad days.

The system's resolver blocks whoever asks it, for many seconds when no name server answers. In a
green process that would be every call, also those that need no new connection.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
from typing import Final

from chassis.threads import in_thread

PATIENCE: Final = 2.0
"""Seconds to wait for a name server."""
KNOWN_PATIENCE: Final = 0.25
"""Seconds to wait for news of a host whose addresses are known: callers have deadlines."""

_known: dict[str, list[str]] = {}
_asked: dict[str, _Question] = {}
_turn = threading.Lock()


class _Question:
    """A lookup under way, by a thread of the system's own; any number may wait for its end."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.failure: OSError | None = None
        self._ended = threading.Event()
        threading.Thread(target=self._ask, name="resolver", daemon=True).start()

    def wait(self, seconds: float) -> bool:
        """Whether it ended in time."""
        return self._ended.wait(seconds)

    def _ask(self) -> None:
        try:
            _known[self.host] = in_thread(_look_up, self.host)
        except OSError as error:
            self.failure = error
        finally:
            with _turn:
                _asked.pop(self.host, None)
            self._ended.set()


def addresses_of(host: str) -> list[str]:
    """The addresses of `host`, at least one, within `PATIENCE` seconds.

    Those known before when the name servers say nothing by then; raises OSError without any.
    """
    if _is_address(host):
        return [host]
    with _turn:
        question = _asked.get(host) or _asked.setdefault(host, _Question(host))
    in_time = question.wait(KNOWN_PATIENCE if host in _known else PATIENCE)
    known = _known.get(host)
    if known:
        return known
    if in_time and question.failure is not None:
        raise question.failure
    raise TimeoutError(f"No name server tells where {host} is.")


def _look_up(host: str) -> list[str]:
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
