"""What a form of a stage says, as the values of the API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from gateway.pages.descriptions import Description, Field
from gateway.texts import LANGUAGES

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

_NEVER: Final = frozenset({"id", "owner_id", "custom", "reason", "pipeline_id"})


def askable(description: Description) -> list[Field]:
    """The fields that a form offers to be required: those people fill in, where they can be
    empty. Which of them may be required the service decides."""
    return [
        field
        for field in description.fields.values()
        if field.said["access"] == "edit"
        and field.name not in _NEVER
        and field is not description.stage
        and field.type != "boolean"
    ]


def wish_of(
    form: MultiDict[str, str], description: Description, activities: Sequence[str]
) -> dict[str, Any]:
    """The values of the stage that `form` describes."""
    offered = {field.name for field in askable(description)}
    wish: dict[str, Any] = {
        "names": {each: form.get(f"name.{each}", "").strip() for each in LANGUAGES},
        # A field that this viewer does not see stays required without being shown.
        "required_fields": [
            *(name for name in form.getlist("kept_fields") if name not in offered),
            *(name for name in form.getlist("required_fields") if name in offered),
        ],
    }
    probability = form.get("probability", "").strip()
    if probability.isascii() and probability.isdigit() and len(probability) < 6:
        wish["probability"] = int(probability)
    if activities:
        wish["required_activity"] = form.get("required_activity") or None
    return wish
