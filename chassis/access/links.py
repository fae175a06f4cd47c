"""Entities whose records are read by whoever reads what they link to, such as activities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chassis.wire import as_uuid
from contracts.access import Level
from contracts.catalogue import ENTITIES

if TYPE_CHECKING:
    from chassis.access.rights import Rights


def linked_entities(entity: str) -> tuple[str, ...]:
    """The entities whose readers read the records of `entity` that link to them; usually none."""
    contract = ENTITIES.get(entity)
    return contract.linked if contract else ()


def covers_linked(rights: Rights, entity: str, facts: Mapping[str, Any]) -> bool:
    """Whether the row of `facts` is read: the twin of the branches of `scope`.

    `facts["links"]` holds the facts of each record that it links to, with its `entity` and
    whether it is `live`: known here, and not in the recycle bin.
    """
    level = rights.level(entity, "read")
    if level is Level.none:
        return False
    if is_personal(rights, facts):
        return True
    links = facts.get("links") or ()
    if links:
        return any(reads_link(rights, link) for link in links)
    owners, owner = rights.owners(level), facts.get("owner_id")
    if owners is None or (owner is not None and as_uuid(owner) in owners):
        return True
    return level is Level.open and bool(facts.get("open"))


def is_personal(rights: Rights, facts: Mapping[str, Any]) -> bool:
    """Whether the actor is responsible for the row, or one of those who read it by name."""
    me, owner = rights.user_id, facts.get("owner_id")
    if me is None:
        return False
    observers = {str(observer) for observer in facts.get("observer_ids") or ()}
    return (owner is not None and as_uuid(owner) == me) or str(me) in observers


def reads_link(rights: Rights, link: Mapping[str, Any]) -> bool:
    """Whether the actor reads the record that a link with these facts points at."""
    return bool(link["live"]) and rights.covers(link["entity"], "read", link)
