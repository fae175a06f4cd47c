"""Who may see a record, and why: what `GET /access/explain` says, as far as one may ask it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from chassis.errors import Forbidden, Refusal
from contracts.speech import EntityContract
from gateway.answers import Answer
from gateway.pages.editing import read_record
from gateway.pages.house import House
from gateway.pages.lists import PAGE
from gateway.pages.viewer import viewer_of
from gateway.parameters import integer
from gateway.permissions import Granted
from gateway.registry import Route
from gateway.routes.records import record_id

if TYPE_CHECKING:
    from gateway.asked import Asked

_OPERATIONS: Final = ("read", "update", "delete")
_PEOPLE: Final = 20
_MOST_PEOPLE: Final = 100_000
# Who holds it may ask about others.
_SETTING: Final = "roles"


def access_pages(house: House, entity: EntityContract) -> Iterator[Route]:
    """The panel of one record of `entity`, and the people in it."""
    one, named = f"/{entity.plural}/{{id}}/access", f"pages.{entity.plural}.access"
    read = Granted(entity.name, "read")
    yield Route(
        method="GET", path=one, name=named, area="pages", page=True, permission=read,
        summary="Who may see it, and why", replies=PAGE,
        answer=lambda asked: _panel(house, entity, asked),
    )  # fmt: skip
    yield Route(
        method="GET", path=f"{one}/people", name=f"{named}.people", area="pages", page=True,
        summary="Which people may see it, and why", permission=read, replies=PAGE,
        parameters=(integer("after", "How many were told of already.", 0, _MOST_PEOPLE),),
        answer=lambda asked: _people(house, entity, asked),
    )  # fmt: skip


def _panel(house: House, entity: EntityContract, asked: Asked) -> Answer:
    description, identifier = house.descriptions.of(asked, entity), record_id(asked)
    record = read_record(asked, description, identifier)
    assert asked.user is not None
    viewer, rights = viewer_of(asked), asked.user.rights
    calls = [
        _asking(entity, identifier, str(asked.user.member.id), operation)
        for operation in _OPERATIONS
    ]
    own = [
        (operation, answer["allowed"], viewer.labelled(answer["sentence"]))
        for operation, answer in zip(_OPERATIONS, asked.gather(calls), strict=True)
        if not isinstance(answer, Refusal)
    ]
    return house.page(
        asked, "access.html", entity=entity, id=identifier, own=own, record=record,
        places=_places(asked, record.get("owner_id")), may_ask=rights.may_set(_SETTING),
    )  # fmt: skip


def _people(house: House, entity: EntityContract, asked: Asked) -> Answer:
    assert asked.user is not None
    if not asked.user.rights.may_set(_SETTING):
        raise Forbidden("You may ask about yourself.", code="setting_not_granted")
    identifier, after = record_id(asked), asked.query.get("after") or 0
    users = asked.user.rights.organisation.users.values()
    active = sorted(
        (user for user in users if user.active),
        key=lambda user: ((user.name or user.email).casefold(), user.id),
    )
    some = active[after : after + _PEOPLE]
    calls = [_asking(entity, identifier, str(user.id), "read") for user in some]
    viewer, seeing, others = viewer_of(asked), [], 0
    for user, answer in zip(some, asked.gather(calls), strict=True):
        if isinstance(answer, Refusal):
            raise answer
        if answer["allowed"]:
            seeing.append((user.name or user.email, viewer.labelled(answer["sentence"])))
        else:
            others += 1
    left = after + len(some) < len(active)
    return house.page(
        asked, "access_people.html", entity=entity, id=identifier, seeing=seeing, others=others,
        after=after + len(some) if left else None,
    )  # fmt: skip


def _asking(
    entity: EntityContract, identifier: str, user: str, operation: str
) -> tuple[str, str, Mapping[str, Any]]:
    arguments = {"entity": entity.name, "id": identifier, "user": user, "operation": operation}
    return entity.service, "explain", arguments


def _places(asked: Asked, owner: Any) -> list[str]:
    """The departments of whoever is responsible, which levels of rights are about."""
    assert asked.user is not None
    organisation = asked.user.rights.organisation
    user = next((each for each in organisation.users.values() if str(each.id) == owner), None)
    if user is None:
        return []
    found = (organisation.departments.get(each) for each in user.department_ids)
    return sorted(each.name for each in found if each is not None)
