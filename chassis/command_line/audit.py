"""`crm audit`: proof that nobody has changed, removed or reordered what the journals hold."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeAlias

import click

from chassis.command_line.installation import installation
from chassis.command_line.progress import Progress
from chassis.command_line.service_database import service_database
from chassis.database.engine import Database
from contracts.catalogue import SERVICES

Anchors: TypeAlias = dict[str, dict[int, bytes]]

_HASH_BYTES: Final = 32
_SHOWN: Final = 100
_SERVICES = click.argument(
    "services", nargs=-1, type=click.Choice(SERVICES), metavar="[SERVICE]..."
)


@click.group("audit", short_help="Prove that the journals were not tampered with.")
def command() -> None:
    """The hash chain of each service's journal."""


@command.command("verify")
@_SERVICES
@click.option(
    "--anchors",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What crm audit anchor printed earlier, kept elsewhere.",
)
def verify(services: tuple[str, ...], anchors: Path | None) -> None:
    """Walk the journals of SERVICE..., of all by default; status 1 when one was tampered with.

    Without --anchors a journal that somebody cut off at its end, or wrote anew from its beginning
    together with all hashes, passes for whole.
    """
    known = read_anchors(anchors) if anchors else {}
    whole = True
    with installation() as settings:
        for service in services or SERVICES:
            with service_database(settings, service) as database:
                whole = _verified(service, database, known.get(service, {})) and whole
    if not whole:
        raise SystemExit(1)


@command.command("anchor")
@_SERVICES
def print_anchors(services: tuple[str, ...]) -> None:
    """Print where the journal of each SERVICE ends now: its position and its hash.

    Keep what it prints where whoever administers the databases cannot write, and add to it from
    time to time: crm audit verify --anchors proves everything up to those positions.
    """
    from chassis.journal.verifying import anchor

    click.echo(f"# {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
    with installation() as settings:
        for service in services or SERVICES:
            with service_database(settings, service) as database, database.reading() as connection:
                end = anchor(connection)
            click.echo(f"{service} {end.position} {end.hash.hex()}")


def read_anchors(file: Path) -> Anchors:
    """The anchors in `file`, by service and position; raises UsageError for what is none."""
    found: Anchors = {}
    for number, line in enumerate(file.read_text(errors="replace").splitlines(), 1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        try:
            service, position, digest = words
            place, proof = int(position), bytes.fromhex(digest)
        except ValueError:
            service, place, proof = "", 0, b""
        if service not in SERVICES or place < 0 or len(proof) != _HASH_BYTES:
            raise click.UsageError(f"Line {number} of {file} is no anchor.")
        if found.setdefault(service, {}).setdefault(place, proof) != proof:
            raise click.UsageError(f"Line {number} of {file} contradicts an earlier one.")
    return found


def _verified(service: str, database: Database, anchors: dict[int, bytes]) -> bool:
    from chassis.journal.verifying import anchor, verify

    with database.reading() as connection:
        progress = Progress(f"rows of {service}", anchor(connection).position)
        breaks = verify(connection, anchors=anchors, progress=progress.show)
        progress.end()
        rows = anchor(connection).position
    for each in breaks[:_SHOWN]:
        place = "no position" if each.position is None else f"position {each.position}"
        event = f", event {each.event_id}" if each.event_id else ""
        click.echo(f"{service}: {place}{event}: {each.reason}")
    if len(breaks) > _SHOWN:
        click.echo(f"{service}: {len(breaks) - _SHOWN:,} more breaks")
    proof = "with" if anchors else "without"
    state = f"{len(breaks):,} breaks" if breaks else "whole"
    click.echo(f"{service}: {state}, {rows:,} events, {proof} an anchor")
    return not breaks
