"""One platform on the embedded bus, one world in it, and the count of all cells at the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.testing.postgres import PostgresServer
from contracts.catalogue import SERVICES
from tests.matrix.door import Door
from tests.matrix.pointing import Pointing, make_pointing
from tests.matrix.state import State
from tests.matrix.stories import Stories, make_stories
from tests.matrix.tally import Tally
from tests.matrix.world import World, make_world
from tests.system.platform import Platform, running

_TALLIES: list[Tally] = []


@pytest.fixture(scope="session")
def platform(
    postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Platform]:
    """All services and the gateway in one process."""
    home: Path = tmp_path_factory.mktemp("matrix")
    # What may be seen does not depend on how busy the machine is.
    patient = {"RAPPORT_READ_DEADLINE": "20", "RAPPORT_WRITE_DEADLINE": "20"}
    admin_url = postgres.admin_url
    with running(
        "embedded", amqp_uri="", admin_url=admin_url, home=home, settings=patient
    ) as platform:
        yield platform


@pytest.fixture(scope="session")
def world(platform: Platform) -> World:
    """The organisation that the cells are asked in."""
    return make_world(platform)


@pytest.fixture(scope="session")
def pointing(world: World) -> Pointing:
    """What refers to what."""
    return make_pointing(world)


@pytest.fixture(scope="session")
def stories(world: World) -> Stories:
    """What is told about the records."""
    return make_stories(world)


@pytest.fixture(scope="session")
def state(world: World, postgres: PostgresServer) -> Iterator[State]:
    """The databases whose rows a refusal must leave alone."""
    pattern = world.platform.environment["DATABASE_URL"]
    names = [pattern.replace("{service}", each).rpartition("/")[2] for each in SERVICES]
    state = State([postgres.url(name) for name in names])
    yield state
    state.close()


@pytest.fixture
def door(request: pytest.FixtureRequest, world: World, state: State) -> Door:
    """The person's way in, with a tally of the test's own."""
    return Door(world, state, Tally(request.node.name, _TALLIES))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was asked, test by test, and the total."""
    if not _TALLIES:
        return
    terminalreporter.section("permission matrix")
    for tally in _TALLIES:
        terminalreporter.line(
            f"{tally.cells:6} cells {tally.requests:6} requests {tally.seconds:6.1f} s"
            f" {len(tally.wrong):4} wrong  {tally.name}"
        )
    terminalreporter.line(
        f"{sum(t.cells for t in _TALLIES):6} cells {sum(t.requests for t in _TALLIES):6} requests"
        f" {sum(t.seconds for t in _TALLIES):6.1f} s"
        f" {sum(len(t.wrong) for t in _TALLIES):4} wrong  in all"
    )
