"""What a list costs as a page, against the same list as JSON, in CPU time of the whole stack.

`python -m bench.html` fails when the page is over `MOST` times its twin. Both read the same fields
of 50 of 10,000 leads, with the names of the same people and the number of all.
"""

from __future__ import annotations

import re
import statistics
import sys
from typing import Final

import httpx

from bench.stack import Act, at_rest, cost, expect, stack
from tests.system.client import Client
from tests.system.platform import ADMIN_EMAIL, ADMIN_PASSWORD, Platform, command

LEADS: Final = 10_000
MOST: Final = 2.0
REQUESTS: Final = 200
ROUNDS: Final = 5
_COLUMN: Final = re.compile(r'<th scope="col" data-name="(\w+)"')
# What pages read of every record beside the columns.
_FURTHER: Final = ("pipeline_id",)


def page_of(platform: Platform) -> httpx.Client:
    """A browser signed in as the first administrator."""
    browser = httpx.Client(base_url=platform.url, timeout=30)
    form = {"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}
    if browser.post("/sign-in", data=form).status_code != 303:
        raise RuntimeError("The page does not sign in.")
    return browser


def twins(client: Client, browser: httpx.Client) -> tuple[Act, Act]:
    """The list as JSON and as a page, with the same in both."""
    schema = expect(client.get("/leads/schema"), 200)["fields"]
    columns = _COLUMN.findall(browser.get("/leads").text)
    fields = {field["name"]: field for field in schema}
    includes = [fields[name]["include"] for name in columns if fields[name].get("include")]
    wanted = [*columns, *(name for name in _FURTHER if name in fields)]
    query = {"limit": 50, "count": "estimate", "include": ",".join(includes),
             "fields": ",".join(wanted)}  # fmt: skip

    def listed(one: Client, _number: int) -> None:
        expect(one.get("/leads", **query), 200)

    def drawn(_one: Client, _number: int) -> None:
        if browser.get("/leads").status_code != 200:
            raise RuntimeError("The page is refused.")

    return listed, drawn


def main() -> int:
    """Run the measurement; 1 when the page is over the target."""
    with stack() as running:
        command(running.environment, "seed", "--leads", str(LEADS))
        client, browser = running.platform.administrator(), page_of(running.platform)
        acts = twins(client, browser)
        groups = running.grouped()
        for act in acts:
            cost(groups, {}, act, [client], REQUESTS)
        rest = at_rest(groups)
        # In turn, so that a busy moment of the machine hits both.
        rounds = [[cost(groups, rest, act, [client], REQUESTS) for act in acts]
                  for _ in range(ROUNDS)]  # fmt: skip
    columns = zip(*rounds, strict=True)
    json, page = (statistics.median(one.milliseconds for one in column) for column in columns)
    print(f"JSON {json:.2f} ms, page {page:.2f} ms: {page / json:.2f} times (at most {MOST})")
    return int(page / json > MOST)


if __name__ == "__main__":
    sys.exit(main())
