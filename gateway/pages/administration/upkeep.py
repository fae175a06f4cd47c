"""Events that were given up, and whether the journals are whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from chassis.errors import Malformed, Refusal, Unavailable
from contracts.catalogue import ENTITIES, SERVICES
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.pages.administration.rows import BASE, REFUSED, row, said
from gateway.pages.house import House, moved
from gateway.parameters import text
from gateway.registry import Route
from gateway.routes.upkeep import SETTING, dead_events, retry, verify

_DEAD: Final = f"{BASE}/dead-events"
_AUDIT: Final = f"{BASE}/audit"
_JOB: Final = re.compile(r"[a-z]+-[0-9a-f-]{36}")
_RUNNING: Final = frozenset({"waiting", "running"})
_RETRIED: Final = (text("retried", "How many were tried again just now."),)
_JOBS: Final = (text("jobs", "The jobs that verify, separated by commas.", required=True),)


def upkeep_pages(house: House) -> Iterator[Route]:
    """What who looks after the platform wants to know."""
    yield row("GET", _DEAD, "dead_events", SETTING, lambda asked: _dead(house, asked),
              "Events that were given up", parameters=_RETRIED)  # fmt: skip
    yield row("POST", f"{_DEAD}/retry", "dead_events.retry", SETTING,
              lambda asked: _retry(house, asked), "Try events again")  # fmt: skip
    yield row("POST", f"{_AUDIT}/verify", "audit.verify", SETTING,
              lambda asked: _verify(house, asked), "Verify the journals")  # fmt: skip
    yield row(
        "GET",
        f"{_AUDIT}/verified",
        "audit.verified",
        SETTING,
        lambda asked: _verified(house, asked),
        "How far that is",
        parameters=_JOBS,
    )


def _dead(house: House, asked: Asked, refusal: Refusal | None = None) -> Answer:
    found = dead_events(asked)
    retried = asked.query.get("retried") or "" if asked.route.method == "GET" else ""
    return house.page(
        asked, "administration_dead.html", status=422 if refusal else 200, events=found["items"],
        away=found["unavailable"], said=said(asked, refusal) if refusal else "",
        retried=int(retried) if retried.isascii() and retried.isdigit() and len(retried) < 6
        else None, plurals={name: entity.plural for name, entity in ENTITIES.items()},
    )  # fmt: skip


def _retry(house: House, asked: Asked) -> Answer:
    """Try one event again, or all that are chosen: each is named as `service:id`."""
    chosen: dict[str, list[str]] = {}
    for one in asked.form.getlist("event"):
        service, _, identifier = one.partition(":")
        if service not in SERVICES:
            raise Malformed("The form cannot be understood.")
        chosen.setdefault(service, []).append(identifier)
    count = 0
    try:
        for service, events in chosen.items():
            count += retry(asked.keyed(service), service, events)["retried"]
    except REFUSED as refusal:
        return _dead(house, asked, refusal)
    return moved(asked, f"{_DEAD}?retried={count}")


def _verify(house: House, asked: Asked) -> Answer:
    found = verify(asked)
    return _shown(house, asked, found["jobs"], found["unavailable"])


def _verified(house: House, asked: Asked) -> Answer:
    names = asked.query["jobs"].split(",")
    jobs = {name.partition("-")[0]: name for name in names if _JOB.fullmatch(name)}
    known = {service: name for service, name in jobs.items() if service in SERVICES}
    return _shown(house, asked, known, [each for each in SERVICES if each not in known])


def _shown(house: House, asked: Asked, jobs: Mapping[str, str], away: list[str]) -> Answer:
    answers = asked.gather([(service, "job", {"id": name}) for service, name in jobs.items()])
    found = {service: answer if isinstance(answer, Mapping) else None
             for service, answer in zip(jobs, answers, strict=True)
             if isinstance(answer, Mapping | Unavailable)}  # fmt: skip
    running = any(one is None or one["state"] in _RUNNING for one in found.values())
    return house.page(
        asked, "administration_verified.html", found=found, running=running,
        away=[*away, *(service for service in jobs if service not in found)],
        names=",".join(jobs.values()),
    )  # fmt: skip
