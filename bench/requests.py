"""What one HTTP request costs the whole stack in CPU time, with 10,000 leads.

`python -m bench.requests` fails when a figure is over its target. Conversions have none: each makes
a company, a contact and a deal in two other services.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final
from uuid import uuid4

from bench.stack import CLIENTS, REQUESTS, ROUNDS, Act, expect, over_targets, stack
from tests.system.client import Client
from tests.system.platform import command

LEADS: Final = 10_000
MOST: Final = {"GET /leads/{id}": 9.0, "GET /leads (50)": 17.0, "PATCH": 12.0, "POST /leads": 20.0}
CONVERT: Final = "POST /leads/{id}/convert"


def acts(clients: Sequence[Client]) -> dict[str, Act]:
    """What is measured, by the names of `MOST`."""
    asked = {"limit": REQUESTS, "filter": {"status": {"in": ["new", "in_progress"]}}}
    page = expect(clients[0].post("/leads/search", asked), 200)["items"]
    versions = {item["id"]: item["version"] for item in page}
    ids = list(versions)

    def get(client: Client, number: int) -> None:
        expect(client.get(f"/leads/{ids[number % len(ids)]}"), 200)

    def listed(client: Client, _number: int) -> None:
        expect(client.get("/leads", limit=50), 200)

    def update(client: Client, number: int) -> None:
        record = ids[number % len(ids)]
        answer = client.patch(
            f"/leads/{record}", {"comments": uuid4().hex}, version=versions[record]
        )
        versions[record] = expect(answer, 200)["version"]

    def create(client: Client, _number: int) -> None:
        expect(client.post("/leads", _new_lead()), 201)

    return dict(zip(MOST, (get, listed, update, create), strict=True))


def converting(clients: Sequence[Client]) -> Act:
    """Each time another lead becomes a company, a contact and a deal."""
    count = REQUESTS * (ROUNDS + 1)

    def made(number: int) -> str:
        client = clients[number % len(clients)]
        lead: str = expect(client.post("/leads", _new_lead()), 201)["id"]
        return lead

    leads = [made(number) for number in range(count)]
    everything = {target: {"create": {}} for target in ("company", "contact", "deal")}

    def convert(client: Client, _number: int) -> None:
        answer = expect(client.post(f"/leads/{leads.pop()}/convert", everything), 200)
        if answer["state"] != "done":
            raise RuntimeError(f"A conversion is {answer['state']}.")

    return convert


def _new_lead() -> dict[str, object]:
    name = uuid4().hex
    return {
        "title": name,
        "first_name": "Ana",
        "last_name": name,
        "company_name": f"Company {name}",
        "phones": [{"value": "+5511953511234", "kind": "mobile"}],
        "emails": [{"value": f"{name}@example.com", "kind": "work"}],
        "source": "web",
    }


def main() -> int:
    """Run the measurement; 1 when a figure is over its target."""
    with stack() as running:
        command(running.environment, "seed", "--leads", str(LEADS))
        clients = [running.platform.administrator() for _ in range(CLIENTS)]
        measured = {**acts(clients), CONVERT: converting(clients)}
        return int(
            over_targets(running, {name: (act, clients) for name, act in measured.items()}, MOST)
        )


if __name__ == "__main__":
    sys.exit(main())
