"""`crm seed --wait` beside a running platform: once it ends, every service knows of everything."""

from __future__ import annotations

import os
import subprocess
import sys

import psycopg2

from tests.system.platform import Platform, command

COUNTS = {"leads": 60, "companies": 12, "contacts": 40, "deals": 45}


def counted(platform: Platform, service: str, query: str) -> int:
    """What `query` counts in the database of `service`."""
    connection = psycopg2.connect(
        platform.environment["DATABASE_URL"].replace("{service}", service)
    )
    try:
        with connection.cursor() as cursor:
            cursor.execute(query)
            return int(cursor.fetchone()[0])
    finally:
        connection.close()


def test_everybody_has_heard_of_what_was_seeded_once_the_command_ends(platform: Platform) -> None:
    wanted = [part for name, count in COUNTS.items() for part in (f"--{name}", str(count))]
    said = command(platform.environment, "seed", *wanted, "--wait")
    assert said.splitlines()[-1] == "Every listener is up to date."
    root = platform.administrator()
    for name, count in COUNTS.items():
        assert root.get(f"/{name}", count="exact").json()["total"] == count
    first = root.get("/deals", include="company", sort="company.industry").json()["items"][0]
    assert first["company"]["industry"] and first["company"]["name"]
    leads = "SELECT count(DISTINCT {}) FROM {} WHERE {} = 'lead'"
    noted = leads.format("target_id", "activity_links", "entity")
    assert counted(platform, "activities", noted) == COUNTS["leads"]
    known = leads.format("record_id", "match_keys", "entity")
    assert counted(platform, "contacts", known) == COUNTS["leads"]


def test_waiting_alone_is_no_seeding(platform: Platform) -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "chassis.command_line", "seed", "--wait"],
        env={**os.environ, **platform.environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 2
    assert "Say what to add" in finished.stderr
