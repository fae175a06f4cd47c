"""Choosing what a list is grouped by: a menu of links, since grouping is part of the address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contracts.speech import EntityContract
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.pages.groups import PERIODS, choices, times
from gateway.pages.house import House
from gateway.pages.list_state import STATE_PARAMETERS, state_of
from gateway.permissions import Granted
from gateway.registry import Reply, Route

_PAGE: Final = {200: Reply("A page.", media_type="text/html")}


def grouping_pages(house: House, entity: EntityContract) -> Iterator[Route]:
    """What the list of `entity` can be grouped by."""
    yield Route(
        method="GET", path=f"/{entity.plural}/groups", name=f"pages.{entity.plural}.groups",
        area="pages", page=True, parameters=STATE_PARAMETERS, replies=_PAGE,
        summary=f"What the list of {entity.plural} can be grouped by",
        permission=Granted(entity.name, "read"),
        answer=lambda asked: _menu(house, entity, asked),
    )  # fmt: skip


def _menu(house: House, entity: EntityContract, asked: Asked) -> Answer:
    description = house.descriptions.of(asked, entity)
    state = state_of(asked, description, house.setups.of(asked, entity))
    return house.page(
        asked, "groups.html", state=state, choices=choices(description),
        times=times(description), periods=PERIODS,
    )  # fmt: skip
