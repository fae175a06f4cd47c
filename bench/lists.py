"""What a page of leads costs at a million rows against ten thousand, for four hard viewers.

`python -m bench.lists` fills two databases (kept in `--home` for the next run), asks both for the
same page in turn, and prints the ratio of the medians. It fails when one is over the target.
"""

from __future__ import annotations

import sys
from typing import Any

from bench.lists_data import People, filled
from bench.pages import DEEP, SMALL, options, pages_of
from bench.ratios import MOST, growth
from chassis.database.embedded import ensure_db
from services.leads.models import Lead

PAGES: dict[str, dict[str, Any]] = {
    "first page": {},
    DEEP: {},
    "filtered by status": {"filter": {"status": "qualified"}},
    "filtered by source": {"filter": {"source": "web"}},
    "sorted by update": {"sort": "-updated_at"},
}


def main() -> int:
    """Run the measurement; 1 when a ratio is over the target."""
    asked, people = options(__doc__), People()
    server = ensure_db(asked.home)
    databases = [filled(server.admin_url, rows, people) for rows in (SMALL, asked.rows)]
    pages = {name: {"include": "owner", **query} for name, query in PAGES.items()}
    acts = pages_of(databases, Lead, people.context, people.viewers, pages)
    worst = growth((SMALL, asked.rows), acts, asked.rounds)
    for database in databases:
        database.close()
    server.release()
    return int(worst > MOST)


if __name__ == "__main__":
    sys.exit(main())
