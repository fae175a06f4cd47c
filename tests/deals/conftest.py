"""Fixtures of the tests of deals."""

from __future__ import annotations

import pytest

import chassis.database.tables  # noqa: F401
from chassis.database.metadata import chassis_metadata
from chassis.records.entity import Base, tables_of
from chassis.testing.postgres import DatabaseFactory
from tests.deals.house import House


@pytest.fixture
def house(make_database: DatabaseFactory) -> House:
    """A new installation of the service of deals."""
    assert tables_of("deals")
    return House(make_database(chassis_metadata, Base.metadata, service="deals"))
