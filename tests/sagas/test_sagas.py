"""A saga ends as it should, wherever it is interrupted."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from chassis.access.organisation import Organisation
from chassis.context import Actor, Context
from chassis.errors import Conflict, Forbidden, InternalError, Unavailable
from chassis.sagas import keeping
from tests.sagas.conftest import World


class Killed(BaseException):
    """The process ends here."""


def test_every_step_is_done_once_and_in_order(world: World) -> None:
    progress = world.run(*world.begin())
    assert progress.state == "done" and world.ended == ["done"]
    assert len(world.toys) == 3 and [method for method, _ in world.asked] == ["create"] * 3
    assert len({key for _, key in world.asked}) == 3
    assert world.due() == 0


def test_what_was_planned_is_forgotten_and_what_was_a_fact_is_kept(world: World) -> None:
    progress = world.run(*world.begin())
    assert progress.plan == {} and progress.done == {} and progress.facts == {"a": 1}


def test_step_without_a_request_is_left_out(world: World) -> None:
    assert world.run(*world.begin("second")).state == "done"
    assert len(world.toys) == 2


@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize("moment", ["before", "after"])
def test_service_that_is_away_is_waited_for(world: World, number: int, moment: str) -> None:
    getattr(world, moment)[number] = Unavailable("away")
    saga_id, lease = world.begin()
    progress = world.run(saga_id, lease)
    assert progress.state == "running" and world.ended == []
    world.work()
    assert world.find(saga_id).state == "done" and world.ended == ["done"]
    assert len(world.toys) == 3
    keys = [key for _, key in world.asked]
    assert keys[number] == keys[number + 1] and len(keys) == 4


@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_process_is_taken_over(world: World, number: int, moment: str) -> None:
    getattr(world, moment)[number] = Killed()
    saga_id, lease = world.begin()
    with pytest.raises(Killed):
        world.run(saga_id, lease)
    world.work()
    assert world.find(saga_id).state == "done" and len(world.toys) == 3
    assert world.ended == ["done"] and world.due() == 0


def test_killed_before_its_last_commit_is_taken_over(world: World) -> None:
    world.at_end = [Killed()]  # type: ignore[list-item]
    saga_id, lease = world.begin()
    with pytest.raises(Killed):
        world.run(saga_id, lease)
    assert world.find(saga_id).state == "running"
    world.work()
    assert world.find(saga_id).state == "done" and world.ended == ["done"]


@pytest.mark.parametrize("number", range(3))
def test_refusal_takes_everything_back(world: World, number: int) -> None:
    world.before[number] = Forbidden("not any more")
    progress = world.run(*world.begin())
    assert progress.state == "failed" and world.toys == set()
    assert progress.failure is not None and progress.failure["code"] == "forbidden"
    assert progress.failure["step"] == ("first", "second", "third")[number]
    assert world.ended == ["failed"] and world.due() == 0


def test_refusal_at_the_end_takes_everything_back(world: World) -> None:
    world.at_end = [Conflict("gone", code="gone")]
    progress = world.run(*world.begin())
    assert progress.state == "failed" and world.toys == set() and world.ended == ["failed"]


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("number", [3, 4, 5])
def test_taking_back_survives_a_kill(world: World, moment: str, number: int) -> None:
    world.before[2] = Forbidden("no")
    getattr(world, moment)[number] = Killed()
    saga_id, lease = world.begin()
    # The third was never made: that there is nothing to discard comes first.
    if (moment, number) == ("after", 3):
        assert world.run(saga_id, lease).state == "failed"
    else:
        with pytest.raises(Killed):
            world.run(saga_id, lease)
        world.work()
    assert world.find(saga_id).state == "failed" and world.toys == set()


def test_what_cannot_be_taken_back_is_listed(world: World) -> None:
    world.before[2] = Forbidden("no")
    world.before[5] = Conflict("touched", code="touched")
    progress = world.run(*world.begin())
    assert progress.state == "needs_attention" and len(world.toys) == 1
    assert progress.remaining == [{"step": "first", "code": "touched"}]
    assert world.ended == ["needs_attention"]


def test_done_saga_is_undone_on_demand(world: World) -> None:
    saga_id, lease = world.begin()
    progress = world.run(saga_id, lease)
    context = Context(Actor("user", uuid4(), "gateway"), Organisation.empty(), 0)
    with world.database.transaction() as connection:
        lease = keeping.take_back(connection, context, progress)
    progress = world.run(saga_id, lease)
    assert progress.state == "undone" and world.toys == set() and progress.failure is None
    with pytest.raises(Conflict), world.database.transaction() as connection:
        keeping.take_back(connection, context, progress)


def test_defect_is_given_up_after_a_while(world: World) -> None:
    for number in range(1, 40):
        world.before[number] = InternalError("broken")
    saga_id, lease = world.begin()
    world.run(saga_id, lease)
    world.work()
    progress = world.find(saga_id)
    assert progress.state == "needs_attention"
    assert [each["step"] for each in progress.remaining] == ["third", "second", "first"]


def test_slower_of_two_stops_at_its_next_note(world: World) -> None:
    saga_id, lease = world.begin()
    world.let_time_pass()
    with world.database.transaction() as connection:
        claimed = keeping.claim(connection, saga_id)
    assert claimed is not None
    assert world.run(saga_id, lease).state == "running" and len(world.asked) == 1
    assert world.run(saga_id, claimed[1]).state == "done"
    assert world.ended == ["done"] and len(world.toys) == 3


def test_subject_has_one_saga_at_a_time(world: World) -> None:
    subject = uuid4()
    saga_id, lease = world.begin(subject=subject)
    with pytest.raises(IntegrityError):
        world.begin(subject=subject)
    world.run(saga_id, lease)
    world.begin(subject=subject)
