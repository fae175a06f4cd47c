"""The hashes of the journal: of a personal value, of a row's content, and the chain over rows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import RowMapping

from chassis import wire

GENESIS: Final = bytes(32)
SALT_BYTES: Final = 16

# The JSON columns are hashed as PostgreSQL prints them, so that a hash never depends on how a
# Python library reads or writes a number.
CONTENT_COLUMNS: Final = """
    j.id::text AS id, j.entity, j.record_id::text AS record_id, j.record_version, j.schema, j.name,
    j.actor::text AS actor, j.root_cause::text AS root_cause, j.depth, j.traceparent, j.silent,
    j.occurred_at, j.record::text AS record, j.changes::text AS changes,
    j.personal::text AS personal
"""


def sealed(salt: bytes, value: Any) -> str:
    """What stands in the journal for the personal `value`: SHA-256 of salt and canonical JSON."""
    return _digest(salt, wire.canonical(value))


def sealer(salt: bytes) -> Callable[[Any], str]:
    """`sealed` with `salt` for all values of an event, of which most stand in it more than once."""
    known: dict[bytes, str] = {}

    def seal(value: Any) -> str:
        form = wire.canonical(value)
        found = known.get(form)
        if found is None:
            found = known[form] = _digest(salt, form)
        return found

    return seal


def _digest(salt: bytes, form: bytes) -> str:
    return hashlib.sha256(salt + form).hexdigest()


def content_hash(row: RowMapping) -> bytes:
    """The hash of everything immutable in a journal row read with `CONTENT_COLUMNS`."""
    content = wire.dumps(
        [
            row["id"], row["entity"], row["record_id"], row["record_version"], row["schema"],
            row["name"], row["actor"], row["root_cause"], row["depth"], row["traceparent"],
            row["silent"], row["occurred_at"], row["record"], row["changes"], row["personal"],
        ]
    )  # fmt: skip
    return hashlib.sha256(content).digest()


def chained(previous: bytes, content: bytes) -> bytes:
    """The hash of a row whose predecessor has the hash `previous`."""
    return hashlib.sha256(previous + content).digest()
