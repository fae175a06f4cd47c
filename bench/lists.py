"""What a page of leads costs at a million rows against ten thousand, for four hard viewers.

`python -m bench.lists` fills two databases (kept in `--home` for the next run), asks both for the
same page in turn, and prints the ratio of the medians. It fails when one is over the target.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from bench.lists_data import People, filled
from chassis.database.embedded import ensure_db
from chassis.database.engine import Database
from chassis.records.query import cursor
from chassis.records.query.page import read_page, understand
from chassis.records.query.scoping import visible
from services.leads.models import Lead

MOST = 1.5
SMALL, LARGE = 10_000, 1_000_000
PAGES: dict[str, dict[str, Any]] = {
    "first page": {},
    "deep cursor": {},
    "filtered by status": {"filter": {"status": "qualified"}},
    "filtered by source": {"filter": {"source": "web"}},
    "sorted by update": {"sort": "-updated_at"},
}


def deep_cursor(connection: Connection, people: People, viewer: UUID) -> str | None:
    """A cursor in the middle of what `viewer` sees."""
    context = people.context(viewer, time.monotonic() + 60)
    asked = understand(connection, context, Lead, {})
    table = Lead.entity.table
    seen = (
        select(table.c.created_at, table.c.id)
        .where(visible(Lead.entity, context.rights))
        .order_by(table.c.created_at.desc(), table.c.id.desc())
    )
    places = connection.execute(seen).all()
    return cursor.encode(places[len(places) // 2], asked.binding) if len(places) > 1 else None


def page_of(database: Database, people: People, viewer: UUID, query: dict[str, Any]) -> float:
    """The seconds that one page takes, all statements and the answer's making included."""
    context = people.context(viewer, time.monotonic() + 60)
    context.rights.require("lead", "read")
    started = time.perf_counter()
    with database.reading() as connection:
        read_page(connection, context, Lead, {"include": "owner", **query}).answer()
    return time.perf_counter() - started


def interleaved(kinds: list[Callable[[], float]], rounds: int) -> list[float]:
    """The median seconds of each of `kinds`, run in turn so that a busy moment hits them all."""
    for kind in kinds * 3:
        kind()
    runs = [[kind() for kind in kinds] for _ in range(rounds)]
    return [statistics.median(column) for column in zip(*runs, strict=True)]


def ratios(databases: list[Database], people: People, rounds: int) -> list[float]:
    """Print a line a viewer and page; all ratios."""
    found = []
    for name, viewer in people.viewers.items():
        for page, query in PAGES.items():
            asked = [dict(query) for _ in databases]
            if page == "deep cursor":
                for database, one in zip(databases, asked, strict=True):
                    with database.reading() as connection:
                        one["cursor"] = deep_cursor(connection, people, viewer)
            kinds = [
                lambda database=database, one=one, viewer=viewer: page_of(
                    database, people, viewer, one
                )
                for database, one in zip(databases, asked, strict=True)
            ]
            small, large = interleaved(kinds, rounds)
            found.append(large / small)
            print(
                f"{name:18} {page:20} {small * 1000:7.2f} ms {large * 1000:7.2f} ms "
                f"{found[-1]:6.2f}{'' if found[-1] <= MOST else '  over the target'}",
                flush=True,
            )
    return found


def main() -> int:
    """Run the measurement; 1 when a ratio is over the target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, help="where the databases are kept between runs")
    parser.add_argument("--rows", type=int, default=LARGE, help="rows of the large database")
    parser.add_argument("--rounds", type=int, default=60)
    options = parser.parse_args()
    home = options.home or Path(tempfile.mkdtemp(prefix="rapport-lists-"))
    people = People()
    server = ensure_db(home)
    databases = [filled(server.admin_url, rows, people) for rows in (SMALL, options.rows)]
    print(f"{'viewer':18} {'page':20} {SMALL:>10,} {options.rows:>10,}  ratio (at most {MOST})")
    worst = max(ratios(databases, people, options.rounds))
    for database in databases:
        database.close()
    server.release()
    return int(worst > MOST)


if __name__ == "__main__":
    sys.exit(main())
