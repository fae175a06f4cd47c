"""`crm seed`: realistic data, the same for the same seed, by the fast path."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import click

from chassis.command_line.installation import installation
from chassis.command_line.progress import Progress
from contracts.catalogue import ENTITIES


def seedable() -> list[str]:
    """The entities that have made-up data, by their plurals: those whose service has a module
    `seeding`. What others refer to comes first."""
    return [
        entity.plural
        for entity in ENTITIES.values()
        if entity.listed
        and entity.setting is None
        and find_spec(f"services.{entity.service}.seeding") is not None
    ]


def _count_options(function: Callable[..., Any]) -> Callable[..., Any]:
    for name in seedable():
        option = click.option(
            f"--{name}", type=click.IntRange(min=0), default=0, help=f"How many {name} to add."
        )
        function = option(function)
    return function


@click.command("seed", short_help="Fill an installation with realistic, repeatable data.")
@_count_options
@click.option("--people", is_flag=True, help="Add the departments and people of the demo.")
@click.option("--wait", is_flag=True, help="Wait until every listener has taken the events of it.")
@click.option("--seed", type=int, default=42, show_default=True, help="Where chance begins.")
def command(people: bool, wait: bool, seed: int, **counts: int) -> None:
    """Add made-up data of the last two years and plans for the next weeks, shared by the active
    users.

    The same seed gives the same data. What is there stays.
    """
    from chassis.command_line.seeding import seeding

    if not people and not any(counts.values()):
        raise click.UsageError("Say what to add, such as --leads 1000.")
    with installation() as settings, seeding(settings) as sower:
        if people:
            for account in sower.people():
                click.echo(f"{account['email']} with the password {account['password']}")
        for name in seedable():
            if count := counts[name]:
                progress = Progress(name, count)
                added = sower.records(name, count, seed, progress.show)
                progress.end()
                click.echo(f"{added:,} {name} added.")
        if wait:
            progress = Progress("events left to take")
            sower.wait(progress.show)
            progress.end()
            click.echo("Every listener is up to date.")
        sower.survey()
