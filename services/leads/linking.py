"""Linking a lead to the contact and company that its sender is known as."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Connection

from chassis.context import Context
from chassis.records.rows import find_row

if TYPE_CHECKING:
    from chassis.records.writing import Records


def link_known(
    connection: Connection, context: Context, leads: Records, match: Mapping[str, Any]
) -> None:
    """Flag the lead that `match` tells of as a repeat, and link it where nobody linked it yet.

    A lead that is closed or gone stays as it is; so does one that is being converted, which may
    have made the very contact that it would be known by.
    """
    lead_id = UUID(match["id"])
    row = find_row(connection, leads.entity, lead_id, lock=True)
    if row is None or row["closed_at"] is not None or row["conversion_id"] is not None:
        return
    known = {name: match.get(name) for name in ("contact_id", "company_id")}
    values: dict[str, Any] = {
        name: UUID(each) for name, each in known.items() if each and row[name] is None
    }
    leads.trusted(connection, context).put(lead_id, {"repeat": True, **values})
