"""Green threads: the one place that patches the standard library for a service process.

Call `patch()` before anything else is imported. The gunicorn gateway is never patched.
"""

from __future__ import annotations

import os
import warnings


def patch() -> None:
    """Make sockets, threads, time and psycopg2 yield to other green threads."""
    # eventlet's own resolver gets Kubernetes search lists wrong (eventlet issue 814).
    os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import eventlet
    eventlet.monkey_patch()


def is_patched() -> bool:
    """True in a process whose sockets are green."""
    import socket

    return socket.socket.__module__.startswith("eventlet")
