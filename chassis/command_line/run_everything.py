"""Runs all services and the gateway in this process: `make run`, and small installations."""

from __future__ import annotations

import fcntl
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import eventlet

from chassis import heap, log
from chassis.access.members import ADMINISTRATOR
from chassis.command_line.demo import demo_accounts, offer_demo
from chassis.command_line.first_administrator import ensure_first_administrator
from chassis.command_line.installation import installation
from chassis.command_line.services import load_services
from chassis.command_line.upgrading import missing_migrations, upgrade
from chassis.service.host import Host
from chassis.service.http_server import HttpServer
from chassis.settings import SettingError, Settings


def run_everything() -> None:
    """Migrate what is ours, serve until SIGTERM or Ctrl-C, stop in order."""
    stop = eventlet.event.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_signal: eventlet.spawn_n(_tell, stop))
    with installation() as settings:
        log.configure(settings.log_level)
        _require_free_port(settings)
        with _alone(settings):
            password = _prepare(settings)
            _serve(settings, stop, password)


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Keep a second process from the same data: two embedded buses do not hear each other."""
    if not settings.embedded_bus:
        yield
        return
    settings.home.mkdir(parents=True, exist_ok=True)
    with (settings.home / "running.lock").open("a") as opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SettingError(
                f"Set RAPPORT_HOME to another folder: a Rapport runs on {settings.home} already."
            ) from error
        yield


def _require_free_port(settings: Settings) -> None:
    """Say that the port is taken before anything is started."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise SettingError(
                f"Set HOST and PORT to an address that is free: {settings.host} port "
                f"{settings.port} is not ({error.strerror})."
            ) from error


def _tell(stop: Any) -> None:
    if not stop.ready():
        stop.send(None)


def _prepare(settings: Settings) -> str | None:
    """Bring our own database up to date; somebody else's only has to be. A password made here."""
    if settings.database_admin_url is not None:
        upgrade(settings, _say)
    elif missing := missing_migrations(settings):
        raise SettingError(f"Run crm migrate first: {len(missing)} migrations are missing.")
    password = ensure_first_administrator(settings)
    offer_demo(settings)
    return password


def _serve(settings: Settings, stop: Any, password: str | None) -> None:
    from gateway.app import create_app

    host = Host(settings, load_services())
    host.start()
    gateway = create_app(settings)
    server = HttpServer(gateway, settings.host, settings.port)
    try:
        server.start()
        heap.settle()
        _greet(settings, password, _administrators(host))
        stop.wait()
        _say("Stopping ...")
    finally:
        server.stop()
        gateway.close()
        host.stop()


def _administrators(host: Host) -> list[str]:
    """The addresses of those who may do everything, by the organisation as it is now."""
    organisation = host.assembly.holder.refresh()
    return sorted(
        user.email
        for user in organisation.users.values()
        if user.active and user.email and ADMINISTRATOR in user.role_codes
    )


def _greet(settings: Settings, password: str | None, administrators: list[str]) -> None:
    shown = f"[{settings.host}]" if ":" in settings.host else settings.host
    _say(f"\nRapport is at http://{shown}:{settings.port}")
    if password is not None:
        _say(f"  Sign in as {settings.admin_email} with {password} (said only this once).")
    else:
        _say(f"  Administrators: {', '.join(administrators[:5])}.")
    for account in demo_accounts(settings):
        _say(f"  Demo: {account}")
    _say(f"  Data is kept in {settings.home}. Ctrl-C stops it.\n")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
