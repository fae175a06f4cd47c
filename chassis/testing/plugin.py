"""The pytest plugin: `pytest_plugins = ["chassis.testing.plugin"]` brings every fixture here."""

from chassis.testing.postgres import database_url, make_database, postgres
from chassis.testing.rabbitmq import amqp_uri, rabbitmq
from chassis.testing.statements import statements

__all__ = ["amqp_uri", "database_url", "make_database", "postgres", "rabbitmq", "statements"]
