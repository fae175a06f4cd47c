"""`crm check`: whether everything that Rapport needs is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import click

from chassis.command_line.installation import installation
from chassis.errors import Refusal
from chassis.settings import SettingError, Settings
from contracts.catalogue import SPEAKERS


@click.command("check", short_help="Say whether everything that Rapport needs is there.")
def command() -> None:
    """Look at settings, keys, databases and the bus; status 1 when something is missing."""
    failed = False
    with installation() as settings:
        for name, look in _checks(settings):
            try:
                complaint = look()
            except (SettingError, Refusal) as error:
                complaint = str(error)
            failed = failed or complaint is not None
            click.echo(f"{'missing' if complaint else 'ok':8} {name}{_because(complaint)}")
    if failed:
        raise SystemExit(1)


def _because(complaint: str | None) -> str:
    return f": {complaint}" if complaint else ""


def _checks(settings: Settings) -> Iterator[tuple[str, Callable[[], str | None]]]:
    yield "settings", lambda: None
    yield "keys", lambda: _keys(settings)
    yield "databases", lambda: _databases(settings)
    if not settings.embedded_bus:
        yield "bus", lambda: _bus(settings)


def _keys(settings: Settings) -> str | None:
    missing = [name for name in SPEAKERS if not (settings.keys / f"{name}.pub").exists()]
    return f"no public key of {', '.join(missing)}; run crm keys" if missing else None


def _databases(settings: Settings) -> str | None:
    from chassis.command_line.upgrading import missing_migrations

    missing = missing_migrations(settings)
    return f"{len(missing)} migrations; run crm migrate" if missing else None


def _bus(settings: Settings) -> str | None:
    from chassis.bus import queues

    missing = queues.missing(settings.amqp_uri)
    return f"no queue {', '.join(missing)}; run crm migrate" if missing else None
