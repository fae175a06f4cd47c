"""Holds what clients were told against what the databases hold once everything has settled."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.pool import NullPool

from chassis.database.engine import with_driver
from chassis.journal.verifying import verify
from tests.fault.load import Write

SETTLE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Databases:
    """The URLs of the databases a check looks into."""

    leads: str
    activities: str

    @classmethod
    def of(cls, environment: dict[str, str]) -> Databases:
        """Those of a platform started with `environment`."""
        url = environment["DATABASE_URL"]
        return cls(url.replace("{service}", "leads"), url.replace("{service}", "activities"))


@cache
def _engine(url: str) -> Engine:
    return create_engine(with_driver(url), poolclass=NullPool)


def read(url: str, statement: str, **parameters: Any) -> list[Any]:
    """The rows of one statement, read on a connection of its own."""
    with _engine(url).connect() as connection:
        return list(connection.execute(text(statement), parameters))


def _scalar(url: str, statement: str) -> Any:
    return read(url, statement)[0][0]


def settle(databases: Databases, seconds: float = SETTLE_SECONDS) -> float:
    """Wait until everything written has been heard; returns the seconds it took, or fails."""
    began = time.monotonic()
    seen: tuple[Any, ...] = ()
    while time.monotonic() - began < seconds:
        written = _scalar(databases.leads, "SELECT count(*) FROM journal WHERE entity = 'lead'")
        pending = _scalar(databases.leads, "SELECT count(*) FROM journal_pending")
        unsent = _scalar(
            databases.leads,
            "SELECT coalesce(max(position - sent_position), 0) FROM sequencer_state",
        )
        heard = _scalar(
            databases.activities,
            "SELECT count(*) FROM inbox WHERE listener = 'activities--leads--system_activities'",
        )
        seen = (written, pending, unsent, heard)
        if pending == unsent == 0 and heard >= written:
            return time.monotonic() - began
        time.sleep(0.25)
    raise AssertionError(f"not settled in {seconds} s: written, pending, unsent, heard = {seen}")


def faults(databases: Databases, writes: Sequence[Write]) -> list[str]:
    """Everything that is not as promised; empty when nothing was lost, doubled or reordered."""
    return [
        *_writes_against_journal(databases, writes),
        *_journal_against_itself(databases),
        *_activities_against_journal(databases),
    ]


def _writes_against_journal(databases: Databases, writes: Sequence[Write]) -> list[str]:
    rows = read(
        databases.leads,
        """
        SELECT j.changes || coalesce(s.changes, '{}') AS changes, j.record_id, j.record_version
        FROM journal j LEFT JOIN journal_personal s ON s.event_id = j.id
        WHERE j.entity = 'lead'
        """,
    )
    effects: Counter[str] = Counter()
    versions: dict[str, tuple[str, int]] = {}
    for row in rows:
        value = _after(row.changes, "comments") or _after(row.changes, "title")
        if value:
            effects[value] += 1
            versions[value] = (str(row.record_id), row.record_version)
    found = []
    for write in writes:
        count = effects[write.value]
        if count > 1:
            found.append(f"{write.kind} {write.key} took effect {count} times")
        if write.acknowledged and count == 0:
            found.append(f"{write.kind} {write.key} was acknowledged and is lost")
        if write.acknowledged and count == 1:
            told = (write.record_id, write.version)
            if versions[write.value] != told:
                found.append(
                    f"{write.key} was told {told}, the journal has {versions[write.value]}"
                )
    current = read(databases.leads, "SELECT id, title, version FROM leads")
    newest = {str(row.id): row.version for row in current}
    for write in writes:
        if write.acknowledged and newest.get(write.record_id, 0) < (write.version or 0):
            found.append(f"record {write.record_id} is behind its acknowledged version")
    return found


def _after(changes: dict[str, Any], field: str) -> Any:
    change = changes.get(field)
    return change[1] if isinstance(change, list) and len(change) == 2 else None


def _journal_against_itself(databases: Databases) -> list[str]:
    with _engine(databases.leads).connect() as connection:
        found = [f"journal: {broken}" for broken in verify(connection)]
        found += _gaps(connection)
    return found


def _gaps(connection: Connection) -> list[str]:
    first, last, count = connection.execute(
        text("SELECT min(position), max(position), count(*) FROM journal_positions")
    ).one()
    whole = (first, last) == (1, count)
    found = [] if whole else [f"positions {first} to {last} hold {count} events"]
    disorder = connection.execute(
        text("""
            SELECT count(*) FROM (
                SELECT j.record_version, lag(j.record_version) OVER (
                    PARTITION BY j.entity, j.record_id ORDER BY p.position) AS before
                FROM journal j JOIN journal_positions p ON p.event_id = j.id) ordered
            WHERE before > record_version
        """)
    ).scalar_one()
    return found + ([f"{disorder} events stand before an older one"] if disorder else [])


def _activities_against_journal(databases: Databases) -> list[str]:
    """Every event of a lead is one system activity, in the order of the record's versions."""
    events = {
        str(row.id): (str(row.record_id), row.record_version)
        for row in read(
            databases.leads, "SELECT id, record_id, record_version FROM journal WHERE entity='lead'"
        )
    }
    noted = [
        str(row.event_id)
        for row in read(databases.activities, "SELECT event_id FROM activities ORDER BY number")
        if row.event_id is not None
    ]
    found = [f"event {event} was noted {n} times" for event, n in Counter(noted).items() if n > 1]
    found += [f"event {event} was never noted" for event in events.keys() - set(noted)]
    newest: dict[str, int] = {}
    for event in noted:
        record, version = events.get(event, ("", 0))
        if newest.get(record, 0) > version:
            found.append(f"record {record}: version {version} was noted after {newest[record]}")
        newest[record] = version
    parked = _scalar(databases.activities, "SELECT count(*) FROM parked_events")
    kept = _scalar(databases.activities, "SELECT count(*) FROM quarantine")
    found += [f"{parked} events are parked"] if parked else []
    return found + ([f"{kept} messages are in quarantine"] if kept else [])
