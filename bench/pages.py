"""What a page costs at two sizes, asked in turn, as the ratio of the medians."""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, func, select

from chassis.context import Context
from chassis.database.engine import Database
from chassis.records.entity import Record
from chassis.records.query import cursor
from chassis.records.query.page import read_page, understand
from chassis.records.query.scoping import visible

MOST: Final = 1.5
SMALL, LARGE = 10_000, 1_000_000
DEEP: Final = "deep cursor"

# A call by a viewer, with the deadline that it is given.
Call = Callable[[UUID, float], Context]


def deep_cursor(connection: Connection, context: Context, model: type[Record]) -> str | None:
    """A cursor in the middle of what the viewer sees, in the model's own order."""
    asked, entity = understand(connection, context, model, {}), model.entity
    seen = visible(entity, context.rights) & entity.table.c.deleted_at.is_(None)
    count = connection.execute(
        select(func.count()).select_from(entity.table).where(seen)
    ).scalar_one()
    keys = [key.element for key in asked.order.keys]
    places = select(*keys).where(seen).order_by(*asked.order.clauses).offset(count // 2).limit(1)
    row = connection.execute(places).first()
    return None if count < 2 or row is None else cursor.encode(list(row), asked.binding)


def page_of(database: Database, context: Context, model: type[Record], query: Any) -> float:
    """The seconds that one page takes, all statements and the answer's making included."""
    context.rights.require(model.entity.name, "read")
    started = time.perf_counter()
    with database.reading() as connection:
        read_page(connection, context, model, query).answer()
    return time.perf_counter() - started


def interleaved(kinds: list[Callable[[], float]], rounds: int) -> list[float]:
    """The median seconds of each of `kinds`, run in turn so that a busy moment hits them all."""
    for kind in kinds * 3:
        kind()
    runs = [[kind() for kind in kinds] for _ in range(rounds)]
    return [statistics.median(column) for column in zip(*runs, strict=True)]


def ratios(
    databases: list[Database],
    model: type[Record],
    call: Call,
    viewers: Mapping[str, UUID],
    pages: Mapping[str, Mapping[str, Any]],
    rounds: int,
) -> Iterable[float]:
    """Print a line a viewer and page; all ratios."""
    for name, viewer in viewers.items():
        for page, query in pages.items():
            asked: list[dict[str, Any]] = [dict(query) for _ in databases]
            if page == DEEP:
                for database, one in zip(databases, asked, strict=True):
                    with database.reading() as connection:
                        context = call(viewer, time.monotonic() + 60)
                        one["cursor"] = deep_cursor(connection, context, model)
            kinds = [
                lambda database=database, one=one, viewer=viewer: page_of(
                    database, call(viewer, time.monotonic() + 60), model, one
                )
                for database, one in zip(databases, asked, strict=True)
            ]
            small, large = interleaved(kinds, rounds)
            over = "" if large / small <= MOST else "  over the target"
            print(
                f"{name:18} {page:20} {small * 1000:7.2f} ms {large * 1000:7.2f} ms "
                f"{large / small:6.2f}{over}",
                flush=True,
            )
            yield large / small


def options(description: str | None) -> argparse.Namespace:
    """What the measurement was called with; `home` is where its databases are."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--home", type=Path, help="where the databases are kept between runs")
    parser.add_argument("--rows", type=int, default=LARGE, help="rows of the large database")
    parser.add_argument("--rounds", type=int, default=60)
    found = parser.parse_args()
    found.home = found.home or Path(tempfile.mkdtemp(prefix="rapport-pages-"))
    print(f"{'viewer':18} {'page':20} {SMALL:>10,} {found.rows:>10,}  ratio (at most {MOST})")
    return found
