"""The tests' own RabbitMQ survives what tests do to it."""

from __future__ import annotations

import amqp
import pytest

pytestmark = pytest.mark.faults


def connect(uri: str) -> amqp.Connection:
    address, _, host = uri.partition("@")[2].partition("/")
    connection = amqp.Connection(address, userid="guest", password="guest", virtual_host=host)
    connection.connect()
    return connection


def test_a_persistent_message_survives_kill_and_restart(rabbitmq, amqp_uri):
    with connect(amqp_uri) as connection:
        channel = connection.channel()
        channel.queue_declare("kept", durable=True, auto_delete=False)
        # A queue that was just made can be lost when its database is killed while it tidies up.
        rabbitmq.control("eval", "mnesia:dump_log().")
        channel.confirm_select()
        channel.basic_publish_confirm(
            amqp.Message("hello", delivery_mode=2), exchange="", routing_key="kept"
        )
    rabbitmq.kill()
    assert not rabbitmq.answers()
    rabbitmq.start()
    with connect(amqp_uri) as connection:
        assert connection.channel().basic_get("kept", no_ack=True).body == "hello"


def test_a_memory_alarm_can_be_raised_and_cleared(rabbitmq):
    rabbitmq.alarm(True)
    assert "memory" in rabbitmq.control("eval", "rabbit_alarm:get_alarms().")
    rabbitmq.alarm(False)
    assert "memory" not in rabbitmq.control("eval", "rabbit_alarm:get_alarms().")
