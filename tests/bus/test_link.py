"""The rules that both buses keep: routing, expiry, requeue in place, auto-delete, hosts apart."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from chassis.bus.link import Link, Received
from chassis.errors import Unavailable
from chassis.identifiers import new_id


def make_queue(link: Link, name: str, **options: Any) -> None:
    link.channel.queue_declare(queue=name, durable=False, **{"auto_delete": False, **options})


def drain_until(link: Link, condition: Callable[[], bool], seconds: float = 3.0) -> None:
    limit = time.monotonic() + seconds
    while not condition() and time.monotonic() < limit:
        link.drain(0.05)


def bodies(messages: list[Received]) -> list[bytes]:
    return [bytes(message.body) for message in messages]


def returned_keys(link: Link) -> list[str]:
    keys: list[str] = []
    link.channel.events["basic_return"].add(lambda error, exchange, key, message: keys.append(key))
    return keys


def test_topic_patterns_route(link: Link) -> None:
    name = new_id().hex
    link.channel.exchange_declare(name, "topic", durable=False, auto_delete=False)
    got: list[Received] = []
    for key in ("lead.#", "deal.*.won", "exact"):
        queue = f"{name}-{key}"
        make_queue(link, queue)
        link.channel.queue_bind(queue, name, key)
        link.consume(queue, got.append, no_ack=True)
    for key in ("lead", "lead.a.b", "deal.x.won", "deal.won", "exact", "exactly"):
        link.publish(key.encode(), name, key)
    drain_until(link, lambda: len(got) >= 4)
    link.drain(0.2)
    assert sorted(bodies(got)) == [b"deal.x.won", b"exact", b"lead", b"lead.a.b"]


def test_mandatory_message_without_a_queue_comes_back(link: Link) -> None:
    keys = returned_keys(link)
    link.publish(b"1", "", f"none-{new_id().hex}", mandatory=True)
    link.publish(b"2", "", f"none-{new_id().hex}")
    drain_until(link, lambda: len(keys) == 1)
    link.drain(0.2)
    assert len(keys) == 1


def test_expired_messages_are_not_delivered(link: Link) -> None:
    queue = new_id().hex
    make_queue(link, queue)
    link.publish(b"old", "", queue, expiration="50")
    link.publish(b"young", "", queue, expiration="20000")
    time.sleep(0.3)
    got: list[Received] = []
    link.consume(queue, got.append, no_ack=True)
    drain_until(link, lambda: bool(got))
    link.drain(0.2)
    assert bodies(got) == [b"young"]


def test_requeued_message_keeps_its_place(link: Link) -> None:
    queue = new_id().hex
    make_queue(link, queue)
    for body in (b"1", b"2", b"3"):
        link.publish(body, "", queue)
    got: list[Received] = []
    tag = link.consume(queue, got.append, prefetch=2)
    drain_until(link, lambda: len(got) == 2)
    link.cancel(tag)
    link.acknowledge(got[1])
    link.requeue(got[0])
    again: list[Received] = []
    link.consume(queue, again.append, prefetch=10)
    drain_until(link, lambda: len(again) == 2)
    assert bodies(again) == [b"1", b"3"]
    assert again[0].delivery_info["redelivered"]


def test_what_was_not_acknowledged_comes_again(uri: str, link: Link) -> None:
    queue = new_id().hex
    make_queue(link, queue)
    link.publish(b"1", "", queue)
    other = Link(uri)
    taken: list[Received] = []
    other.consume(queue, taken.append, prefetch=1)
    drain_until(other, lambda: bool(taken))
    other.close()
    got: list[Received] = []
    link.consume(queue, got.append, no_ack=True)
    drain_until(link, lambda: bool(got))
    assert bodies(got) == [b"1"]


def test_prefetch_bounds_what_is_in_hand(link: Link) -> None:
    queue = new_id().hex
    make_queue(link, queue)
    for number in range(5):
        link.publish(str(number).encode(), "", queue)
    got: list[Received] = []
    link.consume(queue, got.append, prefetch=2)
    drain_until(link, lambda: len(got) > 2, seconds=0.5)
    assert len(got) == 2
    link.acknowledge(got[0])
    drain_until(link, lambda: len(got) > 2)
    assert len(got) == 3


def test_auto_delete_queue_goes_with_its_last_consumer(uri: str, link: Link) -> None:
    queue = new_id().hex
    other = Link(uri)
    make_queue(other, queue, auto_delete=True)
    other.consume(queue, lambda message: None)
    keys = returned_keys(link)
    link.publish(b"1", "", queue, mandatory=True)
    link.drain(0.2)
    assert keys == []
    other.close()
    time.sleep(0.2)
    link.publish(b"2", "", queue, mandatory=True)
    drain_until(link, lambda: bool(keys))
    assert keys == [queue]


def test_single_active_consumer_hands_over(uri: str, link: Link) -> None:
    queue = new_id().hex
    make_queue(link, queue, arguments={"x-single-active-consumer": True})
    first, second = Link(uri), Link(uri)
    got: dict[str, list[Received]] = {"first": [], "second": []}
    first.consume(queue, got["first"].append, no_ack=True)
    second.consume(queue, got["second"].append, no_ack=True)
    link.publish(b"1", "", queue)
    drain_until(first, lambda: bool(got["first"]))
    second.drain(0.2)
    assert (len(got["first"]), len(got["second"])) == (1, 0)
    first.close()
    link.publish(b"2", "", queue)
    drain_until(second, lambda: bool(got["second"]))
    assert bodies(got["second"]) == [b"2"]
    second.close()


def test_copies_of_a_message_are_independent(link: Link) -> None:
    name = new_id().hex
    link.channel.exchange_declare(name, "topic", durable=False, auto_delete=False)
    got: list[Received] = []
    for number in range(2):
        make_queue(link, f"{name}{number}")
        link.channel.queue_bind(f"{name}{number}", name, "#")
        link.consume(f"{name}{number}", got.append, no_ack=True)
    link.publish(b"1", name, "x", headers={"depth": 1})
    drain_until(link, lambda: len(got) == 2)
    got[0].headers["depth"] = 99
    assert got[1].headers["depth"] == 1


def test_embedded_buses_of_other_names_are_apart() -> None:
    one, other = Link(f"embedded://{new_id().hex}"), Link(f"embedded://{new_id().hex}")
    make_queue(one, "q")
    keys = returned_keys(other)
    other.publish(b"1", "", "q", mandatory=True)
    assert keys == ["q"]
    one.close()
    other.close()


def test_bus_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        Link("amqp://guest:guest@127.0.0.1:1//")


def test_closed_link_is_unavailable(link: Link) -> None:
    link.close()
    with pytest.raises(Unavailable):
        link.publish(b"1", "", "q")
    with pytest.raises(Unavailable):
        link.drain(0.1)
