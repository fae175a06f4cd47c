"""A service killed exactly before and after each commit and acknowledgement of a conversion.

A conversion is recorded undisturbed first. Then, at every point that it passed in a service, that
service dies, is started again as a supervisor would, and the client repeats its request.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.testing.postgres import PostgresServer
from tests.fault import checker
from tests.fault.hearing import deaf
from tests.fault.points import MOMENTS, Mortal, Point, Strike
from tests.fault.scene import Scene
from tests.system.platform import running

KILLED = ("leads", "contacts", "deals")

# A death in each state that a conversion can be left in: nothing begun; all made but one not noted;
# all noted but the lead still open; done but unanswered; made but unanswered; not made though
# asked for; answered but unacknowledged; half taken back.
CHOSEN = [
    ("convert", "leads", "commit", "sagas", 1, "before"),
    pytest.param("convert", "leads", "commit", "sagas", 3, "before", marks=pytest.mark.full),
    ("convert", "leads", "commit", "sagas", 5, "before"),
    pytest.param("convert", "leads", "commit", "sagas", 5, "after", marks=pytest.mark.full),
    ("convert", "contacts", "commit", "commands", 1, "after"),
    ("convert", "deals", "commit", "commands", 1, "before"),
    pytest.param("convert", "deals", "ack", "rpc-deals deals.create", 1, "before",
                 marks=pytest.mark.full),
    ("undo", "leads", "commit", "sagas", 3, "before"),
]  # fmt: skip


@pytest.fixture(scope="module")
def scene(
    postgres: PostgresServer, amqp_uri: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scene]:
    """Separate processes on RabbitMQ, shared by the kills: each leaves it whole."""
    home: Path = tmp_path_factory.mktemp("conversion_points")
    mortals = {name: Mortal(home / "mortal" / name) for name in KILLED}
    with running(
        "rabbitmq", amqp_uri=amqp_uri, admin_url=postgres.admin_url, home=home,
        launchers={name: mortal.launcher for name, mortal in mortals.items()},
    ) as platform:  # fmt: skip
        yield Scene(platform, mortals, platform.administrator())


@pytest.fixture(scope="module")
def recorded(scene: Scene) -> dict[str, dict[str, list[Point]]]:
    """The points of a deed by its kind and service, as they come when nothing fails."""
    found = {kind: scene.recorded(kind) for kind in ("convert", "undo")}
    for points in found.values():
        # Begun, three steps noted, ended; and what each step writes.
        assert len(of(points["leads"], "commit", "sagas")) == 5
        assert len(of(points["contacts"], "commit", "commands")) == 2
        assert len(of(points["deals"], "commit", "commands")) == 1
    return found


@pytest.fixture(autouse=True)
def _nothing_is_lost_to_a_listener(scene: Scene) -> Iterator[None]:
    yield
    assert deaf(scene.url) == []
    assert checker.faults(checker.Databases.of(scene.platform.environment), []) == []


def of(points: list[Point], kind: str, word: str) -> list[Point]:
    """The points of that kind that have to do with `word`."""
    return [point for point in points if point.kind == kind and word in point.what]


def own(points: list[Point]) -> list[Point]:
    """The points of calls: neither a listener's nor the sequencer's."""
    beside = ("listener_positions", "sequencer_state", "--")
    return [point for point in points if not any(word in point.what for word in beside)]


def survive_all(scene: Scene, kind: str, name: str, points: list[Point]) -> None:
    """Kill before and after each of the points; print how long the slowest answer took."""
    # Daily work may have fallen due while a deed was recorded; it does so once.
    points = [point for point in points if point.what != "due_work"]
    seconds = [
        scene.survive(kind, name, [Strike(point, moment)]) for point in points for moment in MOMENTS
    ]
    print(f"{kind}: {name} killed {len(seconds)} times, done {max(seconds):.1f} s later at most")


@pytest.mark.parametrize(("kind", "name", "what", "word", "nth", "moment"), CHOSEN)
def test_conversion_is_whole_when_a_service_dies_in_it(
    scene: Scene,
    recorded: dict[str, dict[str, list[Point]]],
    kind: str,
    name: str,
    what: str,
    word: str,
    nth: int,
    moment: str,
) -> None:
    point = of(recorded[kind][name], what, word)[nth - 1]
    scene.survive(kind, name, [Strike(point, moment)])


@pytest.mark.full
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", KILLED)
def test_conversion_is_whole_wherever_a_service_dies_in_it(
    scene: Scene, recorded: dict[str, dict[str, list[Point]]], name: str
) -> None:
    survive_all(scene, "convert", name, recorded["convert"][name])


@pytest.mark.full
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", KILLED)
def test_conversion_is_undone_wherever_a_service_dies_in_that(
    scene: Scene, recorded: dict[str, dict[str, list[Point]]], name: str
) -> None:
    points = recorded["undo"][name]
    survive_all(scene, "undo", name, points if name == "leads" else own(points))


@pytest.mark.full
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "again",
    [
        Strike(Point("commit", "due_work", 1), "after"),
        Strike(Point("commit", "sagas", 1), "after"),
        Strike(Point("commit", "sagas", 3), "before"),
    ],
    ids=str,
)
def test_conversion_is_whole_when_leads_die_again_over_resuming_it(
    scene: Scene, recorded: dict[str, dict[str, list[Point]]], again: Strike
) -> None:
    """The work that resumes it is taken; the conversion is taken in hand; a step is not noted."""
    begun = of(recorded["convert"]["leads"], "commit", "sagas")[0]
    scene.survive("convert", "leads", [Strike(begun, "after"), again])
