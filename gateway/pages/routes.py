"""The rows of every page; an entity has its pages by being in the catalogue."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.catalogue import ENTITIES
from gateway.pages.access import access_pages
from gateway.pages.account import account_pages
from gateway.pages.administration.routes import administration_pages
from gateway.pages.boards import board_pages
from gateway.pages.bulk import bulk_pages
from gateway.pages.calendar import calendar_pages
from gateway.pages.columns import column_pages
from gateway.pages.conversions import conversion_pages
from gateway.pages.converting import converting_pages
from gateway.pages.grouping import grouping_pages
from gateway.pages.home import home_pages
from gateway.pages.house import House
from gateway.pages.lists import list_pages
from gateway.pages.my_tasks import my_tasks_pages
from gateway.pages.navigation import has_board
from gateway.pages.palette import palette_pages
from gateway.pages.panels import panel_pages
from gateway.pages.passwords import password_pages
from gateway.pages.pickers import picker_pages
from gateway.pages.planning import planning_pages
from gateway.pages.records import record_pages
from gateway.pages.recycle_bin import bin_page, bin_pages
from gateway.pages.signing import signing_pages
from gateway.pages.ticking import ticking_pages
from gateway.pages.totals import total_pages
from gateway.pages.undoing import undo_pages
from gateway.pages.views import view_pages
from gateway.registry import Route
from gateway.sessions import Sessions


def every_page(house: House, sessions: Sessions) -> list[Route]:
    """Every page of the gateway, and every part of one that is asked for by itself."""
    routes = list(_pages(house, sessions))
    house.paths = frozenset(route.path for route in routes)
    return routes


def _pages(house: House, sessions: Sessions) -> Iterator[Route]:
    yield from house.assets.routes()
    yield from signing_pages(house, sessions)
    yield from password_pages(house)
    yield from account_pages(house)
    yield from home_pages(house)
    yield from my_tasks_pages(house)
    yield from calendar_pages(house)
    yield from planning_pages(house)
    yield from ticking_pages(house)
    yield from palette_pages(house)
    yield from picker_pages(house)
    yield from converting_pages(house)
    yield from conversion_pages(house)
    yield from bin_page(house)
    yield from administration_pages(house)
    for entity in ENTITIES.values():
        if entity.listed:
            yield from list_pages(house, entity)
            yield from column_pages(house, entity)
            yield from grouping_pages(house, entity)
            yield from view_pages(house, entity)
            yield from total_pages(house, entity)
            yield from record_pages(house, entity)
            yield from panel_pages(house, entity)
            yield from bulk_pages(house, entity)
            yield from bin_pages(house, entity)
            yield from undo_pages(entity)
            yield from access_pages(house, entity)
        if entity.listed and has_board(entity):
            yield from board_pages(house, entity)
