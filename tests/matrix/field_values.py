"""A value and another one for every field of a lead that people may write."""

from __future__ import annotations

from typing import Any

UNKNOWN = "nonsense"
WRITABLE: dict[str, tuple[Any, Any]] = {
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
    "websites": ([{"value": "https://sitehaven.example", "kind": "work", "primary": True}], []),
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
}
# Words by which quick text could find the filled lead, were the field not hidden.
WORDS = {
    "first_name": ("Quirinus",),
    "last_name": ("Zweistein",),
    "company_name": ("Wunderkammer",),
    "emails": ("postbox77@mailhaven.example", "postbox77", "mailhaven"),
    "phones": ("+5511953511234", "5351-1234", "11953511234"),
    "comments": ("Sesquipedalian",),
    "source": ("kaleidoscope",),
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


def filled() -> dict[str, Any]:
    """The first value of every field."""
    return {name: values[0] for name, values in WRITABLE.items()}
