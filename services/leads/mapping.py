"""What a new contact, company or deal takes over from its lead, pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

PERSON: Final = ("first_name", "last_name", "position")
REACHED_AT: Final = ("phones", "emails", "messengers")
TARGETS: Final = ("company", "contact", "deal")

# By target, its field and the lead's. A company is reached like its person where there is none.
_SAME: Final[dict[str, tuple[str, ...]]] = {
    "company": ("websites", "address", "source"),
    "contact": (*PERSON, *REACHED_AT, "websites", "address", "source", "comments"),
    "deal": ("title", "amount", "source", "comments"),
}
_COMPANY_ALONE: Final = (*REACHED_AT, "comments")


def mapped_values(
    target: str, lead: Mapping[str, Any], *, with_contact: bool = True
) -> dict[str, Any]:
    """The values that a new `target` takes from `lead` (in wire form); empty ones are left out.

    `with_contact` says whether the lead's person becomes, or is, a contact.
    """
    names = _SAME[target] if with_contact or target != "company" else (
        *_SAME[target], *_COMPANY_ALONE
    )  # fmt: skip
    values = {name: lead.get(name) for name in names}
    if target == "company":
        values["name"] = lead.get("company_name") or lead.get("title")
    if target == "contact" and not (values["first_name"] or values["last_name"]):
        values["last_name"] = lead.get("title")
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}
