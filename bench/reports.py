"""What a report of a million leads costs, as a multiple of counting the very same rows.

`python -m bench.reports` asks for the reports of a home page as four hard viewers, each in turn
with an exact count of the list, and prints the ratio of the medians. It fails when one is over the
target.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from bench.lists_data import People, filled
from bench.pages import LARGE
from bench.ratios import NOISE_SECONDS, interleaved
from chassis.database.embedded import ensure_db
from chassis.database.engine import Database
from chassis.records.query.page import read_page
from chassis.records.query.report import read_report
from services.leads.models import Lead

MOST: Final = 12.0
REPORTS: Final[dict[str, dict[str, Any]]] = {
    "by status": {"group": "status", "measure": "count,sum(amount)"},
    "by source": {"group": "source"},
    "by month": {"group": "month(created_at)", "measure": "count,sum(amount)"},
    "by owner": {"group": "owner_id", "include": "owner", "sort": "-count", "limit": 10},
    "new, by source and month": {
        "group": "source,month(created_at)", "filter": {"status": "new"},
    },
}  # fmt: skip


def figures(database: Database, people: People, viewer: UUID, query: Any) -> None:
    """One report."""
    with database.reading() as connection:
        read_report(connection, people.context(viewer, time.monotonic() + 60), Lead, query)


def count(database: Database, people: People, viewer: UUID, query: Any) -> None:
    """The count of the same rows."""
    asked = {"filter": query.get("filter"), "count": "exact", "limit": 1, "fields": "id"}
    with database.reading() as connection:
        read_page(connection, people.context(viewer, time.monotonic() + 60), Lead, asked)


def measured(database: Database, people: People, rounds: int) -> Iterator[float]:
    """Print a line a viewer and report; all ratios."""
    for name, viewer in people.viewers.items():
        for report, query in REPORTS.items():
            acts = [
                lambda act=act, viewer=viewer, query=query: act(database, people, viewer, query)
                for act in (count, figures)
            ]
            counted, told = interleaved(acts, rounds)
            ratio = told / max(counted, NOISE_SECONDS)
            over = "" if ratio <= MOST else "  over the target"
            print(f"{name:18} {report:26} {counted * 1000:8.2f} ms {told * 1000:8.2f} ms "
                  f"{ratio:6.2f}{over}", flush=True)  # fmt: skip
            yield ratio


def main() -> int:
    """Run the measurement; 1 when a ratio is over the target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, help="where the database is kept between runs")
    parser.add_argument("--rows", type=int, default=LARGE)
    parser.add_argument("--rounds", type=int, default=10)
    asked, people = parser.parse_args(), People()
    asked.home = asked.home or Path(tempfile.mkdtemp(prefix="rapport-reports-"))
    print(f"{'viewer':18} {'report':26} {'count':>11} {'report':>11}  ratio (at most {MOST})")
    server = ensure_db(asked.home)
    database = filled(server.admin_url, asked.rows, people)
    worst = max(measured(database, people, asked.rounds))
    database.close()
    server.release()
    return int(worst > MOST)


if __name__ == "__main__":
    sys.exit(main())
