"""How far the listeners of a service are with what a source says."""

from __future__ import annotations

from sqlalchemy import Connection, select

from chassis.listening.tables import LISTENER_POSITIONS
from contracts.catalogue import LISTENERS


def listener_positions(connection: Connection, consumer: str, source: str) -> dict[str, int]:
    """By queue, the position up to which each listener of `consumer` has recorded `source`.

    Listeners that have not recorded anything yet stand at 0.
    """
    table = LISTENER_POSITIONS
    query = select(table.c.listener, table.c.position).where(table.c.source == source)
    known = {row.listener: row.position for row in connection.execute(query)}
    return {
        contract.queue: known.get(contract.queue, 0)
        for contract in LISTENERS
        if contract.consumer == consumer and contract.source == source
    }
