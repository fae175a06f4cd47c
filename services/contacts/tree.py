"""The tree of companies: whatever is written at the same time, no company stands above itself."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import Connection, text

from chassis.errors import Fault, Invalid

# Two companies made each other's parent at the same moment would each look right alone.
_ALONE: Final = text("SELECT pg_advisory_xact_lock(hashtextextended('company_tree', 0))")
_ABOVE: Final = text("""
    WITH RECURSIVE above (id) AS (
        SELECT CAST(:parent AS uuid)
        UNION
        SELECT companies.parent_id FROM companies JOIN above ON companies.id = above.id
        WHERE companies.parent_id IS NOT NULL
    )
    SELECT EXISTS (SELECT FROM above WHERE id = :company)
""")


def refuse_circle(connection: Connection, company_id: UUID, parent_id: UUID) -> None:
    """Raise Invalid when `company_id`, just put below `parent_id`, now stands above itself."""
    connection.execute(_ALONE)
    given = {"company": company_id, "parent": parent_id}
    if connection.execute(_ABOVE, given).scalar_one():
        fault = Fault("/parent_id", "company_cycle", "A company cannot belong to itself.")
        raise Invalid("The companies would form a circle.", code=fault.code, faults=[fault])
