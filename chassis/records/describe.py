"""What there is to know of an entity: for documents and forms, and for one viewer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chassis.records.dump import ALWAYS
from chassis.records.field_types.code_words import labels_of
from chassis.records.query.filters import OPERATORS
from chassis.records.schema import visible_fields
from contracts.catalogue import ENTITIES

if TYPE_CHECKING:
    from chassis.access.rights import Rights
    from chassis.records.entity import Entity
    from chassis.records.field_types.base import FieldType


def describe(entity: Entity) -> dict[str, Any]:
    """The entity as it is for everybody, with the JSON schemas of what it answers and accepts."""
    fields = [field for field in entity.fields.values() if not field.hidden]
    return {
        "entity": entity.name,
        "plural": entity.plural,
        "labels": dict(entity.label),
        "plural_labels": _plural_labels(entity),
        "title": entity.title,
        "default_sort": list(entity.default_sort),
        "versioned": entity.versioned,
        "stages": entity.stage_field.name if entity.stage_field else None,
        "fields": [described_field(field) for field in fields],
        "schemas": {
            "record": record_schema(entity),
            "create": body_schema(entity, creating=True),
            "update": body_schema(entity, creating=False),
        },
    }


def described_field(field: FieldType) -> dict[str, Any]:
    """A field as forms and documents need it."""
    shown: dict[str, Any] = {
        "name": field.name,
        "type": field.type,
        "widget": field.widget,
        "labels": field.labels,
        "required": field.required and not field.derived and not field.system,
        "system": field.system,
        "read_only": field.read_only,
        "write_only": field.write_only,
        "immutable": field.immutable,
        "personal": field.personal,
        "multiple": field.multiple,
        "sortable": field.sortable,
        "indexed": field.indexed,
        "groupable": field.groupable,
        "periods": list(field.periods),
        "measures": list(field.measures),
        "operators": list(field.operators),
        "schema": answered_schema(field),
        "input_schema": accepted_schema(field),
    }
    if field.choices is not None:
        shown["choices"] = list(field.choices)
    if field.codes:
        shown["code_labels"] = labels_of(field.codes, field.words)
    if field.default is not None:
        shown["default"] = field.default
    return shown | field.described()


def answered_schema(field: FieldType) -> dict[str, Any]:
    """The JSON schema of the field in an answer: null unless it always has a value."""
    always = field.required or field.nothing is not None or field.name in ALWAYS
    return field.value_schema if always else _nullable(field.value_schema)


def accepted_schema(field: FieldType) -> dict[str, Any]:
    """The JSON schema of the field in a body: null stands for no value."""
    return _nullable(field.input_schema)


def record_schema(entity: Entity) -> dict[str, Any]:
    """The JSON schema of a record in answers; what a viewer may not see is absent from it."""
    properties: dict[str, Any] = {"type": {"const": entity.name}}
    for field in entity.shown_fields:
        properties[field.name] = answered_schema(field)
    for reference in entity.reference_fields:
        one = {
            "type": "object",
            "required": ["id"],
            "properties": {"id": {"type": "string", "format": "uuid"}},
        }
        many = {"type": "array", "items": one}
        shown = many if reference.multiple else _nullable(one)
        # `created_by` is its own alias: included, the record stands in place of its id.
        taken = properties.get(reference.alias)
        properties[reference.alias] = {"anyOf": [taken, shown]} if taken else shown
    return {"type": "object", "required": ["id", "version"], "properties": properties}


def body_schema(entity: Entity, *, creating: bool) -> dict[str, Any]:
    """The JSON schema of a body that creates a record, or of a merge patch that changes one."""
    fields = [
        field
        for field in entity.fields.values()
        if field.writable and (creating or not field.immutable)
    ]
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {field.name: accepted_schema(field) for field in fields},
        "additionalProperties": False,
    }
    needed = [f.name for f in fields if f.required and not f.derived and f.default is None]
    return schema | {"required": needed} if creating and needed else schema


def schema_for(
    entity: Entity, rights: Rights, locale: str | None, stages: list[dict[str, Any]] | None
) -> dict[str, Any]:
    """What this viewer needs to draw a form: the fields they see, which of them they may edit."""
    may_write = {
        operation: bool(rights.anywhere(entity.name, operation))
        for operation in ("add", "update", "delete")
    }
    seen = set(visible_fields(entity, rights))
    fields = [
        _for_viewer(field, rights, locale)
        for field in entity.fields.values()
        if field.name in seen or (field.write_only and _editable(field, rights))
    ]
    found: dict[str, Any] = {
        "entity": entity.name,
        "label": _in_language(entity.label, locale) or entity.name,
        "plural_label": _in_language(_plural_labels(entity), locale) or entity.plural,
        "title": entity.title,
        "default_sort": list(entity.default_sort),
        "phrases": {one.name: _in_language(one.phrase, locale) for one in OPERATORS.values()},
        "operations": may_write,
        "fields": fields,
    }
    return found if stages is None else found | {"stages": stages}


def _for_viewer(field: FieldType, rights: Rights, locale: str | None) -> dict[str, Any]:
    shown = described_field(field)
    labels = shown.pop("labels")
    shown["label"] = _in_language(labels, locale)
    if field.reference:
        shown["copies"] = [n for n in shown["copies"] if rights.sees_copy(field.reference, n)]
    shown["access"] = "edit" if field.writable and _editable(field, rights) else "read"
    return shown


def _editable(field: FieldType, rights: Rights) -> bool:
    return field.name in ALWAYS or rights.field(field.entity, field.name) == "edit"


def _in_language(texts: Mapping[str, str], locale: str | None) -> str | None:
    language = (locale or "en").partition("-")[0]
    for key, text in texts.items():
        if key.partition("-")[0] == language:
            return text
    return texts.get("en")


def _plural_labels(entity: Entity) -> dict[str, str]:
    contract = ENTITIES.get(entity.name)
    return contract.plural_labels if contract else {"en": entity.plural.capitalize()}


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    kind = schema.get("type")
    if isinstance(kind, str) and "enum" not in schema:
        return {**schema, "type": [kind, "null"]}
    if "null" in (kind or ()):
        return schema
    return {"anyOf": [schema, {"type": "null"}]}
