"""What a page of tasks costs at a million rows against ten thousand: to do, overdue, today, about.

`python -m bench.tasks` fills two databases (kept in `--home` for the next run), asks both for the
same page in turn, and prints the ratio of the medians. It fails when one is over the target.
"""

from __future__ import annotations

import sys
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, insert, text

from bench.filling import filled_database
from bench.lists_data import TEAM, TEAMS, People, named
from bench.pages import DEEP, SMALL, options, pages_of
from bench.ratios import MOST, growth
from chassis.database.embedded import ensure_db
from chassis.database.engine import Database
from chassis.listening.tables import LABELS
from services.activities.models import Task

_OPEN: Final = {"done": False, "cancelled": False}
PAGES: Final[dict[str, dict[str, Any]]] = {
    "mine to do": {"filter": {"owner_id": "@me", **_OPEN}},
    "to do": {"filter": _OPEN},
    "overdue": {"filter": {**_OPEN, "deadline": {"lt": "@now"}}},
    "today": {"filter": {**_OPEN, "deadline": "@today"}},
    "given by me": {"filter": {"created_by": "@me", **_OPEN}},
    "about a contact": {"filter": {"links": str(named("contact"))}},
    "all": {},
    DEEP: {},
}
# Two years of tasks, all done but the newest four thousand, whose deadlines are from two weeks ago
# to a month ahead. One in ten was given by somebody else, one in fifty has a participant, one in
# twenty is without a deadline. Whatever the size, fifty are about one and the same contact, and one
# seller has sixty to do and three hundred done.
OPEN_TASKS, OWN_OPEN, OWN_DONE = 4_000, 60, 300
_TASKS: Final = text("""
    INSERT INTO tasks (id, version, title, priority, deadline, done, done_at, owner_id, created_by,
                       participant_ids, created_at, updated_at)
    SELECT gen_random_uuid(), 1, 'Call company ' || n, 'normal',
           CASE WHEN n % 20 = 0 THEN NULL WHEN done THEN moment
                ELSE now() + interval '1 day' * (chance % 45 - 15) + interval '1 ms' * n END,
           done, CASE WHEN done THEN moment END,
           (CAST(:sellers AS uuid[]))[1 + seller],
           (CAST(:sellers AS uuid[]))[1 + CASE n % 10 WHEN 0 THEN n / 10 % :people ELSE seller END],
           CASE WHEN n % 50 = 0 THEN ARRAY[(CAST(:sellers AS uuid[]))[1 + n / 50 % :people]]
                ELSE '{}' END, moment, moment
    FROM (SELECT n, n <= :rows - :open AS done, hashint4(n) & 1048575 AS chance,
                 (hashint4(n + :rows) & 1048575) % :people AS seller,
                 now() - interval '730 days' * (1 - n / CAST(:rows AS double precision)) AS moment
          FROM generate_series(1, :rows) AS n) AS made
""")
_OWN: Final = text("""
    UPDATE tasks SET owner_id = :owner, created_by = :owner WHERE id IN (
        (SELECT id FROM tasks WHERE NOT done ORDER BY number LIMIT :open)
        UNION ALL (SELECT id FROM tasks WHERE done ORDER BY number LIMIT :done))
""")
_LINKS: Final = text("""
    INSERT INTO task_links (record_id, entity, target_id, position, ordered, owner_id, open,
                            observer_ids, live)
    SELECT id, 'contact', CASE WHEN number % (:rows / 50) = 0 THEN CAST(:contact AS uuid)
                               ELSE md5(CAST(number % (:rows / 10) AS text))::uuid END,
           0, deadline, owner_id, false, '{}', true FROM tasks
""")


def filled(admin_url: str, rows: int, people: People) -> Database:
    """A database of `rows` tasks on the cluster of `admin_url`, made when it is not there."""
    links = Task.entity.record_links
    assert links is not None and links.child is not None
    tables = [Task.entity.table, links.child]
    name = f"bench_tasks_{rows}"
    return filled_database(admin_url, name, tables, lambda c: _insert(c, rows, people))


def _insert(connection: Connection, rows: int, people: People) -> None:
    labels = [
        {"entity": "user", "id": user, "version": 1, "name": str(user), "copied": {},
         "deleted": False}
        for user in people.sellers
    ]  # fmt: skip
    connection.execute(insert(LABELS), labels)
    sellers = [str(seller) for seller in people.sellers]
    given = {"rows": rows, "people": TEAM * TEAMS, "sellers": sellers, "open": OPEN_TASKS}
    connection.execute(_TASKS, given)
    own = {"owner": named("leaver"), "open": OWN_OPEN, "done": OWN_DONE}
    connection.execute(_OWN, own)
    connection.execute(_LINKS, {"rows": rows, "contact": str(named("contact"))})


def main() -> int:
    """Run the measurement; 1 when a ratio is over the target."""
    asked, people = options(__doc__), People()
    server = ensure_db(asked.home)
    databases = [filled(server.admin_url, rows, people) for rows in (SMALL, asked.rows)]
    viewers: dict[str, UUID] = {
        "unrestricted": named("chief"), "own": named("leaver"), "department": people.sellers[-1],
    }  # fmt: skip
    pages = {name: {"include": "owner", **query} for name, query in PAGES.items()}
    acts = pages_of(databases, Task, people.context, viewers, pages)
    worst = growth((SMALL, asked.rows), acts, asked.rounds)
    for database in databases:
        database.close()
    server.release()
    return int(worst > MOST)


if __name__ == "__main__":
    sys.exit(main())
