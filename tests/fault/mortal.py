"""Runs `crm ARGUMENTS` in a process that dies where a test planned it: `mortal.py FOLDER run NAME`.

Points are commits that wrote something and acknowledgements of messages. Each is appended to
FOLDER/points as a line of JSON when it is reached. When FOLDER/plan names a point, the process
renames the plan to FOLDER/struck and ends by SIGKILL, before or after doing what it was about to.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from chassis import green

green.patch()

from sqlalchemy import Engine, event  # noqa: E402
from sqlalchemy.engine.default import DefaultDialect  # noqa: E402

from chassis.bus.link import Link, Received  # noqa: E402
from chassis.command_line.__main__ import main  # noqa: E402

_WRITES = re.compile(r"(?:INSERT INTO|DELETE FROM|(?<!FOR )(?<!DO )UPDATE)\s+(\w+)")
_WROTE = "SELECT pg_current_xact_id_if_assigned() IS NOT NULL"
_WRITTEN = "written"


class Points:
    """Lists what is reached in `folder` and dies at what is planned there."""

    def __init__(self, folder: Path) -> None:
        self._list = os.open(folder / "points", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self._plan, self._struck = folder / "plan", folder / "struck"
        self._armed = ""
        self._reached: Counter[tuple[str, str]] = Counter()

    @contextmanager
    def around(self, kind: str, what: str) -> Iterator[None]:
        """Death comes before or after the block when the plan says so."""
        os.write(self._list, json.dumps([kind, what]).encode() + b"\n")
        plan = self._newest_plan()
        self._reached[kind, what] += 1
        here = [kind, what, self._reached[kind, what]]
        self._die_if(plan == [*here, "before"])
        yield
        self._die_if(plan == [*here, "after"])

    def _newest_plan(self) -> list[Any]:
        """The plan; points are counted from when it was made."""
        try:
            armed = self._plan.read_text()
        except FileNotFoundError:
            armed = ""
        if armed != self._armed:
            self._armed = armed
            self._reached.clear()
        return json.loads(armed)["point"] if armed else []

    def _die_if(self, planned: bool) -> None:
        if planned:
            with suppress(FileNotFoundError):  # Disarmed at this very moment.
                self._plan.rename(self._struck)
                os.kill(os.getpid(), signal.SIGKILL)


def _written(statement: str, parameters: Any) -> list[str]:
    """The tables that a statement writes, and the listener whose progress that is."""
    tables: list[str] = _WRITES.findall(statement)
    if "listener_positions" in tables:
        return [f"{name} of {parameters['listener']}" for name in tables]
    return tables


def watch_commits(points: Points) -> None:
    """Make a point of every commit, and of every statement that commits by itself."""
    commit, execute = DefaultDialect.do_commit, DefaultDialect.do_execute

    def do_commit(self: DefaultDialect, connection: Any) -> None:
        written = connection.info.pop(_WRITTEN, [])
        with connection.cursor() as cursor:
            cursor.execute(_WROTE)
            [wrote] = cursor.fetchone()
        if not wrote:
            return commit(self, connection)
        with points.around("commit", ", ".join(sorted(set(written)))):
            commit(self, connection)
        return None

    def do_execute(
        self: DefaultDialect, cursor: Any, statement: Any, parameters: Any, context: Any = None
    ) -> None:
        written = _written(statement, parameters)
        if written and cursor.connection.autocommit:
            with points.around("commit", ", ".join(sorted(set(written)))):
                execute(self, cursor, statement, parameters, context)
        else:
            execute(self, cursor, statement, parameters, context)

    def note(
        connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool
    ) -> None:
        if not connection.connection.dbapi_connection.autocommit:
            connection.info.setdefault(_WRITTEN, []).extend(_written(statement, parameters))

    DefaultDialect.do_commit = do_commit
    DefaultDialect.do_execute = do_execute
    event.listen(Engine, "before_cursor_execute", note)
    event.listen(Engine, "rollback", lambda connection: connection.info.pop(_WRITTEN, None))


def watch_acknowledgements(points: Points) -> None:
    """Make a point of every message that is acknowledged."""
    acknowledge = Link.acknowledge

    def watched(self: Link, message: Received) -> None:
        queue = message.delivery_info["consumer_tag"].rpartition("-")[0]
        with points.around("ack", f"{queue} {message.delivery_info['routing_key']}"):
            acknowledge(self, message)

    Link.acknowledge = watched


if __name__ == "__main__":
    places = Points(Path(sys.argv.pop(1)))
    watch_commits(places)
    watch_acknowledgements(places)
    main()
