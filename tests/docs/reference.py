"""Writes docs/reference-*.md from the code: `python -m tests.docs.reference`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from chassis.access.keys import ensure_keys
from chassis.bus.client import BusClient
from chassis.command_line.commands import COMMANDS
from chassis.settings import SETTINGS, load
from contracts.catalogue import ENTITIES, EVENTS, LISTENERS, SERVICES, SPEAKERS, events_of
from gateway.app import Gateway
from gateway.health import Health
from gateway.openapi.document import Document
from gateway.permissions import Granted, Holding, Permission
from gateway.registry import Registry
from gateway.routes import every_route

DOCS = Path(__file__).parents[2] / "docs"


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(list(heads))]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def settings() -> str:
    """Every variable of the environment."""
    rows = [
        (f"`{each.variable}`", each.shown or _default(each.default), each.help) for each in SETTINGS
    ]
    return (
        "# Settings\n\nRapport is configured by the environment alone. A wrong value stops the "
        "start with a sentence that says what to set.\n\n"
        + _table(("variable", "default", "what it does"), rows)
    )


def _default(value: object) -> str:
    if value is None:
        return "none"
    return f"`{int(value)}`" if isinstance(value, bool) else f"`{value}`"


def commands() -> str:
    """Every subcommand of `crm`, with its arguments."""
    parts = ["# Commands\n\n`crm` is installed into `.venv/bin` by `make install`."]
    for name, (module, _) in COMMANDS.items():
        command: click.Command = import_module(f"chassis.command_line.{module}").command
        parts.extend(_command(f"crm {name}", command))
    return "\n\n".join(parts)


def _command(name: str, command: click.Command) -> list[str]:
    context = click.Context(command, info_name=name, parent=None)
    if isinstance(command, click.Group):
        return [
            part
            for child in command.list_commands(context)
            for part in _command(f"{name} {child}", command.commands[child])
        ]
    usage = " ".join([name, *command.collect_usage_pieces(context)])
    paragraphs = [" ".join(each.split()) for each in (command.help or "").split("\n\n")]
    options = [
        record
        for parameter in command.params
        if isinstance(parameter, click.Option)
        and (record := parameter.get_help_record(context)) is not None
    ]
    parts = [f"## {name}", f"`{usage}`", *paragraphs]
    if options:
        parts.append(_table(("option", "what it does"), [(f"`{o}`", text) for o, text in options]))
    return parts


def events() -> str:
    """Every event, who says it and who hears it."""
    rows = []
    for event in EVENTS.values():
        entity = ENTITIES.get(event.entity)
        source = entity.service if entity else _speaker(event.name)
        heard = [
            each.consumer
            for each in LISTENERS
            if each.source == source and event.entity in each.entities
        ]
        rows.append((f"`{event.name}`", source, ", ".join(heard) or "nobody", event.description))
    return (
        "# Events\n\nThe envelope of every event is `contracts/envelope.py`. An event that nobody "
        "hears stands in the journal all the same.\n\n"
        + _table(("event", "said by", "heard by", "when"), rows)
    )


def _speaker(name: str) -> str:
    return next(
        service for service in SERVICES if any(each.name == name for each in events_of(service))
    )


def routes() -> str:
    """Every HTTP route and what it demands."""
    with TemporaryDirectory() as folder:
        settings = load({"RAPPORT_HOME": folder})
        ensure_keys(settings.keys, SPEAKERS)
        client = BusClient(settings.amqp_uri, "gateway")
        app = Gateway(settings, client, own_client=True)
        registry = Registry(
            every_route(
                app.sessions, Health(app.calls, app.watch), Document(app.calls), metrics=True
            )
        )
        client.close()
    rows = [
        (f"{route.method} `{route.path}`", _demand(route.permission), route.summary)
        for route in registry
        if not route.page
    ]
    return (
        "# Routes\n\n`/api/v1/openapi.json` describes each in full, and `/api/docs` shows it.\n\n"
        + _table(("route", "demands", "what it does"), rows)
    )


def _demand(permission: Permission) -> str:
    if isinstance(permission, Granted):
        return f"{permission.operation} on {permission.entity}"
    if isinstance(permission, Holding):
        return f"setting `{permission.setting}`"
    return "a session" if permission.signed_in else "nothing"


REFERENCES: dict[str, Callable[[], str]] = {
    "reference-settings.md": settings,
    "reference-commands.md": commands,
    "reference-events.md": events,
    "reference-routes.md": routes,
}


def main() -> None:
    """Write every reference document."""
    for name, write in REFERENCES.items():
        (DOCS / name).write_text(write() + "\n")
        print(f"Wrote docs/{name}")


if __name__ == "__main__":
    main()
