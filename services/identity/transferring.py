"""Handing a leaver's records on: a job that asks every owner of records, chunk by chunk."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, select

from chassis.access.organisation import Organisation
from chassis.context import Context
from chassis.errors import Conflict, Fault, Forbidden, Invalid, Malformed, NotFound
from chassis.records.commands import Command
from chassis.records.rows import find_row
from chassis.service.base import Parts
from chassis.work.job import Job
from chassis.work.scheduling import job_context, job_name, schedule
from chassis.work.tables import DUE_WORK
from contracts.catalogue import ENTITIES
from services.identity.escalation import exceeds
from services.identity.models import User

KIND: Final = "transfer"
_MOVING: Final = {name: each.service for name, each in ENTITIES.items() if each.setting is None}
OWNERS: Final = tuple(dict.fromkeys(_MOVING.values()))
_SHOWN: Final = 100


@dataclass(frozen=True)
class Wishes:
    """To whom the records of each entity go; `everything` when one person takes all."""

    to: Mapping[str, UUID]
    only_open: bool
    everything: bool


def begin_transfer(parts: Parts, context: Context, user_id: UUID, body: Any) -> dict[str, Any]:
    """The job that hands the records of `user_id` on."""
    context.rights.require_setting("users")
    wishes = read_wishes(body)
    command = Command(context, "user.transfer", [str(user_id), body], repeatable=True)

    def unit(connection: Connection) -> dict[str, Any]:
        earlier = command.claim(connection)
        if earlier is not None:
            return earlier
        _refuse(connection, context, user_id, wishes)
        reply = {"job": job_name(parts.service, _scheduled(connection, context, user_id, wishes))}
        command.answer(connection, reply)
        return reply

    return parts.database.run(unit)


def read_wishes(body: Any) -> Wishes:
    """What `{to, only_open}` asks for; Malformed when it cannot be understood."""
    given = body if isinstance(body, Mapping) else {}
    faults = [Fault(f"/{name[:100]}", "unknown_field", "There is no such field.")
              for name in given if name not in ("to", "only_open")]  # fmt: skip
    to, only_open = given.get("to"), given.get("only_open")
    if only_open is not None and not isinstance(only_open, bool):
        faults.append(Fault("/only_open", "wrong_type", "Must be true or false."))
    chosen = to if isinstance(to, Mapping) else dict.fromkeys(_MOVING, to)
    faults += [Fault(f"/to/{name[:100]}", "unknown_field", "Nobody is responsible for such.")
               for name in chosen if name not in _MOVING]  # fmt: skip
    targets: dict[str, UUID] = {}
    for name, value in chosen.items():
        try:
            targets[name] = UUID(value)
        except (ValueError, TypeError, AttributeError):
            where = f"/to/{name[:100]}" if chosen is to else "/to"
            faults.append(Fault(where, "wrong_type", "Must be the id of a user."))
    if faults:
        unique = list(dict.fromkeys(faults))
        raise Malformed("The transfer cannot be understood.", code=unique[0].code, faults=unique)
    return Wishes(targets, bool(only_open), chosen is not to)


def transfer(job: Job, parts: Parts) -> dict[str, Any]:
    """Do what is left of a transfer. Safe to run again: a chunk that was done answers as it did."""
    given, organisation = job.arguments, parts.holder.refresh()
    context = replace(job_context(job, organisation), root_cause=job.id)
    wanted = _present(parts, context, given, given["to"]) if job.saved is None else None
    saved = job.saved or {"counts": wanted, "after": {}, "ended": [], "moved": {}, "left": [],
                          "left_count": 0}  # fmt: skip
    total = sum(saved["counts"].values())
    for entity in saved["counts"]:
        while entity not in saved["ended"]:
            reply = _next_chunk(parts, context, job, entity, saved)
            saved["moved"][entity] = saved["moved"].get(entity, 0) + reply["moved"]
            left = [{"type": entity, **each} for each in reply["left"]]
            saved["left"] = [*saved["left"], *left][:_SHOWN]
            saved["left_count"] += len(left)
            saved["after"][entity] = reply["after"]
            if reply["after"] is None:
                saved["ended"].append(entity)
            done = sum(saved["moved"].values()) + saved["left_count"]
            job.progress(done, max(total, done), saved=saved)
    return {name: saved[name] for name in ("moved", "left", "left_count")}


def _present(
    parts: Parts, context: Context, given: Mapping[str, Any], to: Mapping[str, str]
) -> dict[str, int]:
    """How many records there are to hand on, by entity, of those that their service knows."""
    services = tuple(dict.fromkeys(_MOVING[entity] for entity in to))
    asking = _soon(parts, context)
    answers = parts.client.gather([
        parts.remote(service).prepared(
            asking, "owned", owner=given["user"], only_open=given["only_open"]
        )
        for service in services
    ])  # fmt: skip
    counts = {entity: count for answer in answers for entity, count in answer.items()}
    return {entity: counts[entity] for entity in to if entity in counts}


def _next_chunk(
    parts: Parts, context: Context, job: Job, entity: str, saved: Mapping[str, Any]
) -> dict[str, Any]:
    after = saved["after"].get(entity)
    key = f"{KIND}:{job.id}:{entity}:{after[1] if after else 'first'}"
    asking = replace(_soon(parts, context), command_key=key)
    reply: dict[str, Any] = parts.remote(_MOVING[entity]).call(
        asking, "hand_over", entity=entity, owner=job.arguments["user"],
        to=job.arguments["to"][entity], after=after, only_open=job.arguments["only_open"],
    )  # fmt: skip
    return reply


def _soon(parts: Parts, context: Context) -> Context:
    return replace(context, deadline=time.monotonic() + parts.settings.write_deadline)


def _refuse(connection: Connection, context: Context, user_id: UUID, wishes: Wishes) -> None:
    """Raise what stands against the transfer: whoever takes records over reads them, as if they
    signed in as the one who had them."""
    row = find_row(connection, User.entity, user_id, deleted=None)
    if row is None:
        raise NotFound("There is no such record.")
    organisation = context.organisation
    if exceeds(_with(organisation, row), user_id, context.rights):
        raise Forbidden("This user holds more rights than you do.", code="account_out_of_reach")
    faults = []
    for entity, to in wishes.to.items():
        where = "/to" if wishes.everything else f"/to/{entity}"
        known = organisation.users.get(to)
        if known is None:
            faults.append(Fault(where, "unknown_reference", "No such user."))
        elif not known.active:
            faults.append(Fault(where, "inactive_user", "This user is not active."))
        elif to == user_id:
            faults.append(Fault(where, "same_user", "They are responsible already."))
    if faults:
        unique = list(dict.fromkeys(faults))
        raise Invalid("A rule is broken.", code=unique[0].code, faults=unique)


def _with(organisation: Organisation, row: Mapping[str, Any]) -> Organisation:
    """`organisation` with the user of `row` in it, also when they are in the recycle bin."""
    return organisation.apply({"version": organisation.version, "users": [dict(row)]})


def _scheduled(connection: Connection, context: Context, user_id: UUID, wishes: Wishes) -> UUID:
    arguments = {
        "user": str(user_id),
        "to": {entity: str(to) for entity, to in wishes.to.items()},
        "only_open": wishes.only_open,
    }
    key = f"{KIND}:{user_id}"
    job = schedule(connection, KIND, arguments, key=key, context=context)
    if connection.execute(select(DUE_WORK.c.id).where(DUE_WORK.c.id == job)).first() is None:
        raise Conflict("Their records are being handed on already.", code="transfer_running")
    return job
