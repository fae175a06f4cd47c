"""What a list reads: a page of rows, or its groups with the rows of the first.

Nothing is read twice: rows of other groups, and those that follow, come when they are wanted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chassis.errors import Forbidden, Invalid, Malformed, Refusal
from gateway.pages.descriptions import Description
from gateway.pages.list_state import ListState
from gateway.pages.sections import Section, Sections, read_sections
from gateway.pages.viewer import viewer_of
from gateway.texts import sentence

if TYPE_CHECKING:
    from gateway.asked import Asked


@dataclass(frozen=True)
class Shown:
    """The rows of a list, or its sections with the rows of the first. `more` is the address of the
    rows that follow; they come unasked, except `within` a group, where others would be pushed out
    of reach. `said` is what is wrong with a view that cannot be shown any more, and `ungrouped` why
    rows stand in no groups although they were to."""

    page: Mapping[str, Any]
    sections: Sections | None = None
    more: str = ""
    within: bool = False
    said: str = ""
    ungrouped: str = ""

    @property
    def total(self) -> int | None:
        """How many records there are, if that is known."""
        return self.sections.total if self.sections else self.page.get("total")

    @property
    def at_least(self) -> bool:
        """Whether there may be more of them than `total`."""
        return self.sections.more if self.sections else self.page.get("total_relation") == "gte"


def continues(asked: Asked) -> bool:
    """Whether rows are wanted without the page around them."""
    return asked.fragment and bool(asked.query.get("cursor") or asked.query.get("section"))


def read_shown(asked: Asked, description: Description, state: ListState) -> Shown:
    """What `state` shows. Raises what its service refuses, unless that is a view's own doing."""
    sections, ungrouped = None, ""
    try:
        if state.group and not continues(asked):
            sections, ungrouped = _sections(asked, description, state)
        if sections is not None and not sections.items:
            return Shown({"items": []}, sections)
        first = sections.items[0] if sections is not None else None
        page = _page(asked, description, state, first)
    except (Malformed, Invalid) as refusal:
        if not state.as_saved:
            raise
        return Shown({"items": []}, said=_said(asked, refusal))
    within = first is not None or bool(asked.query.get("section"))
    more = _more(state, page, first, within=within)
    return Shown(page, sections, more, within, ungrouped=ungrouped)


def _sections(
    asked: Asked, description: Description, state: ListState
) -> tuple[Sections | None, str]:
    """The groups. Roles may hide totals: then rows stand as they would without, and it is said."""
    try:
        return read_sections(asked, description, state), ""
    except Forbidden as refusal:
        return None, _said(asked, refusal)


def _more(
    state: ListState, page: Mapping[str, Any], section: Section | None, *, within: bool
) -> str:
    if not page["next_cursor"]:
        return ""
    narrowed = {"filter": section.filter_text} if section else {}
    return state.link(**narrowed, group="", section="true" if within else "",
                      cursor=page["next_cursor"])  # fmt: skip


def _said(asked: Asked, refusal: Refusal) -> str:
    language = viewer_of(asked).language
    return sentence(refusal.code, language, refusal.detail, refusal.status)


def _page(
    asked: Asked, description: Description, state: ListState, section: Section | None
) -> Mapping[str, Any]:
    """A page of records with what the columns need."""
    uncounted = section is not None or continues(asked)
    query = {
        "limit": state.page_size,
        "fields": ",".join(_fields_for(description, state.names)),
        "include": ",".join(description.includes_of(state.names)) or None,
        "q": state.q or None,
        "filter": section.filter if section else state.filter,
        "sort": state.sort or None,
        "cursor": None if section else asked.query.get("cursor"),
        "count": None if uncounted else "estimate",
    }
    said = {name: value for name, value in query.items() if value is not None}
    entity = description.entity
    found: Mapping[str, Any] = asked.call(
        entity.service, "list", {"entity": entity.name, "query": said}
    )
    return found


def _fields_for(description: Description, columns: tuple[str, ...]) -> list[str]:
    """The fields that rows of `columns` need, so that nothing else is read."""
    needed = dict.fromkeys(columns)
    for field in (description.title, description.stage):
        if field is not None:
            needed[field.name] = None
    if "pipeline_id" in description.fields:
        needed["pipeline_id"] = None
    return list(needed)
