"""The form of a conversion: three records in one, in which each input says whose it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from chassis import wire
from contracts.catalogue import ENTITIES
from gateway.pages.descriptions import Description, Field
from gateway.pages.forms import asked_fields, changed, read_base, values_of
from gateway.pages.viewer import viewer_of

if TYPE_CHECKING:
    from chassis.errors import Fault
    from contracts.speech import EntityContract
    from gateway.asked import Asked

TARGETS: Final = ("contact", "company", "deal")
CREATE: Final = "create"
LINK: Final = "link"
SKIP: Final = "skip"
_MODES: Final = (CREATE, LINK, SKIP)
# Under this heading stands what a calm form does not ask for at once.
_BOOKKEEPING: Final = "Record"


@dataclass
class Part:
    """One of the three: what the lead offers for it, and what somebody chose instead.

    `fields` are `main` and `more` of them, `link` is the input of the record to link. All carry
    the name of the target before their own, as `values` do.
    """

    entity: EntityContract
    offer: Mapping[str, Any]
    description: Description | None
    link: Field | None
    mode: str = SKIP
    main: list[Field] = field(default_factory=list)
    more: list[Field] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The target's name."""
        return self.entity.name

    @property
    def fields(self) -> list[Field]:
        """All fields of a new one."""
        return [*self.main, *self.more]

    @property
    def linked(self) -> str:
        """The id of the record to link."""
        return str(self.values.get(self.link.name) or "") if self.link else ""


def parts_of(
    offers: Mapping[str, Any], lead: Mapping[str, Any], described: Description,
    targets: Iterable[Description], *, pipelines: int,
) -> list[Part]:  # fmt: skip
    """The parts as the lead offers them, for whoever sees it as `described`."""
    known = {each.entity.name: each for each in targets}
    parts = []
    for name in TARGETS:
        offer, link = offers[name], described.fields.get(f"{name}_id")
        part = Part(ENTITIES[name], offer, known.get(name), _named(LINK, link) if link else None)
        part.mode = _first_mode(part, lead)
        if part.description is not None:
            _take_fields(part, pipelines)
        part.values = {f"{name}-{key}": value for key, value in offer["values"].items()}
        if part.link is not None and offer["known"]:
            part.values[part.link.name] = offer["known"]
        parts.append(part)
    return parts


def base_of(parts: Sequence[Part]) -> str:
    """What the inputs began with, for the form to remember."""
    return wire.dumps({name: v for part in parts for name, v in part.values.items()}).decode()


def fill_in(asked: Asked, parts: Sequence[Part]) -> dict[str, Any]:
    """Take what was filled in into `parts`; the body that asks for it, as the API has it."""
    viewer, form, base = viewer_of(asked), asked.form, read_base(asked.form)
    body: dict[str, Any] = {}
    for part in parts:
        given = form.get(f"{part.name}-mode", SKIP)
        part.mode = given if given in _MODES else SKIP
        values = values_of(form, part.fields, viewer)
        mine = changed(values, base)
        part.values |= values
        if part.link is not None:
            part.values[part.link.name] = form.get(part.link.name, "").strip()
        wishes: dict[str, Any] = {
            # What was left alone is not sent: the lead may have changed since.
            CREATE: {name.partition("-")[2]: value for name, value in mine.items()},
            LINK: part.linked,
            SKIP: True,
        }
        body[part.name] = {part.mode: wishes[part.mode]}
    return body


def pointed(fault: Fault, parts: Sequence[Part]) -> str:
    """The name of the input that `fault` points at; empty when it is none."""
    target, _, rest = fault.pointer.strip("/").partition("/")
    mode, _, name = rest.partition("/")
    part = next((each for each in parts if each.name == target), None)
    if part is None:
        return ""
    if mode == LINK and part.link is not None:
        return part.link.name
    wanted = f"{target}-{name.partition('/')[0]}"
    return wanted if wanted in {each.name for each in part.fields} else ""


def _first_mode(part: Part, lead: Mapping[str, Any]) -> str:
    """What is usual: whoever is known is linked, and no company is made of nothing but a title."""
    if part.offer["known"] and part.link is not None:
        return LINK
    if part.offer["refused"]:
        return SKIP
    return SKIP if part.name == "company" and not lead.get("company_name") else CREATE


def _take_fields(part: Part, pipelines: int) -> None:
    description, offer = part.description, part.offer
    assert description is not None
    askable = asked_fields(description, creating=True)
    wanted = {each.name: each for each in askable if each.name not in offer["fills"]}
    for heading, fields in description.sections:
        for each in fields:
            found = wanted.pop(each.name, None)
            if found is None:
                continue
            usual = each.name in offer["values"] or each.said["required"]
            first = usual and heading != _BOOKKEEPING
            if each.name == "pipeline_id":
                first = pipelines > 1
            (part.main if first else part.more).append(_named(part.name, found))


def _named(prefix: str, field: Field) -> Field:
    return Field({**field.said, "name": f"{prefix}-{field.name}"})
