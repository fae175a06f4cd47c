"""What the tests of due work share."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chassis.database.engine import Database
from chassis.database.metadata import chassis_metadata
from chassis.listening import tables as listening_tables
from chassis.records import commands as commands_table
from chassis.work import tables as tables
from tests.journal.conftest import background, context

__all__ = ["background", "commands_table", "context", "listening_tables"]


@pytest.fixture
def database(make_database: Callable[..., Database]) -> Database:
    return make_database(chassis_metadata, service="leads")
