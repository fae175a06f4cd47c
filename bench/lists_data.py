"""Leads by the hundred thousand, and four people whose lists are hard in different ways."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final
from uuid import UUID, uuid5

from sqlalchemy import Connection, Table, insert, text

from bench.filling import filled_database
from chassis.access.organisation import Organisation
from chassis.context import Actor, Context
from chassis.database.engine import Database
from chassis.listening.tables import LABELS
from chassis.stages.tables import STAGES
from services.leads.models import Lead

_SPACE: Final = UUID("018f0000-0000-7000-8000-000000000000")
_CHANGED: Final = ("lead", "activity")
STATUSES: Final = ("new", "in_progress", "qualified", "converted", "junk")
TEAM, TEAMS = 40, 10
OLD_ROWS = 50


def named(name: str) -> UUID:
    """The same UUID for the same name."""
    return uuid5(_SPACE, name)


@dataclass
class People:
    """Ten teams of forty sellers. The last team stopped selling a year ago."""

    stages: dict[str, UUID] = field(default_factory=lambda: {c: named(c) for c in STATUSES})

    @cached_property
    def sellers(self) -> list[UUID]:
        """Everybody who owns leads, team by team."""
        return [named(f"seller {number}") for number in range(TEAM * TEAMS)]

    @property
    def viewers(self) -> dict[str, UUID]:
        """Who lists: everything; fifty old rows; an idle department; stages set apart."""
        return {
            "unrestricted": named("chief"),
            "own, 50 old rows": named("leaver"),
            "idle department": self.sellers[-1],
            "stage overrides": self.sellers[0],
        }

    def context(self, viewer: UUID, deadline: float) -> Context:
        """A call by `viewer`."""
        return Context(Actor("user", viewer, "gateway"), self._organisation, deadline)

    @cached_property
    def _organisation(self) -> Organisation:
        overrides = {
            str(self.stages["junk"]): {"read": "none"},
            str(self.stages["new"]): {"read": "own"},
            str(self.stages["qualified"]): {"read": "all"},
        }
        roles = [
            _role("all", "all"),
            _role("own", "own"),
            _role("team", "department"),
            _role("staged", "department", stages={"lead": overrides, "deal": overrides}),
        ]
        codes = {self.sellers[-1]: "team", self.sellers[0]: "staged"}
        users = [
            _user(seller, codes.get(seller, "own"), named(f"team {place // TEAM}"))
            for place, seller in enumerate(self.sellers)
        ]
        users += [_user(named("chief"), "all"), _user(named("leaver"), "own")]
        teams = [{"id": named(f"team {number}"), "name": str(number)} for number in range(TEAMS)]
        return Organisation.empty().apply(
            {"version": 1, "full": True, "users": users, "departments": teams, "roles": roles}
        )


def _role(code: str, level: str, **more: Any) -> dict[str, Any]:
    grants = {entity: {"read": level} for entity in ("contact", "company", "deal", "task")}
    grants |= {entity: dict.fromkeys(("read", "add", "update"), level) for entity in _CHANGED}
    return {"id": named(code), "code": code, "grants": grants, **more}


def _user(user: UUID, role: str, *teams: UUID) -> dict[str, Any]:
    return {"id": user, "name": str(user), "role_codes": [role], "department_ids": list(teams)}


# Two years of leads, one every few seconds or minutes. One in a hundred is watched by somebody,
# one in a hundred open. Teams sell alike; the last one's leads all come from the first year.
_LEADS = text("""
    INSERT INTO leads (id, version, title, first_name, last_name, company_name, source, status_id,
                       owner_id, observer_ids, open, amount, amount_currency, created_at,
                       updated_at, stage_changed_at)
    SELECT gen_random_uuid(), 1, 'Quote for company ' || n, 'First ' || n % 500, 'Last ' || n % 900,
           'Company ' || n, (CAST(:sources AS text[]))[1 + (hashint4(n) & 1048575) % 8],
           (CAST(:stages AS uuid[]))[1 + (hashint4(-n) & 1048575) % 5],
           (CAST(:sellers AS uuid[]))[1 + seller],
           CASE WHEN n % 100 = 0 THEN ARRAY[(CAST(:sellers AS uuid[]))[1 + n / 100 % :people]]
                ELSE '{}' END,
           n % 100 = 1, n % 9000, 'BRL', moment, moment, moment
    FROM (SELECT n, (hashint4(n + :rows) & 1048575) % :people AS seller,
                 now() - interval '730 days' * (1 - n / CAST(:rows AS double precision)) AS moment
          FROM generate_series(1, :rows) AS n) AS made
    WHERE NOT (seller >= :people - :team AND moment > now() - interval '1 year')
""")
_OLD = text("""
    UPDATE leads SET owner_id = :owner WHERE id IN (
        SELECT id FROM leads ORDER BY created_at OFFSET 1000 LIMIT :rows)
""")
_POINTS = text("""
    INSERT INTO lead_points (record_id, field, position, value, kind, is_primary, normalized)
    SELECT id, 'phones', 0, '+55' || 11900000000 + number, 'work', true,
           CAST(5511900000000 + number AS text) FROM leads
    UNION ALL
    SELECT id, 'emails', 0, 'person' || number || '@example.com', 'work', true,
           'person' || number || '@example.com' FROM leads
""")


def keep_names(connection: Connection, people: People) -> None:
    """The labels of everybody."""
    labels = [
        {"entity": "user", "id": user, "version": 1, "name": str(user), "copied": {},
         "deleted": False}
        for user in (*people.sellers, named("chief"), named("leaver"))
    ]  # fmt: skip
    connection.execute(insert(LABELS), labels)


def filled(admin_url: str, rows: int, people: People) -> Database:
    """A database of about `rows` leads on the cluster of `admin_url`, made when it is not there."""
    name = f"bench_lists_{rows}"
    return filled_database(admin_url, name, _tables(), lambda c: _insert(c, rows, people))


def _tables() -> list[Table]:
    points = Lead.entity.points
    assert points is not None
    return [Lead.entity.table, points]


def _insert(connection: Connection, rows: int, people: People) -> None:
    stages = [
        {"id": stage, "entity": "lead", "code": code, "names": {}, "kind": "process", "position": n}
        for n, (code, stage) in enumerate(people.stages.items())
    ]
    connection.execute(insert(STAGES), stages)
    keep_names(connection, people)
    sources = ["web", "call", "email", "partner", "advertising", "event", "referral", "other"]
    given = {"rows": rows, "people": TEAM * TEAMS, "team": TEAM, "sources": sources}
    given |= {"sellers": people.sellers, "stages": list(people.stages.values())}
    given = {name: list(map(str, v)) if isinstance(v, list) else v for name, v in given.items()}
    connection.execute(_LEADS, given)
    connection.execute(_OLD, {"owner": named("leaver"), "rows": OLD_ROWS})
    connection.execute(_POINTS)
