"""Activities by the million about leads, contacts and deals, five about each."""

from __future__ import annotations

import hashlib
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, text

from bench.filling import filled_database
from bench.lists_data import TEAM, TEAMS, People, keep_names
from chassis.database.engine import Database
from services.activities.models import ACTIVITY_TIMES, COMPANY_RECORDS, Activity

# Three in five are about leads. Owners, stages and the two years are spread as those of leads are.
_RECORDS: Final = text("""
    INSERT INTO labels (entity, id, version, name, copied, deleted, owner_id, stage_id, open,
                        observer_ids)
    SELECT entity, CAST(md5(entity || k) AS uuid), 1, entity || ' ' || k, '{}', false,
           (CAST(:sellers AS uuid[]))[1 + (hashint4(k) & 1048575) % :people],
           CASE entity WHEN 'lead' THEN (CAST(:stages AS uuid[]))[1 + (hashint4(-k) & 1048575) % 5]
                END, k % 100 = 1,
           CASE WHEN k % 100 = 0 THEN ARRAY[(CAST(:sellers AS uuid[]))[1 + k / 100 % :people]]
                ELSE '{}' END
    FROM (VALUES ('lead', 3), ('contact', 1), ('deal', 1)) AS e (entity, share),
         LATERAL generate_series(0, :rows * share / 25 - 1) AS k
""")
_COMPANIES: Final = text("""
    INSERT INTO labels (entity, id, version, name, copied, deleted, owner_id, open, observer_ids)
    SELECT 'company', CAST(md5('company' || k) AS uuid), 1, 'company ' || k, '{}', false,
           (CAST(:sellers AS uuid[]))[1 + k % :people], false, '{}'
    FROM generate_series(0, :rows / 125 - 1) AS k
""")
_MEMBERS: Final = text("""
    INSERT INTO company_records (entity, record_id, company_id)
    SELECT entity, CAST(md5(entity || k) AS uuid), CAST(md5('company' || k / 5) AS uuid)
    FROM (VALUES ('contact'), ('deal')) AS e (entity), generate_series(0, :rows / 25 - 1) AS k
""")
# The system noted three in five, one is a call, of which one in ten is planned.
_ACTIVITIES: Final = text("""
    INSERT INTO activities (id, version, kind, subject, done, done_at, occurred_at, starts_at,
                            owner_id, created_at, updated_at, observer_ids, participant_ids,
                            has_links)
    SELECT gen_random_uuid(), 1,
           (CAST(:kinds AS text[]))[1 + turn], 'Subject ' || k, NOT planned,
           CASE WHEN NOT planned THEN moment END, moment, CASE WHEN turn > 2 THEN moment END,
           CASE WHEN turn > 2
                THEN (CAST(:sellers AS uuid[]))[1 + (hashint4(k) & 1048575) % :people] END,
           moment, moment, '{}', '{}', true
    FROM (SELECT k, turn, turn = 3 AND hashint4(n + 7) % 10 = 0 AS planned,
                 now() - interval '730 days' * (1 - n / CAST(:rows AS double precision)) AS moment
          FROM generate_series(0, :rows - 1) AS n,
               LATERAL (SELECT n % (:rows / 5) AS k,
                               (hashint4(n) & 1048575) % 5 AS turn) AS place) AS made
""")
# The number of an activity is its place in the order above, so that its record can be told.
_LINKS: Final = text("""
    INSERT INTO activity_links (record_id, entity, target_id, position, ordered, owner_id, stage_id,
                                open, observer_ids, live, filtered)
    SELECT a.id, l.entity, l.id, 0, a.occurred_at, l.owner_id, l.stage_id, l.open, l.observer_ids,
           true, a.kind
    FROM (SELECT id, occurred_at, kind, (number - 1) % (:rows / 5) AS k FROM activities) AS a,
         LATERAL (SELECT CASE k % 5 WHEN 3 THEN 'contact' WHEN 4 THEN 'deal' ELSE 'lead' END
                         AS entity,
                         CASE WHEN k % 5 < 3 THEN k / 5 * 3 + k % 5 ELSE k / 5 END AS place) AS t
         JOIN labels l ON l.entity = t.entity AND l.id = CAST(md5(t.entity || place) AS uuid)
""")


def record_id(entity: str, number: int) -> UUID:
    """The id of a record that activities are about."""
    return UUID(hashlib.md5(f"{entity}{number}".encode(), usedforsecurity=False).hexdigest())


def filled(admin_url: str, rows: int, people: People) -> Database:
    """A database of `rows` activities on the cluster of `admin_url`, made when it is not there."""
    links = Activity.entity.record_links
    assert links is not None and links.child is not None
    tables = (Activity.entity.table, links.child, COMPANY_RECORDS, ACTIVITY_TIMES)
    name = f"bench_activities_{rows}"
    return filled_database(admin_url, name, tables, lambda c: _insert(c, rows, people))


def _insert(connection: Connection, rows: int, people: People) -> None:
    keep_names(connection, people)
    given = {
        "rows": rows,
        "people": TEAM * TEAMS,
        "sellers": [str(seller) for seller in people.sellers],
        "stages": [str(stage) for stage in people.stages.values()],
        "kinds": ["system", "system", "system", "call", "note"],
    }
    for statement in (_RECORDS, _COMPANIES, _MEMBERS, _ACTIVITIES):
        names = {name for name in given if f":{name}" in statement.text}
        connection.execute(statement, {name: given[name] for name in names})
    connection.execute(text("ANALYZE labels"))
    connection.execute(_LINKS, {"rows": rows})
