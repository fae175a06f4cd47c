"""Pages of a list on databases of two sizes, as viewers see them, to be measured in turn."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
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


# The cursor that a deep page begins at.
Middle = Callable[[Connection, Context, type[Record]], str | None]


def page_of(
    database: Database, call: Call, viewer: UUID, model: type[Record], query: Mapping[str, Any]
) -> Callable[[], object]:
    """The reading of one page, all statements and the answer's making included."""

    def act() -> object:
        context = call(viewer, time.monotonic() + 60)
        context.rights.require(model.entity.name, "read")
        with database.reading() as connection:
            return read_page(connection, context, model, dict(query)).answer()

    return act


def pages_of(
    databases: Sequence[Database],
    model: type[Record],
    call: Call,
    viewers: Mapping[str, UUID],
    pages: Mapping[str, Mapping[str, Any]],
    middle: Middle = deep_cursor,
) -> dict[str, list[Callable[[], object]]]:
    """Each of `pages` as each of `viewers` sees it, on each of `databases`; for `growth`.

    That called `DEEP` begins where `middle` says.
    """
    found: dict[str, list[Callable[[], object]]] = {}
    for name, viewer in viewers.items():
        for page, query in pages.items():
            found[f"{name}: {page}"] = acts = []
            for database in databases:
                asked = dict(query)
                if page == DEEP:
                    with database.reading() as connection:
                        context = call(viewer, time.monotonic() + 60)
                        asked["cursor"] = middle(connection, context, model)
                acts.append(page_of(database, call, viewer, model, asked))
    return found


def options(description: str | None) -> argparse.Namespace:
    """What the measurement was called with; `home` is where its databases are."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--home", type=Path, help="where the databases are kept between runs")
    parser.add_argument("--rows", type=int, default=LARGE, help="rows of the large database")
    parser.add_argument("--rounds", type=int, default=60)
    found = parser.parse_args()
    found.home = found.home or Path(tempfile.mkdtemp(prefix="rapport-pages-"))
    return found
