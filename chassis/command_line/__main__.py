"""Where `crm` begins. Processes of services are made green here, before any other import."""

from __future__ import annotations

import sys
import warnings


def needs_green_threads(arguments: list[str]) -> bool:
    """True for `run` of anything but the gateway alone, which lives on real threads."""
    return arguments[:1] == ["run"] and [name for name in arguments[1:] if name[:1] != "-"] != [
        "gateway"
    ]


def main() -> None:
    """Run the command that the arguments name; a wrong setting ends it with one sentence."""
    # Every import of eventlet says so; that it stays inside the chassis is our answer to it.
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    if needs_green_threads(sys.argv[1:]):
        from chassis import green

        green.patch()

    from chassis.command_line.commands import crm
    from chassis.errors import Refusal
    from chassis.settings import SettingError

    try:
        crm(prog_name="crm")
    except SettingError as error:
        sys.exit(f"crm: {error}")
    except Refusal as refusal:
        if refusal.code == "bus_lost":
            sys.exit("crm: Set AMQP_URI to a bus that answers: the one it names cannot be reached.")
        faults = [f"{fault.pointer.strip('/')}: {fault.detail}" for fault in refusal.faults]
        sys.exit("\n  ".join([f"crm: {refusal.detail or refusal.code}", *faults]))


if __name__ == "__main__":
    main()
