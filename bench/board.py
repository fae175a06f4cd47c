"""What the board of 50,000 deals costs the whole stack in CPU time, for four kinds of viewer.

`python -m bench.board` prints for each how many statements a board takes, and fails when a board of
one of them is over the target.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from bench.stack import CLIENTS, Act, Stack, expect, over_targets, stack
from chassis.command_line.acting import as_user
from chassis.command_line.services import load_services
from chassis.command_line.upgrading import assembled
from chassis.settings import load
from chassis.testing.statements import StatementCounter
from tests.system.client import Client
from tests.system.people import PASSWORD, make_person
from tests.system.platform import ADMIN_EMAIL, ADMIN_PASSWORD, command

MOST: Final = 30.0
COMPANIES, CONTACTS, DEALS = 5_000, 10_000, 50_000
DEPARTMENTS, SELLERS = 4, 10
# What somebody who works with a board looks at: with names in place of ids.
QUERIES: Final[dict[str, dict[str, str]]] = {
    "": {},
    " with names": {"include": "owner,company,contacts"},
}


@dataclass(frozen=True)
class Viewer:
    """Who looks at the board."""

    email: str
    password: str
    id: UUID


def people(running: Stack) -> dict[str, Viewer]:
    """Four departments of ten sellers; of the viewers one sees all deals, one their own, one those
    of their department, and one these but none that are lost, of the new ones their own, and all
    that are proposed."""
    administrator = running.platform.administrator()
    _roles(administrator)
    roles = {(0, 0): "team", (1, 0): "staged"}
    viewers = {"unrestricted": Viewer(ADMIN_EMAIL, ADMIN_PASSWORD, UUID(administrator.user["id"]))}
    names = {(0, 0): "department", (1, 0): "stage overrides", (2, 0): "own"}
    for number in range(DEPARTMENTS):
        team = administrator.made("/departments", {"name": f"Team {number}"})["id"]
        for place in range(SELLERS):
            role = roles.get((number, place), "manager")
            client = make_person(running.platform, administrator, f"S{number}{place}", role, [team])
            if (number, place) in names:
                user = client.user
                viewers[names[number, place]] = Viewer(user["email"], PASSWORD, UUID(user["id"]))
    return viewers


def _roles(administrator: Client) -> None:
    pipeline = expect(administrator.get("/pipelines"), 200)["items"][0]
    stages = {stage["code"]: stage["id"] for stage in pipeline["stages"]}
    read = {entity: {"read": "all"} for entity in ("lead", "contact", "company")}
    overrides = {
        stages["lost"]: {"read": "none"},
        stages["new"]: {"read": "own"},
        stages["proposal"]: {"read": "all"},
    }
    for code, more in (("team", {}), ("staged", {"stages": {"deal": overrides}})):
        grants = {**read, "deal": {"read": "department"}}
        role = {"code": code, "name": {"en": code, "pt-BR": code}, "grants": grants, **more}
        administrator.made("/roles", role)


def statements(running: Stack, viewers: dict[str, Viewer]) -> Iterator[str]:
    """How many statements the board of each viewer takes."""
    with assembled(load(running.environment), load_services()) as services:
        by_name: dict[str, Any] = {service.name: service for service in services}
        deals = by_name["deals"]
        organisation = deals.parts.holder.refresh()
        for name, viewer in viewers.items():
            for suffix, query in QUERIES.items():
                context = as_user("deals", viewer.id, organisation)
                with StatementCounter()() as seen:
                    deals.board(context, "deal", query)
                yield f"{name + suffix:28} {len(seen)} statements"


def board(query: dict[str, str]) -> Act:
    """Asks for the board."""

    def ask(client: Client, _number: int) -> None:
        expect(client.get("/deals/board", **query), 200)

    return ask


def main() -> int:
    """Run the measurement; 1 when a figure is over its target."""
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    with stack() as running:
        viewers = people(running)
        counts = {"companies": COMPANIES, "contacts": CONTACTS, "deals": DEALS}
        wanted = [part for name, count in counts.items() for part in (f"--{name}", str(count))]
        command(running.environment, "seed", *wanted, "--wait")
        asked: dict[str, tuple[Act, Sequence[Client]]] = {}
        for name, viewer in viewers.items():
            clients = [
                running.platform.client(viewer.email, viewer.password) for _ in range(CLIENTS)
            ]
            for suffix, query in QUERIES.items():
                asked[name + suffix] = board(query), clients
        print(*statements(running, viewers), sep="\n", flush=True)
        return int(over_targets(running, asked, dict.fromkeys(asked, MOST)))


if __name__ == "__main__":
    sys.exit(main())
