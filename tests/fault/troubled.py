"""Runs `crm ARGUMENTS` in a process that has the troubles in FOLDER: `troubled.py FOLDER run NAME`.

A trouble is a file: while it is there, what it is named after happens. `troubles.py` writes them.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import Any

import time_machine

from chassis import green
from chassis.command_line.__main__ import main, needs_green_threads

_rest = time.sleep
_NAME_SERVER_SECONDS = 3.0


def shift_clock(folder: Path) -> None:
    """From the start the clock is off by as many minutes as `clock` says; `monotonic` is not."""
    if (folder / "clock").exists():
        minutes = float((folder / "clock").read_text())
        time_machine.travel(timedelta(minutes=minutes), tick=True).start()


def watch_names(folder: Path) -> None:
    """While there is `names`, name servers are silent as long as a resolver waits for them."""
    look_up = socket.getaddrinfo

    def watched(host: Any, *arguments: Any, **options: Any) -> Any:
        numeric = str(host or "0").replace(".", "").isdigit() or ":" in str(host)
        if not numeric and (folder / "names").exists():
            _rest(_NAME_SERVER_SECONDS)
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return look_up(host, *arguments, **options)

    socket.getaddrinfo = watched  # type: ignore[assignment]


def watch_listeners(folder: Path) -> None:
    """While there is `slow`, a message takes that many seconds; with `poison`, events of records
    of that title cannot be taken."""
    from chassis.listening.listener import Listener

    make, take = Listener.__init__, Listener.take

    def made(self: Listener, database: Any, contract: Any, method: Any, missed: Any) -> None:
        @wraps(method)
        def poisoned(connection: Any, events: Any) -> None:
            method(connection, events)
            title = (folder / "poison").read_text() if (folder / "poison").exists() else None
            if any(event.record.get("title") == title for event in events if title):
                raise ValueError("poison")

        make(self, database, contract, poisoned, missed)

    def slowly(self: Listener, raw_events: list[Any], follows: int = 0) -> None:
        if (folder / "slow").exists():
            time.sleep(float((folder / "slow").read_text()))
        take(self, raw_events, follows)

    Listener.__init__, Listener.take = made, slowly  # type: ignore[method-assign]


def watch_sequencer(folder: Path) -> None:
    """With `cut` the process dies, once, after it has published and before it has noted that."""
    from chassis.journal import sequencer

    mark = sequencer.mark_sent

    def marked(connection: Any, before: int, sent: int, sent_to: dict[str, int]) -> bool:
        if sent > before and (folder / "cut").exists():
            (folder / "cut").unlink()
            os.kill(os.getpid(), signal.SIGKILL)
        return mark(connection, before, sent, sent_to)

    sequencer.mark_sent = marked


if __name__ == "__main__":
    place = Path(sys.argv.pop(1))
    shift_clock(place)
    watch_names(place)
    if needs_green_threads(sys.argv[1:]):
        green.patch()
        watch_listeners(place)
        watch_sequencer(place)
    main()
