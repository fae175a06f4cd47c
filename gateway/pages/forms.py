"""Forms: what a person filled in as the values of the API, and values as what inputs hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from chassis import wire
from chassis.errors import Malformed
from gateway.pages.descriptions import Description, Field
from gateway.pages.viewer import Viewer
from gateway.texts import LANGUAGES

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

_LONGEST_BASE: Final = 200_000
_COMMA: Final = re.compile(r"[,;\n]")
# Kinds of field that forms do not ask for: they have pages, or commands, of their own.
UNASKED: Final = frozenset({"json", "custom", "uuid"})


def asked_fields(description: Description, *, creating: bool) -> list[Field]:
    """The fields that a form of the whole record asks for."""
    fields = description.fields.values()
    said = [field for field in description.said["fields"] if field["write_only"]]
    every = [*fields, *(Field(one) for one in said if one["name"] not in description.fields)]
    return [
        field
        for field in every
        if (field.enterable if creating else field.editable)
        and (field.type not in UNASKED or field.name == "pipeline_id")
        and not (creating and field.name in ("reason", "done", "cancelled"))
    ]


def values_of(form: MultiDict[str, str], fields: Iterable[Field], viewer: Viewer) -> dict[str, Any]:
    """The values of those of `fields` that `form` holds."""
    found = {}
    for field in fields:
        if f"has:{field.name}" in form or field.name in form:
            read: Callable[[Viewer, Field, Any], Any] = _READ.get(field.widget, _text)
            found[field.name] = read(viewer, field, form)
    return found


def base_of(record: Mapping[str, Any], fields: Iterable[Field]) -> str:
    """What `record` holds, for a form to remember what it began with."""
    return wire.dumps({field.name: record.get(field.name) for field in fields}).decode()


def read_base(form: Mapping[str, str]) -> dict[str, Any]:
    """What the form began with. Raises Malformed when that is no JSON."""
    text = form.get("base") or "{}"
    if len(text) > _LONGEST_BASE:
        raise Malformed("The form is too long.")
    try:
        value = wire.loads(text)
    except ValueError:
        raise Malformed("The form cannot be understood.") from None
    return value if isinstance(value, dict) else {}


def changed(values: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    """Those of `values` that differ from what the form began with."""
    return {name: value for name, value in values.items()
            if _plain(value) != _plain(base.get(name))}  # fmt: skip


def _plain(value: Any) -> Any:
    """Nothing is nothing, however it is written; a list of points is told by what is in it."""
    if value in (None, "", [], {}):
        return None
    if isinstance(value, dict):
        return {k: v for k, v in value.items() if v not in (None, "")} or None
    return value


def _text(_viewer: Viewer, field: Field, form: MultiDict[str, str]) -> Any:
    return form.get(field.name, "").strip() or None


def _number(viewer: Viewer, field: Field, form: MultiDict[str, str]) -> Any:
    text = viewer.typed_number(form.get(field.name, ""))
    if not text:
        return None
    digits = text.removeprefix("-").isdigit()
    return int(text) if field.type == "integer" and digits and len(text) < 16 else text


def _numbers(_viewer: Viewer, field: Field, form: MultiDict[str, str]) -> Any:
    parts = [part.strip() for part in _COMMA.split(form.get(field.name, "")) if part.strip()]
    return [int(part) if part.isdigit() and len(part) < 16 else part for part in parts]


def _money(viewer: Viewer, field: Field, form: MultiDict[str, str]) -> Any:
    amount = viewer.typed_number(form.get(f"{field.name}.amount", ""))
    if not amount:
        return None
    currency = form.get(f"{field.name}.currency", "").strip().upper() or None
    return {"amount": amount, "currency": currency}


def _checkbox(_viewer: Viewer, field: Field, form: MultiDict[str, str]) -> bool:
    return form.get(field.name) == "true"


def _moment(viewer: Viewer, field: Field, form: MultiDict[str, str]) -> Any:
    text = form.get(field.name, "").strip()
    kept = read_base(form).get(field.name)
    if kept and viewer.local_input(kept) == text:
        # The input knows no seconds: what was left alone keeps its own.
        return kept
    return viewer.from_local_input(text) if text else None


def _tags(_viewer: Viewer, field: Field, form: MultiDict[str, str]) -> list[str]:
    parts = (part.strip() for part in _COMMA.split(form.get(field.name, "")))
    return [part for part in dict.fromkeys(parts) if part]


def _name(_viewer: Viewer, field: Field, form: MultiDict[str, str]) -> Any:
    given = {part: form.get(f"{field.name}.{part}", "").strip() for part in LANGUAGES}
    return {language: text for language, text in given.items() if text} or None


def _parts(_viewer: Viewer, field: Field, form: MultiDict[str, str]) -> Any:
    given = {part: form.get(f"{field.name}.{part}", "").strip() for part in field.said["parts"]}
    return {part: text for part, text in given.items() if text} or None


def _points(_viewer: Viewer, field: Field, form: MultiDict[str, str]) -> list[dict[str, Any]]:
    values, kinds = form.getlist(f"{field.name}.value"), form.getlist(f"{field.name}.kind")
    primary = form.get(f"{field.name}.primary", "")
    pairs = enumerate(zip(values, kinds, strict=False))
    return [
        {"value": value.strip(), "kind": kind, "primary": primary == str(at)}
        for at, (value, kind) in pairs
        if value.strip()
    ]


def _ids(_viewer: Viewer, field: Field, form: MultiDict[str, str]) -> list[str]:
    return [identifier for identifier in form.getlist(field.name) if identifier]


def _links(_viewer: Viewer, field: Field, form: MultiDict[str, str]) -> list[dict[str, Any]]:
    """Links keep the attributes that they had; the first one is the primary one."""
    kept = {link["id"]: link for link in read_base(form).get(field.name) or ()}
    ids = [identifier for identifier in form.getlist(field.name) if identifier]
    return [
        {**kept.get(identifier, {"id": identifier}), "primary": at == 0}
        for at, identifier in enumerate(dict.fromkeys(ids))
    ]


def _record_links(_viewer: Viewer, field: Field, form: MultiDict[str, str]) -> list[Any]:
    pairs = (given.partition(":") for given in form.getlist(field.name) if given)
    return [{"type": entity, "id": identifier} for entity, _, identifier in pairs]


def _checklist(_viewer: Viewer, field: Field, form: MultiDict[str, str]) -> list[dict[str, Any]]:
    texts, ids = form.getlist(f"{field.name}.text"), form.getlist(f"{field.name}.id")
    done = set(form.getlist(f"{field.name}.done"))
    items = []
    for at, text in enumerate(texts):
        if text.strip():
            item: dict[str, Any] = {"text": text.strip(), "done": str(at) in done}
            if at < len(ids) and ids[at]:
                item["id"] = ids[at]
            items.append(item)
    return items


_READ: Final[dict[str, Callable[[Viewer, Field, Any], Any]]] = {
    "number": _number,
    "numbers": _numbers,
    "money": _money,
    "checkbox": _checkbox,
    "datetime": _moment,
    "tags": _tags,
    "codes": _ids,
    "name": _name,
    "parts": _parts,
    "points": _points,
    "references": _ids,
    "links": _links,
    "record_links": _record_links,
    "checklist": _checklist,
}
