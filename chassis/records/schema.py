"""From what a caller sent to values: types first (400), then rights (403), then rules (422)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from marshmallow import RAISE, Schema, ValidationError, fields

from chassis.errors import Fault, Forbidden, Malformed
from chassis.records.dump import ALWAYS

if TYPE_CHECKING:
    from chassis.access.organisation import Organisation
    from chassis.access.rights import Rights
    from chassis.records.entity import Entity
    from chassis.records.field_types.base import FieldType

_NAME_SHOWN = 100


class TypedField(fields.Field):  # type: ignore[type-arg]
    """The marshmallow side of a `FieldType`: deserialising is its `parse`."""

    def __init__(self, field: FieldType) -> None:
        super().__init__(required=False, allow_none=True)
        self.field = field

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> Any:
        try:
            return self.field.parse(value)
        except Malformed as refusal:
            raise ValidationError(list(refusal.faults)) from None


def pointer(name: str, rest: str = "") -> str:
    """The JSON pointer to field `name`, and within it to `rest`."""
    escaped = str(name)[:_NAME_SHOWN].replace("~", "~0").replace("/", "~1")
    return f"/{escaped}{rest}"


def visible_fields(entity: Entity, rights: Rights) -> tuple[str, ...]:
    """The fields of `entity` that this viewer sees, in order."""
    return tuple(f.name for f in entity.shown_fields if not _is_hidden(f, rights))


def _is_hidden(field: FieldType, rights: Rights) -> bool:
    # Without its id and version a record cannot be addressed, whatever a role says.
    return field.name not in ALWAYS and rights.field(field.entity, field.name) == "hidden"


@lru_cache(maxsize=500)
def _schema(entity: Entity, names: tuple[str, ...]) -> Schema:
    declared: dict[str, Any] = {name: TypedField(entity.fields[name]) for name in names}
    kind = Schema.from_dict(declared, name=f"{entity.name.title()}Values")
    return kind(unknown=RAISE)


def accepted_fields(entity: Entity, rights: Rights | None, *, creating: bool) -> tuple[str, ...]:
    """The fields that may stand in a body; an `immutable` one only in the one that creates."""
    return tuple(
        field.name
        for field in entity.fields.values()
        if field.writable
        and (creating or not field.immutable)
        and (rights is None or not _is_hidden(field, rights))
    )


def parse_values(
    entity: Entity, body: Any, rights: Rights | None, *, creating: bool
) -> dict[str, Any]:
    """The typed values in `body`; Malformed names every unknown, hidden, system or mistyped field.

    Hidden fields are unknown ones: the answers are equal. null stands for no value.
    """
    if not isinstance(body, dict):
        raise Malformed("The body must be an object.", code="wrong_type")
    schema = _schema(entity, accepted_fields(entity, rights, creating=creating))
    try:
        loaded: dict[str, Any] = schema.load(body)
    except ValidationError as error:
        faults = [fault for name in error.messages_dict for fault in _faults(error, name)]
        raise Malformed("The body cannot be understood.", faults=faults) from None
    return {
        name: entity.fields[name].nothing if value is None else value
        for name, value in loaded.items()
    }


def _faults(error: ValidationError, name: Any) -> list[Fault]:
    messages = error.messages_dict[name]
    return [
        Fault(pointer(name, message.pointer), message.code, message.detail)
        if isinstance(message, Fault)
        else Fault(pointer(name), "unknown_field", "No such field.")
        for message in messages
    ]


def refuse_read_only(entity: Entity, values: Mapping[str, Any], rights: Rights) -> None:
    """Raise Forbidden when `values` names a field that this user may only read."""
    faults = [
        Fault(pointer(name), "read_only", "Your roles let you only read this field.")
        for name in values
        if not entity.fields[name].immutable and rights.field(entity.name, name) != "edit"
    ]
    if faults:
        raise Forbidden("A field is read-only for you.", code="field_read_only", faults=faults)


def settle_values(
    entity: Entity, values: Mapping[str, Any], organisation: Organisation
) -> tuple[dict[str, Any], list[Fault]]:
    """The values in the form they are kept in, and the rules of their types that they break."""
    settled: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, value in values.items():
        field = entity.fields[name]
        if field.is_empty(value):
            settled[name] = value
            continue
        settled[name], wrong = field.settle(value, organisation)
        faults += [Fault(pointer(name, f.pointer), f.code, f.detail) for f in wrong]
    return settled, faults


def missing_values(entity: Entity, values: Mapping[str, Any], *, creating: bool) -> list[Fault]:
    """A fault for every required field that `values` leaves, or makes, empty."""
    return [
        Fault(pointer(field.name), "required", "A value is needed.")
        for field in entity.fields.values()
        if field.required
        and field.writable
        and (creating or field.name in values)
        and field.is_empty(values.get(field.name))
    ]
