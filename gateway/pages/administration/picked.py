"""Whom and what the pickers of a page have picked, by name."""

from __future__ import annotations

from uuid import UUID

from chassis.errors import Refusal
from contracts.catalogue import ENTITIES
from gateway.asked import Asked


def picked_person(asked: Asked) -> dict[str, str] | None:
    """The user that the page asks about, if the organisation knows them."""
    assert asked.user is not None
    try:
        known = asked.user.rights.organisation.users.get(UUID(asked.query.get("user") or ""))
    except ValueError:
        return None
    return {"id": str(known.id), "name": known.name} if known else None


def picked_record(asked: Asked) -> dict[str, str] | None:
    """The record that the page asks about, by the name that the viewer reads of it."""
    kind, _, identifier = (asked.query.get("record") or "").partition(":")
    entity = ENTITIES.get(kind)
    if entity is None or not identifier:
        return None
    arguments = {"entity": kind, "id": identifier, "fields": f"{entity.title},number"}
    try:
        record = asked.call(entity.service, "get", arguments)
    except Refusal:
        return {"id": f"{kind}:{identifier}", "name": ""}
    name = record.get(entity.title) or f"#{record.get('number')}"
    return {"id": f"{kind}:{identifier}", "name": str(name)}
