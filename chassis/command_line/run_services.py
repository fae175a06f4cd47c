"""Runs services in this process until it is told to stop."""

from __future__ import annotations

from collections.abc import Sequence

from chassis import log
from chassis.command_line.services import load_services
from chassis.service.host import Host
from chassis.settings import SettingError, load


def run_services(names: Sequence[str]) -> None:
    """Host the services `names` until SIGTERM; their bus and databases are outside."""
    settings = load()
    log.configure(settings.log_level)
    if settings.embedded_bus:
        raise SettingError(
            "Set AMQP_URI to a RabbitMQ: the embedded bus ends with its process (or say --all)."
        )
    for name in names:
        settings.database_url_for(name)
    Host(settings, load_services(names)).run()
