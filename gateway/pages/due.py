"""A row of what is to be done: a task, something planned, a record that waits for somebody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from babel.dates import format_skeleton

from contracts.speech import EntityContract
from gateway.pages.cells import choice_name
from gateway.pages.descriptions import Description
from gateway.pages.viewer import Viewer, locale_of, zone_of

Filter: TypeAlias = Mapping[str, Any]
Call: TypeAlias = tuple[str, str, Mapping[str, Any]]


@dataclass(frozen=True)
class Shape:
    """How rows of an entity read: when it is (or was), and what stands below its name.

    `due` ones are late once their time has passed; `ticked` ones are ticked off by their `done`,
    and `undone` ones come back. `noted` ones have a timeline to write in.
    """

    when: str
    line: tuple[str, ...]
    further: tuple[str, ...] = ()
    due: bool = False
    ticked: bool = False
    undone: bool = False
    noted: bool = False


SHAPES: Final[Mapping[str, Shape]] = {
    "task": Shape("deadline", ("links",), ("priority", "done", "done_at"),
                  due=True, ticked=True, undone=True),
    "activity": Shape("occurred_at", ("links",), ("kind", "done"), due=True, ticked=True),
    "lead": Shape("created_at", ("company_name", "source"), noted=True),
    "deal": Shape("stage_changed_at", ("stage", "company_id", "amount"), ("pipeline_id",),
                  noted=True),
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One record as a row shows it to one viewer."""

    description: Description
    record: Mapping[str, Any]
    viewer: Viewer

    @property
    def entity(self) -> EntityContract:
        """The kind of the record."""
        return self.description.entity

    @property
    def shape(self) -> Shape:
        """How it reads."""
        return SHAPES[self.entity.name]

    @property
    def path(self) -> str:
        """Where its page is."""
        return f"/{self.entity.plural}/{self.record['id']}"

    @property
    def name(self) -> str:
        """What people call it: something planned without a subject by its kind."""
        title = self.record.get(self.entity.title)
        if isinstance(title, str) and title:
            return title
        kind = self.record.get("kind")
        return choice_name(self.viewer, kind) if kind else f"#{self.record.get('number', '')}"

    @property
    def when(self) -> str | None:
        """When it is to be done, or how long it has waited."""
        return self.record.get(self.shape.when)

    @property
    def moment(self) -> str:
        """`when` as it reads in a narrow row: this year goes without saying."""
        when = self.when
        if when is None:
            return ""
        local = datetime.fromisoformat(when).astimezone(zone_of(self.viewer.zone))
        today = self.viewer.today
        if local.year != today.year or local.date() == today:
            return self.viewer.moment(when)
        day = format_skeleton("MMMd", local, locale=locale_of(self.viewer.language))
        return f"{day}, {self.viewer.time(when)}"

    @property
    def late(self) -> bool:
        """Whether it should have been done by now."""
        when = self.when
        if not self.shape.due or when is None or self.record.get("done"):
            return False
        return datetime.fromisoformat(when) < datetime.now(UTC)


def needed(description: Description) -> list[str]:
    """The fields that rows of an entity show, as far as their viewer sees them."""
    shape = SHAPES[description.entity.name]
    wanted = (shape.when, *shape.line, *shape.further)
    title = description.title
    return [*([title.name] if title else ()), *(n for n in wanted if n in description.fields)]


def asking(description: Description, wanted: Filter, sort: str, limit: int, **more: Any) -> Call:
    """The call that lists rows of an entity."""
    fields = needed(description)
    query = {
        "filter": wanted, "sort": sort, "limit": limit, "fields": ",".join(fields),
        "include": ",".join(description.includes_of(fields)) or None, **more,
    }  # fmt: skip
    given = {name: value for name, value in query.items() if value is not None}
    entity = description.entity
    return entity.service, "list", {"entity": entity.name, "query": given}


def unseen(description: Description, wanted: Filter) -> list[str]:
    """The fields that a filter needs and its viewer does not see."""
    return [name for name in wanted if name != "and" and name not in description.fields]
