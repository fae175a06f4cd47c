"""Free ports on loopback."""

from __future__ import annotations

import socket


def free_port() -> int:
    """A TCP port on loopback that nothing listens to now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
