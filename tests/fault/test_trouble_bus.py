"""The broker is away, or a gateway, or the one who publishes: the other ends know what to do."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import uuid4

import pytest

from chassis.bus import queues
from chassis.bus.link import Link
from chassis.testing.rabbitmq import Broker
from contracts.catalogue import listeners_of
from contracts.speech import exchange
from tests.fault.checker import read
from tests.fault.load import Load
from tests.fault.scenes import RECOVERY_SECONDS, eventually, survive, twenty_times, verdict
from tests.fault.troubles import Troubles
from tests.system.platform import Platform, free_port

pytestmark = pytest.mark.faults

_UNSENT = "SELECT position - sent_position FROM sequencer_state"


@twenty_times
def test_requests_are_refused_at_once_while_the_broker_is_away(
    troubles: Troubles, rabbitmq: Broker, turn: int
) -> None:
    client = troubles.platform.administrator()

    def kill(_load: Load) -> None:
        rabbitmq.kill()
        for number in range(6):
            began = time.monotonic()
            method = client.get if number % 2 else client.post
            answer = method("/leads", **({} if number % 2 else {"body": {"title": "Away"}}))
            assert time.monotonic() - began < 2.0
            assert answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0
        rabbitmq.start()
        eventually(lambda: client.get("/leads").status_code == 200, RECOVERY_SECONDS)
        written = {"title": uuid4().hex}
        eventually(lambda: client.post("/leads", written).status_code == 201, RECOVERY_SECONDS)

    survive(troubles.platform, kill, turn)


@contextmanager
def another_gateway(platform: Platform) -> Iterator[Platform]:
    """A second replica of the gateway, ready, on a port of its own."""
    port = free_port()
    environment = {**platform.environment, "PORT": str(port)}
    other = replace(
        platform, environment=environment, names=("gateway",), port=port, processes={}, launchers={}
    )
    other.start_all()
    try:
        yield other
    finally:
        other.stop_all()


@twenty_times
@pytest.mark.parametrize("stop", ["killed", pytest.param("told to stop", marks=pytest.mark.full)])
def test_requests_go_on_at_another_gateway_with_their_keys(
    troubles: Troubles, stop: str, turn: int
) -> None:
    platform = troubles.platform
    with another_gateway(platform) as other:

        def leave(_load: Load) -> None:
            if stop == "killed":
                platform.kill("gateway")
            else:
                assert platform.terminate("gateway") == 0
            time.sleep(0.3)
            platform.start("gateway")

        load = survive(platform, leave, turn, others=[other.url])
    assert [write for write in load.writes if not write.acknowledged] == []


@twenty_times
def test_event_takes_effect_once_when_its_publisher_dies_before_noting_it(
    troubles: Troubles, turn: int
) -> None:
    platform, process = troubles.platform, troubles.platform.processes["leads"]
    client = platform.administrator()
    leads = troubles.url.replace("{service}", "leads")
    with troubles.of("leads", "cut") as cut:
        made = client.post("/leads", {"title": f"Cut {turn}"})
        assert process.wait(10) == -signal.SIGKILL
        assert not cut.exists()
    # It was heard, and its source does not know.
    [event] = read(leads, "SELECT id FROM journal WHERE record_id = :id", id=made.json()["id"])
    activities = troubles.url.replace("{service}", "activities")
    noted = "SELECT count(*) FROM activities WHERE event_id = :event"
    eventually(lambda: read(activities, noted, event=event.id)[0][0] == 1)
    assert read(leads, _UNSENT)[0][0] > 0
    platform.start("leads")
    platform.wait_ready()
    eventually(lambda: read(leads, _UNSENT)[0][0] == 0)
    assert verdict(platform, []) == []


@twenty_times
def test_event_stays_with_its_source_while_no_queue_is_bound(troubles: Troubles, turn: int) -> None:
    uri = troubles.platform.environment["AMQP_URI"]
    leads = troubles.url.replace("{service}", "leads")

    def unbind(load: Load) -> None:
        # One after the other: meanwhile events reach some of their listeners, and others not.
        link = Link(uri)
        for listener in listeners_of("leads"):
            for entity in listener.entities:
                link.channel.queue_unbind(listener.queue, exchange("leads"), entity)
        written = len(load.acknowledged)
        eventually(lambda: read(leads, _UNSENT)[0][0] > 0)
        eventually(lambda: len(load.acknowledged) > written + 10)
        kept = read(leads, _UNSENT)[0][0]
        time.sleep(0.2 + 0.05 * turn)
        assert read(leads, _UNSENT)[0][0] >= kept
        queues.declare(uri, listeners_of("leads"))
        link.close()

    survive(troubles.platform, unbind, turn)


@twenty_times
def test_listener_takes_what_it_missed_before_what_came_later(
    troubles: Troubles, turn: int
) -> None:
    [robbed] = [each for each in listeners_of("leads") if each.name == "system_activities"]

    def rob(load: Load) -> None:
        link = Link(troubles.platform.environment["AMQP_URI"])
        for entity in robbed.entities:
            link.channel.queue_unbind(robbed.queue, exchange("leads"), entity)
        written = len(load.acknowledged)
        eventually(lambda: len(load.acknowledged) > written + 10 + turn)
        queues.declare(troubles.platform.environment["AMQP_URI"], [robbed])
        link.close()

    survive(troubles.platform, rob, turn)
