"""Which fields the system noted to have changed, as one viewer may know them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chassis.records.hooks import Row
from services.activities.rules import LINKED

if TYPE_CHECKING:
    from chassis.access.rights import Rights


def without_hidden_names(row: Row, rights: Rights) -> Row:
    """The row of an activity, whose `data` names no field that is hidden from the holder of
    `rights`: to them there is none.

    The subject says whose fields they are. Where it was not asked for, a name counts as hidden that
    is so in any record that activities are about.
    """
    data = row.get("data") or {}
    if "fields" not in data:
        return row
    entity, _, _ = (row.get("subject") or "").partition(".")
    entities = (entity,) if entity in LINKED else LINKED
    seen = [
        name
        for name in data["fields"]
        if all(rights.field(each, name) != "hidden" for each in entities)
    ]
    return {**row, "data": {**data, "fields": seen}}
