"""What a board costs at a million deals against ten thousand, for four hard viewers.

`python -m bench.board_growth` fills two databases (kept in `--home` for the next run), asks both
for the same in turn, and prints the ratio of the medians. It fails when one is over the target.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import Connection, insert, text

from bench.filling import filled_database
from bench.lists_data import TEAM, TEAMS, People, keep_names, named
from bench.pages import SMALL, options
from bench.ratios import MOST, growth
from chassis.database.embedded import ensure_db
from chassis.database.engine import Database
from chassis.records.query.board import board
from chassis.stages.tables import PIPELINES, STAGES
from services.deals.models import Deal

BOARDS: Final[dict[str, dict[str, Any]]] = {
    "board": {},
    "with owners": {"include": "owner"},
    # As many cards as one of four hundred sellers has of ten thousand deals.
    "of one seller": {"filter": {"owner_id": str(People().sellers[5])}, "limit": 3},
}
_PIPELINE: Final = named("pipeline")
# Two years of deals, one every few minutes. One in a hundred is watched by somebody, one in a
# hundred open.
_DEALS = text("""
    INSERT INTO deals (id, version, title, pipeline_id, stage_id, owner_id, observer_ids, open,
                       amount, amount_currency, probability, created_at, updated_at,
                       stage_changed_at)
    SELECT gen_random_uuid(), 1, 'Deal ' || n, :pipeline,
           (CAST(:stages AS uuid[]))[1 + (hashint4(-n) & 1048575) % 5],
           (CAST(:sellers AS uuid[]))[1 + (hashint4(n) & 1048575) % :people],
           CASE WHEN n % 100 = 0 THEN ARRAY[(CAST(:sellers AS uuid[]))[1 + n / 100 % :people]]
                ELSE '{}' END,
           n % 100 = 1, n % 9000, (ARRAY['BRL', 'USD', 'EUR'])[1 + n % 3], 50,
           moment, moment, moment
    FROM (SELECT n, now() - interval '730 days' * (1 - n / CAST(:rows AS double precision))
                 AS moment
          FROM generate_series(1, :rows) AS n) AS made
""")
# As the triggers of a service's own database would have kept them.
_FIGURES = text("""
    INSERT INTO deals_figures (session, stage_id, owner_id, open, amount_currency, count, total)
    SELECT 0, stage_id, owner_id, open, amount_currency, count(*), sum(amount)
    FROM deals GROUP BY stage_id, owner_id, open, amount_currency
""")


def filled(admin_url: str, rows: int, people: People) -> Database:
    """A database of `rows` deals on the cluster of `admin_url`, made when it is not there."""
    figures = Deal.entity.figures
    assert figures is not None
    children = [field.child for field in Deal.entity.child_fields if field.child is not None]
    tables = [Deal.entity.table, *children, figures.table]
    name = f"bench_boards_{rows}"
    return filled_database(admin_url, name, tables, lambda c: _insert(c, rows, people))


def _insert(connection: Connection, rows: int, people: People) -> None:
    pipeline = {"id": _PIPELINE, "entity": "deal", "code": "sales", "names": {}, "position": 0}
    connection.execute(insert(PIPELINES), [pipeline])
    stages = [
        {"id": stage, "entity": "deal", "pipeline_id": _PIPELINE, "code": code, "names": {},
         "kind": "process", "position": place}
        for place, (code, stage) in enumerate(people.stages.items())
    ]  # fmt: skip
    connection.execute(insert(STAGES), stages)
    keep_names(connection, people)
    given: dict[str, Any] = {"rows": rows, "people": TEAM * TEAMS, "pipeline": _PIPELINE}
    given |= {"sellers": list(map(str, people.sellers))}
    given |= {"stages": list(map(str, people.stages.values()))}
    connection.execute(_DEALS, given)
    connection.execute(_FIGURES)


def shown(database: Database, people: People, viewer: str, query: Mapping[str, Any]) -> object:
    """The board that `viewer` sees."""
    context = people.context(people.viewers[viewer], time.monotonic() + 60)
    with database.reading() as connection:
        return board(connection, context, Deal, query)


def main() -> int:
    """Run the measurement; 1 when a ratio is over the target."""
    asked, people = options(__doc__), People()
    server = ensure_db(asked.home)
    databases = [filled(server.admin_url, rows, people) for rows in (SMALL, asked.rows)]
    acts: dict[str, list[Callable[[], object]]] = {
        f"{viewer}: {name}": [
            lambda d=database, v=viewer, q=query: shown(d, people, v, q)  # type: ignore[misc]
            for database in databases
        ]
        for viewer in people.viewers
        for name, query in BOARDS.items()
    }
    worst = growth((SMALL, asked.rows), acts, asked.rounds)
    for database in databases:
        database.close()
    server.release()
    return int(worst > MOST)


if __name__ == "__main__":
    sys.exit(main())
