"""Demo data for a newcomer: offered once, to an installation with nobody in it yet."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from chassis.command_line.progress import Progress
from chassis.command_line.seed import seedable
from chassis.command_line.seeding import seeding
from chassis.settings import Settings

RECORDS = {
    "leads": 300, "companies": 60, "contacts": 150, "deals": 120, "activities": 400, "tasks": 80,
}  # fmt: skip
_SEED = 42
_ACCOUNTS_FILE = "demo-accounts"


def offer_demo(settings: Settings) -> None:
    """Add demo data where it is wanted: by RAPPORT_DEMO, or by the answer on a terminal."""
    if settings.demo is False or _file(settings).exists():
        return
    if settings.demo is None and not sys.stdin.isatty():
        return
    with seeding(settings) as sower:
        if sower.user_count() > 1:
            return
        if settings.demo is None and not _wanted():
            return
        accounts = sower.people()
        for name in seedable():
            progress = Progress(name, RECORDS[name])
            sower.records(name, RECORDS[name], _SEED, progress.show)
            progress.end()
    _write(_file(settings), accounts)


def demo_accounts(settings: Settings) -> list[str]:
    """A line for each demo account of this installation; empty without demo data."""
    file = _file(settings)
    return file.read_text().splitlines() if file.exists() else []


def _wanted() -> bool:
    records = ", ".join(f"{RECORDS[name]} {name}" for name in seedable())
    print(f"Add demo data, some people and {records}? [y/N] ", end="", file=sys.stderr)
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes", "s", "sim")


def _file(settings: Settings) -> Path:
    return settings.home / _ACCOUNTS_FILE


def _write(file: Path, accounts: list[dict[str, Any]]) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as opened:
        for account in accounts:
            opened.write(f"{account['email']}  {account['password']}  ({account['role']})\n")
