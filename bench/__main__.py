"""`python -m bench`: every measurement in turn; ends with the names of those over their targets."""

from __future__ import annotations

import subprocess
import sys
from typing import Final

MEASUREMENTS: Final = (
    "echo", "requests", "html", "html_growth", "lighthouse", "memory", "board", "board_growth",
    "lists", "reports", "activities", "tasks", "seeding",
)  # fmt: skip


def main() -> int:
    """Run each in a process of its own, so that none warms or burdens the next; 1 if any failed."""
    failed = []
    for name in MEASUREMENTS:
        print(f"\n== {name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode != 0:
            failed.append(name)
    print(f"\nOver their targets: {', '.join(failed) or 'none'}")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
