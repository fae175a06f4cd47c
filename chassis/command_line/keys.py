"""`crm keys`: the signing keys."""

from __future__ import annotations

import click

from chassis.settings import load
from contracts.catalogue import SPEAKERS


@click.command("keys", short_help="Make the signing keys that are missing.")
def command() -> None:
    """Make the signing keys that are missing in RAPPORT_KEYS, one pair a speaker.

    Give each service the folder's public keys and its own private key, and no other.
    """
    from chassis.access.keys import ensure_keys

    folder = load().keys
    ensure_keys(folder, SPEAKERS)
    click.echo(f"Keys of {', '.join(SPEAKERS)} are in {folder}.")
