"""How the value of a field reads on a page, by its type; whatever people typed is escaped."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote, urlsplit

from markupsafe import Markup, escape

from contracts.catalogue import ENTITIES
from gateway.pages.descriptions import Description, Field
from gateway.pages.viewer import Viewer

Record = Mapping[str, Any]
_SHOWN: Final = 3
NOTHING: Final = Markup('<span class="nothing" aria-hidden="true">–</span>')


def html(pattern: str, *values: Any) -> Markup:
    """`pattern`, which is ours, with each of `values` escaped in place of a `%s`."""
    return Markup(pattern % tuple(map(escape, values)))


def cell(viewer: Viewer, description: Description, field: Field, record: Record) -> Markup:
    """The value that `record` has in `field`, as a page shows it."""
    value = record.get(field.name)
    if value is None or value == [] or value == "" or value == {}:
        return NOTHING
    if field.type == "stage":
        return stage_badge(description.stage_of(record), str(value))
    if field.type == "choice":
        return escape(field.code_label(value, viewer.language))
    if field.include:
        return _referred(field, record)
    if field.codes_of == "role":
        return _tags(viewer, [viewer.roles.get(code, code) for code in value])
    shown = _BY_TYPE.get(field.type)
    return shown(viewer, value) if shown else escape(value)


def stage_badge(stage: Mapping[str, Any] | None, code: str) -> Markup:
    """A stage by its name, in the colour of its kind."""
    kind, name = (stage["kind"], stage["name"]) if stage else ("process", code)
    return html('<span class="stage stage-%s">%s</span>', kind, name)


def address_of(entity: str, identifier: str) -> str:
    """Where the page of a record is."""
    return f"/{ENTITIES[entity].plural}/{identifier}"


def record_link(entity: str, identifier: str | None, name: Any) -> Markup:
    """A link to the page of a record; a person or what the viewer does not read is no link."""
    if name is None:
        return Markup('<span class="nothing">•••</span>')
    if entity == "user":
        return person(str(name))
    if identifier is None:
        return escape(name)
    return html('<a href="%s">%s</a>', address_of(entity, identifier), name)


def person(name: str) -> Markup:
    """A person with their initials."""
    initials = "".join(word[0] for word in name.split()[:2]).upper() or "?"
    return html(
        '<span class="person"><span class="avatar avatar-xs" aria-hidden="true">%s</span>%s</span>',
        initials, name,
    )  # fmt: skip


def _referred(field: Field, record: Record) -> Markup:
    said = record.get(field.include or "")
    if isinstance(said, Mapping):
        return record_link(field.reference or "", said.get("id"), said.get("name"))
    if not isinstance(said, Sequence) or isinstance(said, str) or not said:
        return NOTHING
    parts = [
        record_link(one.get("type") or field.reference or "", one.get("id"), one.get("name"))
        for one in said[:_SHOWN]
        if isinstance(one, Mapping)
    ]
    more = f" +{len(said) - _SHOWN}" if len(said) > _SHOWN else ""
    return Markup(", ").join(parts) + more


def _moment(viewer: Viewer, value: Any) -> Markup:
    return html('<time datetime="%s">%s</time>', value, viewer.moment(value))


def _points(kind: str) -> Callable[[Viewer, Any], Markup]:
    def shown(_viewer: Viewer, value: Any) -> Markup:
        first = next((point for point in value if point["primary"]), value[0])
        more = html(' <span class="more">+%s</span>', len(value) - 1)
        return point_link(kind, first["value"]) + (more if len(value) > 1 else "")

    return shown


def point_link(kind: str, value: str) -> Markup:
    """A phone to call, an address to write to, a site to visit."""
    if kind == "phones":
        return html('<a href="tel:%s">%s</a>', quote(value, safe="+"), value)
    if kind == "emails":
        return html('<a href="mailto:%s">%s</a>', quote(value, safe="@"), value)
    if kind == "websites" and urlsplit(value).scheme in ("http", "https"):
        outside = '<a href="%s" rel="noopener noreferrer nofollow" target="_blank">%s</a>'
        return html(outside, value, value.partition("://")[2])
    return escape(value)


def choice_name(viewer: Viewer, code: Any) -> str:
    """What people call a code: its words in their language."""
    return viewer.text(str(code).replace("_", " ").capitalize())


def _boolean(viewer: Viewer, value: Any) -> Markup:
    return escape(viewer.text("Yes") if value else viewer.text("No"))


def _tags(_viewer: Viewer, value: Any) -> Markup:
    return Markup(" ").join(html('<span class="tag">%s</span>', tag) for tag in value)


def _checklist(_viewer: Viewer, value: Any) -> Markup:
    done = sum(bool(item.get("done")) for item in value)
    return html('<span class="tag">%s/%s</span>', done, len(value))


def _parts(_viewer: Viewer, value: Any) -> Markup:
    return escape(", ".join(str(part) for part in value.values() if part))


def _long_text(_viewer: Viewer, value: Any) -> Markup:
    return html('<span class="long-text">%s</span>', value)


def _money(viewer: Viewer, value: Any) -> Markup:
    return html('<span class="number">%s</span>', viewer.money(value))


def _number(viewer: Viewer, value: Any) -> Markup:
    return html('<span class="number">%s</span>', viewer.number(value))


_BY_TYPE: Final[dict[str, Callable[[Viewer, Any], Markup]]] = {
    "datetime": _moment,
    "date": lambda viewer, value: escape(viewer.day(value)),
    "money": _money,
    "integer": _number,
    "decimal": _number,
    "boolean": _boolean,
    "tags": _tags,
    "checklist": _checklist,
    "parts": _parts,
    "long_text": _long_text,
    "phones": _points("phones"),
    "emails": _points("emails"),
    "websites": _points("websites"),
    "messengers": _points("messengers"),
    "email": lambda _viewer, value: point_link("emails", value),
    "integers": lambda _viewer, value: escape(", ".join(str(each) for each in value)),
    "custom": lambda _viewer, value: escape(", ".join(f"{k}: {v}" for k, v in value.items())),
    "name": lambda viewer, value: escape(viewer.named(value)),
    "json": lambda _viewer, value: escape(str(value)),
}
