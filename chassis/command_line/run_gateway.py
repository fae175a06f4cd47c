"""Runs the gateway under gunicorn, on real threads."""

from __future__ import annotations

from chassis.settings import SettingError, load


def run_gateway() -> None:
    """Serve HTTP until SIGTERM; the services are reached by the bus."""
    settings = load()
    if settings.embedded_bus:
        raise SettingError(
            "Set AMQP_URI to the RabbitMQ of the services, or run everything with --all."
        )
    from gateway.server import serve

    serve(settings)
