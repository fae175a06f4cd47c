"""Where the time of one call of the service of leads goes, by library.

`python -m bench.profile` reads, lists, changes and makes leads among 10,000 under Python's own
profiler, and prints the share of each library and of the database's answers. The profiler makes
every Python call dearer, so that the shares of what is written in C are understated.
"""

from __future__ import annotations

import cProfile
import pstats
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import PurePath
from typing import Final

from bench.lists import Worked
from bench.lists_data import People, filled
from bench.pages import SMALL, options, pages_of
from chassis.database.embedded import ensure_db
from services.leads.models import Lead

CALLS: Final = 200
_DATABASE: Final = ("execute", "fetchall", "commit", "rollback")


def library(place: tuple[str, int, str]) -> str:
    """The library that a function of the profile is of."""
    file, _line, function = place
    if file == "~":
        waits = "psycopg2" in function and any(name in function for name in _DATABASE)
        return "PostgreSQL's answers" if waits else "Python's built-ins"
    parts = PurePath(file).parts
    if "site-packages" in parts:
        return parts[parts.index("site-packages") + 1]
    for ours in ("chassis", "services", "contracts"):
        if ours in parts:
            return "/".join(parts[parts.index(ours) : -1])
    return "Python's library"


def profiled(act: Callable[[], object]) -> tuple[float, Counter[str]]:
    """Milliseconds a call of `act` under the profiler, and those of each library."""
    for _ in range(CALLS // 4):
        act()
    profile = cProfile.Profile()
    profile.enable()
    for _ in range(CALLS):
        act()
    profile.disable()
    spent: Counter[str] = Counter()
    for place, (_, _, own, _, _) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        spent[library(place)] += own / CALLS * 1000
    return sum(spent.values()), spent


def main() -> int:
    """Run the measurement; it has no target."""
    asked, people = options(__doc__), People()
    server = ensure_db(asked.home)
    database = filled(server.admin_url, SMALL, people)
    worked = Worked(database, people)
    everybody = {"unrestricted": people.viewers["unrestricted"]}
    pages = pages_of([database], Lead, people.context, everybody, {"page": {"include": "owner"}})
    [[page]] = pages.values()
    acts = {
        "get": worked.get, "list of 50": page, "update": worked.update, "create": worked.create,
    }  # fmt: skip
    for name, act in acts.items():
        total, spent = profiled(act)
        print(f"{name}: {total:.2f} ms under the profiler")
        for where, own in spent.most_common(8):
            print(f"  {own / total * 100:4.0f} %  {where}")
    database.close()
    server.release()
    return 0


if __name__ == "__main__":
    sys.exit(main())
