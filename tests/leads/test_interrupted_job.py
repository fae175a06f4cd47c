"""Leads leave a removed status once each, whatever is killed on the way."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.leads.house import House

LEADS = 800


def start(house: House) -> subprocess.Popen[bytes]:
    """A process that does the jobs of leads."""
    script = Path(__file__).with_name("mover.py")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.Popen([sys.executable, script, house.database.url], env=environment)


@pytest.mark.faults
def test_replacing_a_status_goes_on_where_a_killed_process_was(house: House) -> None:
    context = house.as_("root")
    house.service.records("lead").create_many(
        context, [{"title": str(n), "status": "new"} for n in range(LEADS)]
    )
    name = house.service.delete_stage(context, "lead", "new", "in_progress")["job"]

    def look() -> dict[str, object]:
        return house.service.job(context, name)

    def wait_until(enough: int) -> int:
        limit = time.monotonic() + 60
        while (done := int(str(look()["done"]))) < enough:
            assert time.monotonic() < limit
            time.sleep(0.005)
        return done

    first = start(house)
    try:
        killed_at = wait_until(100)
    finally:
        first.kill()
        first.wait()
    assert killed_at < LEADS
    second = start(house)
    try:
        wait_until(LEADS)
        limit = time.monotonic() + 10
        while look()["state"] != "done" and time.monotonic() < limit:
            time.sleep(0.05)
    finally:
        second.kill()
        second.wait()
    ended = look()
    assert (ended["state"], ended["done"], ended["result"]) == ("done", LEADS, {"moved": LEADS})
    query = text("""
        SELECT l.version, s.code, count(DISTINCT j.id) AS told, count(DISTINCT h.id) AS stays
        FROM leads l JOIN stages s ON s.id = l.status_id
        LEFT JOIN journal j ON j.record_id = l.id AND j.name = 'lead.status_changed'
        LEFT JOIN stage_history h ON h.record_id = l.id
        GROUP BY l.id, l.version, s.code
    """)
    with house.database.reading() as connection:
        outcomes = connection.execute(query).all()
    assert len(outcomes) == LEADS
    assert set(outcomes) == {(2, "in_progress", 1, 2)}
