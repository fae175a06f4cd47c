"""Whether all that any service says has been heard: by every listener, with nothing put aside."""

from __future__ import annotations

from typing import Any

from contracts.catalogue import LISTENERS, SERVICES
from tests.fault.checker import read

_SAID = """
    SELECT (SELECT count(*) FROM journal_pending) AS pending,
           (SELECT coalesce(max(position - sent_position), 0) FROM sequencer_state) AS unsent
"""
_NEWEST = """
    SELECT coalesce(max(p.position), 0) FROM journal_positions p
    JOIN journal j ON j.id = p.event_id WHERE j.entity = ANY(:entities)
"""
_HEARD = "SELECT listener, position FROM listener_positions"
_ASIDE = """
    SELECT listener || ' has ' || state || ' events' AS what FROM parked_events
    UNION ALL SELECT 'a message of ' || queue || ' in quarantine' FROM quarantine
    UNION ALL SELECT 'due work ' || kind || ' failed' FROM due_work WHERE state = 'failed'
"""


def unheard(url: str) -> list[str]:
    """What has been said and not heard yet, as sentences. `url` names `{service}`."""
    found = []
    heard: dict[str, int] = {}
    for service in SERVICES:
        own = url.replace("{service}", service)
        [said] = read(own, _SAID)
        found += [f"{service} has not said {said}"] if said.pending or said.unsent else []
        heard |= {row.listener: row.position for row in read(own, _HEARD)}
    for listener in LISTENERS:
        source = url.replace("{service}", listener.source)
        newest = read(source, _NEWEST, entities=list(listener.entities))[0][0]
        if heard.get(listener.queue, 0) < newest:
            found.append(f"{listener.queue} heard {heard.get(listener.queue, 0)} of {newest}")
    return found


def deaf(url: str) -> list[str]:
    """Everything that listeners lack for good: events put aside, copies that are behind."""
    found = []
    for service in SERVICES:
        rows = read(url.replace("{service}", service), _ASIDE)
        found += [f"{service}: {row.what}" for row in rows]
    for listener in LISTENERS:
        for entity in listener.entities:
            found += _behind(url, listener.consumer, listener.source, entity)
    return found


def _behind(url: str, consumer: str, source: str, entity: str) -> list[str]:
    """The labels of `entity` in `consumer`, if it keeps any, that are not as the source says."""
    query = "SELECT id, version FROM labels WHERE entity = :entity"
    kept = _versions(url.replace("{service}", consumer), query, entity)
    query = """SELECT record_id AS id, max(record_version) AS version FROM journal
               WHERE entity = :entity GROUP BY record_id"""
    owned = _versions(url.replace("{service}", source), query, entity)
    differing = {each for each in kept.keys() | owned.keys() if kept.get(each) != owned.get(each)}
    if not kept or not differing:
        return []
    return [f"{consumer} has {len(differing)} of {len(owned)} {entity} otherwise than {source}"]


def _versions(url: str, query: str, entity: str) -> dict[Any, int]:
    return {row.id: row.version for row in read(url, query, entity=entity)}
