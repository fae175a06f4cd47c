"""What leads cost at a million rows against ten thousand: pages for four hard viewers, and work.

`python -m bench.lists` fills two databases (kept in `--home` for the next run), asks both for the
same in turn, and prints the ratio of the medians. It fails when one is over the target.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from typing import Any
from uuid import uuid4

from bench.lists_data import People, filled
from bench.pages import DEEP, SMALL, options, pages_of
from bench.ratios import MOST, growth
from chassis.context import Context
from chassis.database.embedded import ensure_db
from chassis.database.engine import Database
from chassis.service.base import Parts
from services.leads.models import Lead
from services.leads.service import LeadsService

PAGES: dict[str, dict[str, Any]] = {
    "first page": {},
    DEEP: {},
    "filtered by status": {"filter": {"status": "qualified"}},
    "filtered by source": {"filter": {"source": "web"}},
    "sorted by update": {"sort": "-updated_at"},
}


def working(databases: Sequence[Database], people: People) -> dict[str, list[Callable[[], object]]]:
    """One lead read, changed with its history and event, and made, on each of `databases`."""
    found: dict[str, list[Callable[[], object]]] = {"get": [], "update": [], "create": []}
    for database in databases:
        one = Worked(database, people)
        for name, act in (("get", one.get), ("update", one.update), ("create", one.create)):
            found[name].append(act)
    return found


class Worked:
    """The service of leads on a database, and the lead that it is asked about."""

    def __init__(self, database: Database, people: People) -> None:
        nothing: Any = None
        parts = Parts("leads", nothing, nothing, nothing, nothing, nothing, database)
        self._service, self._people = LeadsService(parts), people
        query = {"limit": 1, "filter": {"status": "in_progress"}}
        [self._lead] = self._service.list(self._context, "lead", query)["items"]

    @property
    def _context(self) -> Context:
        viewer = self._people.viewers["unrestricted"]
        return self._people.context(viewer, time.monotonic() + 60)

    def get(self) -> object:
        """The lead as it is read."""
        return self._service.get(self._context, "lead", self._lead["id"])

    def update(self) -> object:
        """The lead after one of its fields changed."""
        lead, values = self._lead, {"comments": uuid4().hex}
        done = self._service.update(self._context, "lead", lead["id"], values, lead["version"])
        self._lead = {**lead, "version": done.get("record", done)["version"]}
        return done

    def create(self) -> object:
        """A lead that was not there."""
        email = [{"value": f"{uuid4().hex}@example.com", "kind": "work"}]
        values = {"title": "Quote", "source": "web", "emails": email}
        return self._service.create(self._context, "lead", values)


def main() -> int:
    """Run the measurement; 1 when a ratio is over the target."""
    asked, people = options(__doc__), People()
    server = ensure_db(asked.home)
    databases = [filled(server.admin_url, rows, people) for rows in (SMALL, asked.rows)]
    pages = {name: {"include": "owner", **query} for name, query in PAGES.items()}
    acts = pages_of(databases, Lead, people.context, people.viewers, pages)
    acts |= working(databases, people)
    worst = growth((SMALL, asked.rows), acts, asked.rounds)
    for database in databases:
        database.close()
    server.release()
    return int(worst > MOST)


if __name__ == "__main__":
    sys.exit(main())
