"""What records are called to a viewer: asked of their owners, who tell only of what is readable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from chassis.errors import Refusal
from contracts.catalogue import ENTITIES

if TYPE_CHECKING:
    from gateway.asked import Asked
    from gateway.pages.descriptions import Field

_MOST: Final = 200

Names = dict[tuple[str, str], str]


def names_of(asked: Asked, wanted: Iterable[tuple[str, str]]) -> Names:
    """The names of those of `wanted`, pairs of entity and id, that the viewer reads. People have
    theirs from the gateway's own copy; of a service that is away nothing is known."""
    found, others = {}, dict[str, list[str]]()
    for entity, identifier in dict.fromkeys(wanted):
        if entity == "user":
            found[entity, identifier] = _person(asked, identifier)
        elif entity in ENTITIES:
            others.setdefault(entity, []).append(identifier)
    calls = [
        (ENTITIES[entity].service, "get_many", {"entity": entity, "ids": ids[:_MOST]})
        for entity, ids in others.items()
    ]
    for entity, answer in zip(others, asked.gather(calls) if calls else (), strict=True):
        if isinstance(answer, Refusal):
            continue
        for record in answer:
            title = record.get(ENTITIES[entity].title) or f"#{record.get('number', '')}"
            found[entity, str(record["id"])] = str(title)
    return {key: name for key, name in found.items() if name}


def referred(field: Field, value: Any) -> list[tuple[str, str]]:
    """The records that `value` of `field` refers to, as entity and id."""
    several = value if isinstance(value, list) else [value]
    target = field.reference or ""
    pairs = []
    for one in several:
        if isinstance(one, Mapping) and one.get("id"):
            pairs.append((str(one.get("type") or target), str(one["id"])))
        elif isinstance(one, str) and target:
            pairs.append((target, one))
    return pairs


def refers(field: Field) -> bool:
    """Whether the values of `field` are records."""
    return bool(field.reference or field.said.get("references"))


def _person(asked: Asked, identifier: str) -> str:
    assert asked.user is not None
    users = asked.user.rights.organisation.users.values()
    return next((user.name or user.email for user in users if str(user.id) == identifier), "")
