"""What pages cost at a million leads against ten thousand, in two installations side by side.

`python -m bench.html_growth` asks both for the same pages in turn, and prints the ratio of the
medians of whole answers. It fails when one is over the target.
"""

from __future__ import annotations

import argparse
import html
import json
import re
import sys
from collections.abc import Callable
from typing import Final
from urllib.parse import urlencode

import httpx
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from bench.html import page_of
from bench.pages import LARGE, SMALL
from bench.ratios import MOST, growth
from bench.stack import Stack, expect, stack
from chassis.database.engine import with_driver
from tests.system.platform import command

_REFERRED: Final = urlencode({"filter": json.dumps({"source": "referral"})})
_MORE: Final = re.compile(r'hx-get="(/leads\?[^"]*cursor=[^"]*)"')
# Neither is copied: one is made anew for each row, the other by the database.
_OWN: Final = ("id", "number")


def fill(running: Stack, rows: int) -> None:
    """Make the leads of the installation `rows`, as much older copies of those that are there."""
    engine = create_engine(with_driver(running.database_url("leads")), poolclass=NullPool)
    with engine.begin() as connection:
        names = connection.execute(
            text("""
            SELECT column_name FROM information_schema.columns
            WHERE table_name = 'leads' AND is_generated = 'NEVER'""")
        ).scalars()
        kept = [name for name in names if name not in _OWN]
        older = {"created_at": "created_at - turn * interval '2 years'"}
        values = ", ".join(older.get(name, name) for name in kept)
        connection.execute(
            text(f"""
            INSERT INTO leads (id, {", ".join(kept)}) SELECT gen_random_uuid(), {values}
            FROM leads CROSS JOIN generate_series(1, :turns) AS turn"""),
            {"turns": rows // SMALL - 1},
        )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE leads"))


def pages(running: Stack) -> dict[str, Callable[[], object]]:
    """What is asked of an installation, by name."""
    browser = page_of(running.platform)
    client = running.platform.administrator()
    [lead] = expect(client.get("/leads", limit=1), 200)["items"]
    following = _MORE.search(_read(browser, f"/leads?{_REFERRED}"))
    if following is None:
        raise RuntimeError("The list says no address of its next page.")
    paths = {
        "list": "/leads", "filtered": f"/leads?{_REFERRED}",
        "filtered, next page": html.unescape(following[1]), "board": "/leads/board",
        "record": f"/leads/{lead['id']}", "timeline": f"/leads/{lead['id']}/timeline",
    }  # fmt: skip
    return {name: lambda path=path: _read(browser, path) for name, path in paths.items()}  # type: ignore[misc]


def _read(browser: httpx.Client, path: str) -> str:
    answer = browser.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} is answered with {answer.status_code}.")
    return answer.text


def main() -> int:
    """Run the measurement; 1 when a page is over the target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=LARGE, help="leads of the large installation")
    parser.add_argument("--rounds", type=int, default=40)
    asked = parser.parse_args()
    with stack("embedded") as small, stack("embedded") as large:
        for one in (small, large):
            command(one.environment, "seed", "--leads", str(SMALL))
        fill(large, asked.rows)
        both = [pages(one) for one in (small, large)]
        acts = {name: [one[name] for one in both] for name in both[0]}
        return int(growth((SMALL, asked.rows), acts, asked.rounds) > MOST)


if __name__ == "__main__":
    sys.exit(main())
