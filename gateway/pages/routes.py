"""The rows of every page; an entity has its pages by being in the catalogue."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.catalogue import ENTITIES
from gateway.pages.administration.routes import administration_pages
from gateway.pages.boards import board_pages
from gateway.pages.bulk import bulk_pages
from gateway.pages.house import House
from gateway.pages.lists import list_pages
from gateway.pages.navigation import has_board
from gateway.pages.palette import palette_pages
from gateway.pages.panels import panel_pages
from gateway.pages.pickers import picker_pages
from gateway.pages.records import record_pages
from gateway.pages.signing import signing_pages
from gateway.registry import Route
from gateway.sessions import Sessions


def every_page(house: House, sessions: Sessions) -> Iterator[Route]:
    """Every page of the gateway, and every part of one that is asked for by itself."""
    yield from house.assets.routes()
    yield from signing_pages(house, sessions)
    yield from palette_pages(house)
    yield from picker_pages(house)
    yield from administration_pages(house)
    for entity in ENTITIES.values():
        if entity.listed:
            yield from list_pages(house, entity)
            yield from record_pages(house, entity)
            yield from panel_pages(house, entity)
            yield from bulk_pages(house, entity)
        if entity.listed and has_board(entity):
            yield from board_pages(house, entity)
