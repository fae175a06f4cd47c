"""Makes the test process green, as a service process is, unless real threads are under test."""

import sys

if "--real-threads" not in sys.argv:
    from chassis import green

    green.patch()

import pytest

pytest_plugins = ["chassis.testing.plugin"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--real-threads` leaves the standard library unpatched and runs what is marked so."""
    parser.addoption("--real-threads", action="store_true", help="run tests marked real_threads")


@pytest.fixture(scope="session")
def at_length(pytestconfig: pytest.Config) -> bool:
    """Whether this is the long run: what takes long tries a part of its cases in the short one."""
    return str(pytestconfig.getoption("markexpr")).startswith("full")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Real threads and green threads do not share a process: keep those that fit this one."""
    wanted = bool(config.getoption("--real-threads"))
    chosen = [
        item for item in items if (item.get_closest_marker("real_threads") is not None) is wanted
    ]
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = chosen


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """A choice of tests that holds none with real threads is no failure of that second run."""
    if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and session.config.getoption(
        "--real-threads"
    ):
        session.exitstatus = pytest.ExitCode.OK
