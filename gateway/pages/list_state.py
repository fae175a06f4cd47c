"""Which rows and columns a list shows, in which order: by its view, and by what differs from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from chassis import wire
from gateway import parameters
from gateway.pages.setups import Column, Setup, columns_from
from gateway.parameters import boolean, text

if TYPE_CHECKING:
    from gateway.asked import Asked
    from gateway.pages.descriptions import Description

NO_VIEW: Final = "all"
VIEW_PARAMETERS: Final = (
    text("view", f"Which saved view; `{NO_VIEW}` for none."),
    boolean("changed", "Whether what is asked for stands in place of the view's own."),
)
# What decides which rows and columns a list shows.
STATE_PARAMETERS: Final = (
    *VIEW_PARAMETERS,
    *(each for each in parameters.LIST if each.name in ("q", "filter", "sort")),
)
_ASKING: Final = ("q", "filter", "sort", "cursor")


@dataclass(frozen=True)
class ListState:
    """What a list shows. `altered` says that its columns are not those of its view."""

    path: str
    setup: Setup
    view: Mapping[str, Any] | None
    q: str
    filter: Mapping[str, Any] | None
    sort: str
    columns: tuple[Column, ...]
    altered: bool

    @property
    def filter_text(self) -> str:
        """The filter as it stands in an address."""
        return _as_text(self.filter)

    @property
    def columns_text(self) -> str:
        """The columns as a form keeps them."""
        return _as_text([column.as_wire() for column in self.columns])

    @property
    def changed(self) -> bool:
        """Whether it differs from its view; without a view, from a list that nobody narrowed."""
        return self.altered or self._differs(self.filter_text, self.sort)

    @property
    def names(self) -> tuple[str, ...]:
        """The fields of the columns."""
        return tuple(column.field for column in self.columns)

    def link(self, **other: Any) -> str:
        """The address of the same list with `other` q, filter, sort, cursor or further parts."""
        return self.link_to(self.path, **other)

    def link_to(self, path: str, **other: Any) -> str:
        """The address of `path` for the same rows, or those of `other`."""
        said = {"q": self.q, "filter": self.filter_text, "sort": self.sort, **other}
        if self.view is not None:
            if not self._differs(said["filter"], said["sort"]):
                del said["filter"], said["sort"]
            else:
                said["changed"] = "true"
            said["view"] = self.view["id"]
        elif self.setup.begins_with is not None:
            said["view"] = NO_VIEW
        given = {name: value for name, value in said.items() if value not in (None, "")}
        return f"{path}?{urlencode(given)}" if given else path

    def tab(self, view: Mapping[str, Any] | None) -> str:
        """The address of another tab: a view as it is saved, or the list without one."""
        if view is not None:
            return f"{self.path}?view={view['id']}"
        return f"{self.path}?view={NO_VIEW}" if self.setup.begins_with else self.path

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What a form that narrows the list further has to send along to stay in the view."""
        if self.view is not None:
            return [("view", self.view["id"]), ("changed", "true")]
        return [("view", NO_VIEW)] if self.setup.begins_with is not None else []

    def _differs(self, filter_text: str, sort: str) -> bool:
        if self.view is None:
            return bool(filter_text or sort)
        return filter_text != _as_text(self.view["filter"]) or sort != _sort_of(self.view)


def state_of(asked: Asked, description: Description, setup: Setup, path: str) -> ListState:
    """What who asks is to see. Who asks for nothing sees the view that their list begins with."""
    query = asked.query
    wanted = query.get("view")
    if wanted is None and not any(query.get(name) for name in _ASKING):
        wanted = setup.begins_with
    view = setup.view(wanted)
    from_view = view is not None and not query.get("changed")
    columns, altered = _columns(description, setup, view)
    return ListState(
        path=path,
        setup=setup,
        view=view,
        q=query.get("q") or "",
        filter=(view["filter"] if view and from_view else query.get("filter")) or None,
        sort=(_sort_of(view) if view and from_view else query.get("sort")) or "",
        columns=columns,
        altered=altered,
    )


def _columns(
    description: Description, setup: Setup, view: Mapping[str, Any] | None
) -> tuple[tuple[Column, ...], bool]:
    """The columns that the viewer sees of the list, and whether they are other than its view's."""
    own = columns_from(view["columns"]) if view else ()
    shown = own or setup.columns
    altered = setup.altered.get(view["id"], ()) if view else ()
    seen = _seen(description, altered) or _seen(description, shown)
    usual = tuple(Column(name) for name in description.default_columns)
    return seen or usual, bool(_seen(description, altered)) and altered != own


def _seen(description: Description, columns: tuple[Column, ...]) -> tuple[Column, ...]:
    found = {one.field: one for one in columns if one.field in description.listed}
    return tuple(found.values())


def _sort_of(view: Mapping[str, Any]) -> str:
    return ",".join(view["sort"] or ())


def _as_text(given: Any) -> str:
    return wire.dumps(given).decode() if given else ""
