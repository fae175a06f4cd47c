"""The rules of leads, pure: what a lead is called, and which statuses a first start brings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

TITLE_LIMIT: Final = 255
DEFAULT_STATUSES: Final = (
    ("new", "process", "New", "Novo"),
    ("in_progress", "process", "In progress", "Em andamento"),
    ("qualified", "process", "Qualified", "Qualificado"),
    ("converted", "success", "Converted", "Convertido"),
    ("junk", "failure", "Junk", "Descartado"),
)


def title_of(values: Mapping[str, Any]) -> str | None:
    """What to call a lead that was given no title: the person, the company, or nothing."""
    names = (values.get("first_name"), values.get("last_name"))
    person = " ".join(name for name in names if name)
    title = person or values.get("company_name")
    return title[:TITLE_LIMIT] if title else None


def may_convert(kind: str) -> bool:
    """Whether a lead in a status of this kind can be converted: one that is being worked on."""
    return kind == "process"
