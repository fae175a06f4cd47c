"""Counts the SQL statements of a block, so that a test can say how many a page may cost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event


class StatementCounter:
    """`with statements() as seen:` fills the list `seen` with each statement's text."""

    @contextmanager
    def __call__(self) -> Iterator[list[str]]:
        """The statements that any engine of this process executes inside the block."""
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        event.listen(Engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(Engine, "before_cursor_execute", note)


@pytest.fixture
def statements() -> StatementCounter:
    """Counts statements: `with statements() as seen: ...; assert len(seen) == 2`."""
    return StatementCounter()
