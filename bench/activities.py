"""What lists and timelines cost at five million activities against fifty thousand.

`python -m bench.activities` fills two databases (kept in `--home` for the next run), asks both for
the same page in turn, and prints the ratio of the medians. It fails when one is over the target.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from bench.activities_data import filled, record_id
from bench.lists_data import People
from bench.pages import DEEP, pages_of
from bench.ratios import MOST, growth
from chassis.context import Context
from chassis.database.embedded import ensure_db
from chassis.database.engine import Database
from chassis.records.entity import Record
from chassis.records.query import cursor
from chassis.records.query.page import read_page, understand
from services.activities.models import Activity
from services.activities.timeline import targets_of

SMALL, LARGE = 50_000, 5_000_000
PAGES: dict[str, dict[str, Any]] = {
    "first page": {},
    DEEP: {},
    "calls": {"filter": {"kind": "call"}},
    # As many as a seller of the small database has: a fuller page costs more anywhere.
    "my planned": {"filter": {"owner_id": "@me", "done": False}, "limit": 2},
}


def told(database: Database, people: People, entity: str, number: int) -> Callable[[], object]:
    """The first page of the timeline of a record, as somebody sees it who reads everything."""
    viewer, identifier = people.viewers["unrestricted"], record_id(entity, number)

    def act() -> object:
        context = people.context(viewer, time.monotonic() + 60)
        with database.reading() as connection:
            targets = targets_of(connection, context, entity, identifier)
            return read_page(
                connection, context, Activity, {"include": "links"}, targets=targets
            ).answer()

    return act


def a_year_back(connection: Connection, context: Context, model: type[Record]) -> str:
    """The cursor of the middle of what there is: to count what a viewer sees would take minutes."""
    asked = understand(connection, context, model, {})
    return cursor.encode([datetime.now(UTC) - timedelta(days=365), UUID(int=0)], asked.binding)


def acts(databases: list[Database], people: People) -> dict[str, list[Callable[[], object]]]:
    """What is measured, by name, on each of `databases`."""
    call = people.context
    found = pages_of(databases, Activity, call, people.viewers, PAGES, a_year_back)
    for entity in ("lead", "company"):
        found[f"timeline of a {entity}"] = [told(one, people, entity, 7) for one in databases]
    everybody = {"unrestricted": people.viewers["unrestricted"]}
    about = {"about one deal": {"filter": {"links": str(record_id("deal", 7))}}}
    return found | pages_of(databases, Activity, call, everybody, about)


def main() -> int:
    """Run the measurement; 1 when a ratio is over the target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, help="where the databases are kept between runs")
    parser.add_argument("--rows", type=int, default=LARGE, help="rows of the large database")
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args()
    home = options.home or Path(tempfile.mkdtemp(prefix="rapport-activities-"))
    people = People()
    server = ensure_db(home)
    databases = [filled(server.admin_url, rows, people) for rows in (SMALL, options.rows)]
    worst = growth((SMALL, options.rows), acts(databases, people), options.rounds)
    for database in databases:
        database.close()
    server.release()
    return int(worst > MOST)


if __name__ == "__main__":
    sys.exit(main())
