"""Fixtures of the tests of leads."""

from __future__ import annotations

import pytest

import chassis.journal.tables
import chassis.listening.tables
import chassis.records.commands
import chassis.work.tables  # noqa: F401
from chassis.database.metadata import chassis_metadata
from chassis.records.entity import Base, tables_of
from chassis.testing.postgres import DatabaseFactory
from tests.leads.house import House


@pytest.fixture
def house(make_database: DatabaseFactory) -> House:
    """A new installation of the service of leads."""
    assert tables_of("leads")
    return House(make_database(chassis_metadata, Base.metadata, service="leads"))
