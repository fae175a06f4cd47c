"""The audit: what happened, by whom, to what and when, and whether it was kept whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from chassis.errors import Malformed
from contracts.catalogue import ENTITIES
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.pages.administration.picked import picked_person, picked_record
from gateway.pages.administration.rows import BASE, row
from gateway.pages.descriptions import Field
from gateway.pages.house import House
from gateway.pages.navigation import plural_label
from gateway.pages.pickers import readable
from gateway.pages.viewer import viewer_of, zone_of
from gateway.parameters import text
from gateway.registry import Route
from gateway.routes.past_events import ACTS, looked_back_to, past_events
from gateway.routes.upkeep import SETTING

_AUDIT: Final = f"{BASE}/audit"
_SHOWN: Final = 50
_DAY: Final = timedelta(days=1)
_SOUGHT: Final = (
    text("user", "Only what they did."),
    text("record", "Only of this record, as `type:id`."),
    text("entity", "Only of this kind of record."),
    text("act", "Only this that can happen to a record."),
    text("field", "Only changes of this field."),
    text("from", "Only from this day on."),
    text("to", "Only until this day."),
)
_CURSOR: Final = (text("cursor", "Where to go on."),)


def audit_pages(house: House) -> Iterator[Route]:
    """The page, and what it lists."""
    yield row("GET", _AUDIT, "audit", SETTING, lambda asked: _page(house, asked),
              "What happened, and whether it was kept whole", parameters=_SOUGHT)  # fmt: skip
    yield row("GET", f"{_AUDIT}/lately", "audit.lately", SETTING,
              lambda asked: _lately(house, asked), "What happened",
              parameters=(*_SOUGHT, *_CURSOR))  # fmt: skip


def _page(house: House, asked: Asked) -> Answer:
    entities = readable(asked)
    return house.page(
        asked, "administration_audit.html", sought=_given(asked), acts=ACTS,
        entities=[(each.name, plural_label(each, viewer_of(asked))) for each in entities],
        fields=_fields(house, asked), person=picked_person(asked), record=picked_record(asked),
        pickable=",".join(each.name for each in entities),
    )  # fmt: skip


def _fields(house: House, asked: Asked) -> Sequence[Field]:
    """The fields of the kind of record that was chosen, as far as its service answers."""
    entity = asked.query.get("entity")
    known = house.descriptions.known(asked, [entity] if entity in ENTITIES else [])
    return [field for each in known for field in each.fields.values()
            if not field.said["system"] and field.name != "id"]  # fmt: skip


def _lately(house: House, asked: Asked) -> Answer:
    """What is sought of every service that answers, newest first, as far as the viewer reads it."""
    cursor = asked.query.get("cursor")
    page = past_events(asked, _sought(asked), cursor, _SHOWN)
    names = sorted({item["entity"] for item in page["items"]})
    described = house.descriptions.known(asked, names)
    return house.page(
        asked, "administration_lately_rows.html" if cursor else "administration_lately.html",
        page=page, entities=ENTITIES, labels={each.entity.name: each.fields for each in described},
        sought=_given(asked),
        back_to=looked_back_to(page["next_cursor"]) if page["next_cursor"] else None,
    )  # fmt: skip


def _given(asked: Asked) -> dict[str, str]:
    """What was filled in."""
    return {each.name: asked.query[each.name] for each in _SOUGHT if asked.query.get(each.name)}


def _sought(asked: Asked) -> Mapping[str, Any]:
    """What was filled in, as the API has it: days are those of the viewer."""
    given = _given(asked)
    kind, _, record = given.get("record", "").partition(":")
    sought = {
        "entity": given.get("entity") or kind,
        "act": given.get("act"),
        "actor": given.get("user"),
        "record": record,
        "field": given.get("field"),
        "since": _begin(asked, given.get("from")),
        "until": _begin(asked, given.get("to"), _DAY),
    }
    return {name: value for name, value in sought.items() if value}


def _begin(asked: Asked, day: str | None, later: timedelta = timedelta()) -> str | None:
    if not day:
        return None
    try:
        local = datetime.combine(
            date.fromisoformat(day) + later, time(), zone_of(viewer_of(asked).zone)
        )
        return local.astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        raise Malformed("This is no day.", code="bad_parameter") from None
