"""The list of subcommands, and a group that imports each only when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import Final

import click

# name: module in this package, what it does
COMMANDS: Final = {
    "run": ("run", "Start services, the gateway, or everything in one process."),
    "migrate": ("migrate", "Bring databases, queues and keys up to date."),
    "migration": ("migration", "Write a migration for what the models declare."),
    "check": ("check", "Say whether everything that Rapport needs is there."),
    "user": ("user", "Add people from the command line."),
    "seed": ("seed", "Fill an installation with realistic, repeatable data."),
    "dead": ("dead", "List and retry events that a listener could not take."),
    "replay": ("replay", "Send a listener the newest state of every record again."),
    "audit": ("audit", "Prove that the journals were not tampered with."),
    "erase": ("erase", "Erase everything personal of records."),
    "keys": ("keys", "Make the signing keys that are missing."),
}


class LazyGroup(click.Group):
    """A group whose subcommands stand in `COMMANDS`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The subcommands in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The subcommand, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"chassis.command_line.{COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Help without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=LazyGroup)
def crm() -> None:
    """Rapport: start it, migrate it, look after it. Settings come from the environment."""
