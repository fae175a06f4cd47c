"""`crm seed --wait` beside a running platform: once it ends, every service knows of everything."""

from __future__ import annotations

import json
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


def figures(platform: Platform) -> dict[str, int]:
    """How many records there are, and of how many leads activities and contacts have heard."""
    root = platform.administrator()
    leads = "SELECT count(DISTINCT {}) FROM {} WHERE {} = 'lead'"
    noted = leads.format("target_id", "activity_links", "entity")
    known = leads.format("record_id", "match_keys", "entity")
    return {
        **{name: root.get(f"/{name}", count="exact").json()["total"] for name in COUNTS},
        "noted": counted(platform, "activities", noted),
        "known": counted(platform, "contacts", known),
    }


def test_everybody_has_heard_of_what_was_seeded_once_the_command_ends(platform: Platform) -> None:
    before = figures(platform)
    wanted = [part for name, count in COUNTS.items() for part in (f"--{name}", str(count))]
    said = command(platform.environment, "seed", *wanted, "--wait")
    assert said.splitlines()[-1] == "Every listener is up to date."
    assert command(platform.environment, "seed", "--activities", "90", "--tasks", "30", "--wait")
    added = {name: figure - before[name] for name, figure in figures(platform).items()}
    assert added == {**COUNTS, "noted": COUNTS["leads"], "known": COUNTS["leads"]}
    known_sizes = "SELECT reltuples::integer FROM pg_class WHERE relname = 'lead_points'"
    assert counted(platform, "leads", known_sizes) >= COUNTS["leads"]
    page = platform.administrator().get("/deals", include="company", sort="company.industry")
    first = page.json()["items"][0]
    assert first["company"]["industry"] and first["company"]["name"]
    worked_on = {"next_activity_at": {"nempty": True}, "last_activity_at": {"nempty": True}}
    found = platform.administrator().get("/deals", filter=json.dumps(worked_on)).json()["items"]
    story = platform.administrator().get(f"/deals/{found[0]['id']}/timeline").json()["items"]
    assert found[0]["last_activity_at"] in {each["occurred_at"] for each in story}


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
