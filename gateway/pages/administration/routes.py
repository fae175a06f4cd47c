"""The rows of the pages of administration, and of those of one's own API tokens."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.pages.administration.auditing import audit_pages
from gateway.pages.administration.departments import department_pages
from gateway.pages.administration.explaining import explain_pages
from gateway.pages.administration.moves import move_pages
from gateway.pages.administration.organisation import organisation_pages
from gateway.pages.administration.overview import overview_pages
from gateway.pages.administration.pipelines import pipeline_pages
from gateway.pages.administration.roles import role_pages
from gateway.pages.administration.stages import stage_pages
from gateway.pages.administration.tokens import token_pages
from gateway.pages.administration.upkeep import upkeep_pages
from gateway.pages.administration.users import user_pages
from gateway.pages.house import House
from gateway.registry import Route


def administration_pages(house: House) -> Iterator[Route]:
    """Every page of administration. To who may not set up its part, each is as absent as can be."""
    yield from overview_pages(house)
    yield from user_pages(house)
    yield from role_pages(house)
    yield from explain_pages(house)
    yield from department_pages(house)
    yield from pipeline_pages(house)
    yield from stage_pages(house)
    yield from move_pages(house)
    yield from organisation_pages(house)
    yield from token_pages(house)
    yield from audit_pages(house)
    yield from upkeep_pages(house)
