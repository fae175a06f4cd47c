"""`crm run`: services, the gateway, or everything in one process."""

from __future__ import annotations

import click

from contracts.catalogue import SERVICES

NAMES = (*SERVICES, "gateway")


@click.command("run", short_help="Start services, the gateway, or everything in one process.")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--all", "everything", is_flag=True, help="All services and the gateway together.")
def command(names: tuple[str, ...], everything: bool) -> None:
    """Start the services NAME..., or the gateway, until SIGTERM or Ctrl-C.

    With --all everything runs in this process: with no further settings on an embedded database
    and bus, migrated and with a first administrator.
    """
    for name in names:
        if name not in NAMES:
            raise click.UsageError(f"There is no {name!r}: name some of {', '.join(NAMES)}.")
    if everything == bool(names):
        raise click.UsageError(f"Name what to run ({', '.join(NAMES)}), or say --all.")
    if everything:
        from chassis.command_line.run_everything import run_everything

        run_everything()
    elif names == ("gateway",):
        from chassis.command_line.run_gateway import run_gateway

        run_gateway()
    elif "gateway" in names:
        raise click.UsageError("The gateway is a process of its own: name it alone, or say --all.")
    else:
        from chassis.command_line.run_services import run_services

        run_services(names)
