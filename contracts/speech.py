"""The kinds of thing a service can say and hear, as plain data for `contracts.catalogue`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EntityContract:
    """An entity by its singular `name`, its plural in paths and the service that owns it. Its
    field `title` names a record to people, and is copied as `name`.

    `listed` entities have the generic record routes. Those with a `setting` (one of
    `contracts.access.SETTINGS`) are written by whoever holds it, in place of a level per operation.
    Those with `linked` are read by whoever may read a record of these entities that they link to.
    `pipelined` ones go through pipelines, between whose stages roles allow moves. `several` is what
    people call many of them, in English and in Portuguese.
    """

    name: str
    plural: str
    service: str
    title: str = "name"
    setting: str | None = None
    listed: bool = True
    linked: tuple[str, ...] = ()
    pipelined: bool = False
    several: tuple[str, str] = ("", "")

    @property
    def plural_labels(self) -> dict[str, str]:
        """What people call several of them, by language."""
        plain = self.plural.replace("_", " ").capitalize()
        return {"en": self.several[0] or plain, "pt-BR": self.several[1] or plain}


@dataclass(frozen=True, slots=True)
class EventContract:
    """An event by its `entity.past_tense` name; `schema` grows when its record gains a field."""

    name: str
    description: str
    schema: int = 1

    @property
    def entity(self) -> str:
        """The entity that the event is about, which is also its routing key."""
        return self.name.partition(".")[0]


@dataclass(frozen=True, slots=True)
class ListenerContract:
    """That service `consumer` hears the events of `entities` from `source` in its own queue."""

    consumer: str
    source: str
    name: str
    entities: tuple[str, ...]

    @property
    def queue(self) -> str:
        """The durable queue that holds what the listener has not yet taken."""
        return f"{self.consumer}--{self.source}--{self.name}"


def exchange(service: str) -> str:
    """The topic exchange on which `service` publishes; the routing key is the entity."""
    return f"{service}.events"
