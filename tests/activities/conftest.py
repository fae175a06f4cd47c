"""Fixtures of the tests of activities."""

from __future__ import annotations

import pytest

import chassis.database.tables  # noqa: F401
from chassis.database.metadata import chassis_metadata
from chassis.records.entity import Base, tables_of
from chassis.testing.postgres import DatabaseFactory
from tests.activities.house import House


@pytest.fixture
def house(make_database: DatabaseFactory) -> House:
    """A new installation of the service of activities."""
    assert tables_of("activities")
    return House(make_database(chassis_metadata, Base.metadata, service="activities"))
