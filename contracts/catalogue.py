"""Everything that is said on the bus and who hears it: the one list that queues are made from."""

from __future__ import annotations

from types import ModuleType
from typing import Final

from contracts import activities, contacts, deals, identity, leads
from contracts.speech import EntityContract, EventContract, ListenerContract

_SPEAKERS: Final[tuple[ModuleType, ...]] = (identity, leads, contacts, deals, activities)

SERVICES: Final[tuple[str, ...]] = tuple(speaker.SERVICE for speaker in _SPEAKERS)
SPEAKERS: Final[tuple[str, ...]] = ("gateway", *SERVICES)
ENTITIES: Final[dict[str, EntityContract]] = {
    entity.name: entity for speaker in _SPEAKERS for entity in speaker.ENTITIES
}
EVENTS: Final[dict[str, EventContract]] = {
    event.name: event for speaker in _SPEAKERS for event in speaker.EVENTS
}
LISTENERS: Final[tuple[ListenerContract, ...]] = (
    ListenerContract("leads", "identity", "user_names", ("user",)),
    ListenerContract("leads", "contacts", "customer_names", ("contact", "company")),
    ListenerContract("leads", "contacts", "known_senders", ("lead_match",)),
    ListenerContract("leads", "deals", "deal_names", ("deal",)),
    ListenerContract("contacts", "identity", "user_names", ("user",)),
    ListenerContract("contacts", "leads", "lead_keys", ("lead",)),
    ListenerContract("contacts", "leads", "new_leads", ("lead",)),
    ListenerContract("deals", "identity", "user_names", ("user",)),
    ListenerContract("deals", "contacts", "customer_names", ("contact", "company")),
    ListenerContract("deals", "leads", "lead_names", ("lead",)),
    ListenerContract("deals", "activities", "done_activities", ("activity",)),
    ListenerContract("leads", "activities", "activity_times", ("activity_times",)),
    ListenerContract("contacts", "activities", "activity_times", ("activity_times",)),
    ListenerContract("deals", "activities", "activity_times", ("activity_times",)),
    ListenerContract("activities", "identity", "user_names", ("user",)),
    ListenerContract("activities", "leads", "lead_facts", ("lead",)),
    ListenerContract("activities", "leads", "system_activities", ("lead",)),
    ListenerContract("activities", "contacts", "customer_facts", ("contact", "company")),
    ListenerContract("activities", "contacts", "system_activities", ("contact", "company")),
    ListenerContract("activities", "deals", "deal_facts", ("deal",)),
    ListenerContract("activities", "deals", "system_activities", ("deal",)),
    ListenerContract("activities", "activities", "notifications", ("activity", "task")),
)


def entity_by_plural(plural: str) -> EntityContract | None:
    """The entity that stands as `plural` in paths, or None."""
    return next((entity for entity in ENTITIES.values() if entity.plural == plural), None)


def field_behind(entity: str, copied: str) -> str:
    """The field of `entity` that others keep as `copied`: its title under `name`."""
    contract = ENTITIES.get(entity)
    return contract.title if contract and copied == "name" else copied


def events_of(service: str) -> tuple[EventContract, ...]:
    """The events that `service` publishes."""
    speaker = next(speaker for speaker in _SPEAKERS if service == speaker.SERVICE)
    return tuple(speaker.EVENTS)


def listeners_of(source: str) -> tuple[ListenerContract, ...]:
    """Who hears what `source` says."""
    return tuple(listener for listener in LISTENERS if listener.source == source)


def listener_at(queue: str) -> ListenerContract | None:
    """The listener whose queue it is, or None."""
    return next((listener for listener in LISTENERS if listener.queue == queue), None)


def heard_entities(source: str) -> frozenset[str]:
    """The entities of `source` that somebody listens to; the rest is published to nobody."""
    return frozenset(entity for listener in listeners_of(source) for entity in listener.entities)
