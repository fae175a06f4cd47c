"""A value and another one for fields that people may write: all of a lead's, of other kinds those
whose types leads do not have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.matrix.expectations import Facts
from tests.matrix.kinds import COMPANY, CONTACT, DEAL, LEAD, Kind
from tests.matrix.world import Record, World

UNKNOWN = "nonsense"
Values = Mapping[str, tuple[Any, Any]]
_WRITABLE: dict[Kind, Values] = {
    LEAD: {
        "first_name": ("Quirinus", "Rosalind"),
        "last_name": ("Zweistein", "Yggdrasil"),
        "company_name": ("Wunderkammer", "Xylophone"),
        "position": ("Archivist", "Beekeeper"),
        "phones": (
            [{"value": "+5511953511234", "kind": "work", "primary": True}],
            [{"value": "+5511953519876", "kind": "work", "primary": True}],
        ),
        "emails": (
            [{"value": "postbox77@mailhaven.example", "kind": "work", "primary": True}],
            [{"value": "postbox88@mailharbour.example", "kind": "work", "primary": True}],
        ),
        "websites": (
            [{"value": "https://sitehaven.example", "kind": "work", "primary": True}], [],
        ),
        "messengers": ([], []),
        "address": ({"city": "Vilnius"}, {"city": "Kaunas"}),
        "source": ("kaleidoscope", "periscope"),
        "amount": (
            {"amount": "7777.77", "currency": "BRL"},
            {"amount": "8888.88", "currency": "BRL"},
        ),
        "comments": ("Sesquipedalian", "Antediluvian"),
        "utm": ({"campaign": "midsummer"}, {"campaign": "midwinter"}),
        "tags": (["bluebird"], ["goldfinch"]),
        "repeat": (True, False),
        "open": (True, False),
    },
    CONTACT: {
        "emails": (
            [{"value": "postbox66@mailmoor.example", "kind": "work", "primary": True}], [],
        ),
        "birthday": ("1987-06-05", "1990-01-02"),
    },
    COMPANY: {
        "employees": (77_001, 77_002),
        "revenue": (
            {"amount": "6666.66", "currency": "BRL"},
            {"amount": "5555.55", "currency": "BRL"},
        ),
        "tax_id": ("XX-4711", "XX-4712"),
    },
    DEAL: {
        "amount": (
            {"amount": "4444.44", "currency": "BRL"},
            {"amount": "3333.33", "currency": "BRL"},
        ),
        "probability": (61, 62),
        "source": ("kaleidoscope", "periscope"),
    },
}  # fmt: skip
# Equality that finds the filled record; the other fields are asked whether they are empty.
FINDABLE: Mapping[Kind, tuple[str, ...]] = {
    LEAD: ("first_name", "last_name", "company_name", "position", "source", "repeat", "open"),
    CONTACT: ("birthday",),
    COMPANY: ("employees", "tax_id", "parent_id"),
    DEAL: ("probability", "source", "company_id"),
}
# Words by which quick text could find the filled record, were the field not hidden.
WORDS: Mapping[Kind, Mapping[str, tuple[str, ...]]] = {
    LEAD: {
        "first_name": ("Quirinus",),
        "last_name": ("Zweistein",),
        "company_name": ("Wunderkammer",),
        "emails": ("postbox77@mailhaven.example", "postbox77", "mailhaven"),
        "phones": ("+5511953511234", "5351-1234", "11953511234"),
        "comments": ("Sesquipedalian",),
        "source": ("kaleidoscope",),
    },
    CONTACT: {"emails": ("postbox66@mailmoor.example", "mailmoor")},
    COMPANY: {"tax_id": ("XX-4711",)},
    DEAL: {"source": ("kaleidoscope",)},
}
# Fields that the platform keeps itself, or that decide about access, can be hidden as well.
ALSO_HIDDEN: Mapping[Kind, tuple[str, ...]] = {
    LEAD: ("reason", "status", "owner_id", "observer_ids", "number", "created_by", "updated_at"),
    CONTACT: ("lead_id", "kind"),
    COMPANY: ("observer_ids", "industry"),
    DEAL: ("stage", "pipeline_id", "reason", "owner_id"),
}
SYSTEM = (
    "number", "version", "type", "created_at", "created_by", "updated_at", "updated_by",
    "deleted_at", "deleted_by", "stage_changed_at", "closed_at",
)  # fmt: skip
OPERATORS: dict[str, Any] = {
    "eq": "x", "ne": "x", "gt": "1", "gte": "1", "lt": "1", "lte": "1", "between": ["1", "2"],
    "in": ["x"], "nin": ["x"], "contains": "x", "ncontains": "x", "starts": "x", "ends": "x",
    "empty": True, "nempty": True, "within_last": 3, "within_next": 3,
}  # fmt: skip


def writable(world: World, kind: Kind) -> Values:
    """The fields of the kind, references to records of the person among them."""
    company, contact = (world.record("self", kind=each).id for each in (COMPANY, CONTACT))
    referring: dict[Kind, Values] = {
        CONTACT: {"companies": ([{"id": company, "role": "Buyer", "primary": True}], [])},
        COMPANY: {"parent_id": (company, None)},
        DEAL: {
            "company_id": (company, None),
            "contacts": ([{"id": contact, "primary": True}], []),
        },
    }
    return {**_WRITABLE[kind], **referring.get(kind, {})}


def filled(world: World, kind: Kind) -> Record:
    """A new record of the person with the first value in every field."""
    values = writable(world, kind)
    return world.make(Facts("self", kind=kind), **{name: pair[0] for name, pair in values.items()})
