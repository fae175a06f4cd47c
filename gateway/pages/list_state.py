"""What a list shows, in which order and how: by its view, and by what differs from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from chassis import wire
from contracts.speech import EntityContract
from gateway import parameters
from gateway.pages.navigation import has_board
from gateway.pages.setups import Column, Setup, columns_from
from gateway.parameters import boolean, text

if TYPE_CHECKING:
    from gateway.asked import Asked
    from gateway.pages.descriptions import Description

NO_VIEW: Final = "all"
LIST, BOARD = LAYOUTS = ("list", "board")
# How many rows a list reads at a time when nobody said.
PAGE_SIZE: Final = 50
VIEW_PARAMETERS: Final = (
    text("view", f"Which saved view; `{NO_VIEW}` for none."),
    boolean("changed", "Whether what is asked for stands in place of the view's own."),
)
# What decides which rows and columns a list shows.
STATE_PARAMETERS: Final = (
    *VIEW_PARAMETERS,
    *(each for each in parameters.LIST if each.name in ("q", "filter", "sort")),
    text("group", "What the list is grouped by: `stage`, `month(created_at)`."),
)
_ASKING: Final = ("q", "filter", "sort", "group", "cursor")


@dataclass(frozen=True)
class ListState:
    """What a list shows, as rows or as a board. `altered` says that its columns or how many rows
    it reads at a time are not those of its view; `rows_said` is how many somebody wants."""

    entity: EntityContract
    layout: str
    setup: Setup
    view: Mapping[str, Any] | None
    q: str
    filter: Mapping[str, Any] | None
    sort: str
    group: str
    columns: tuple[Column, ...]
    rows_said: int | None
    altered: bool

    @property
    def path(self) -> str:
        """Where it is."""
        return layout_path(self.entity, self.layout)

    @property
    def page_size(self) -> int:
        """How many rows it reads at a time."""
        return self.rows_said or PAGE_SIZE

    @property
    def filter_text(self) -> str:
        """The filter as it stands in an address."""
        return _as_text(self.filter)

    @property
    def to_save(self) -> dict[str, str]:
        """What a view keeps of it, as a form has it."""
        columns = _as_text([column.as_wire() for column in self.columns])
        page_size = str(self.rows_said or "")
        return {**self._rows, "columns": columns, "page_size": page_size, "layout": self.layout}

    @property
    def as_saved(self) -> bool:
        """Whether its rows, their order and groups are those of its view."""
        return self.view is not None and not self._differs(self._rows)

    @property
    def changed(self) -> bool:
        """Whether it differs from its view; without a view, from a list that nobody narrowed."""
        switched = self.view is not None and self.layout != layout_of(self.entity, self.view)
        return self.altered or switched or self._differs(self._rows)

    @property
    def names(self) -> tuple[str, ...]:
        """The fields of the columns."""
        return tuple(column.field for column in self.columns)

    def link(self, **other: Any) -> str:
        """The address of the same list with `other` filter, sort, group, or further parts."""
        return self.link_to(self.path, **other)

    def link_to(self, path: str, **other: Any) -> str:
        """The address of `path` for the same rows, or those of `other`."""
        said = {"q": self.q, **self._rows, **other}
        if self.view is not None:
            if not self._differs(said):
                for name in self._rows:
                    del said[name]
            else:
                said["changed"] = "true"
            said["view"] = self.view["id"]
        elif self.setup.begins_with is not None:
            said["view"] = NO_VIEW
        given = {name: value for name, value in said.items() if value not in (None, "")}
        return f"{path}?{urlencode(given)}" if given else path

    def tab(self, view: Mapping[str, Any] | None) -> str:
        """The address of another tab: a view as it is saved, or what is here without one."""
        if view is not None:
            return tab_of(self.entity, view)
        return f"{self.path}?view={NO_VIEW}" if self.setup.begins_with else self.path

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What a form that narrows the list further has to send along to stay as it is."""
        grouped = [("group", self.group)] if self.group else []
        if self.view is not None:
            return [("view", self.view["id"]), ("changed", "true"), *grouped]
        return [("view", NO_VIEW), *grouped] if self.setup.begins_with is not None else grouped

    @property
    def _rows(self) -> dict[str, str]:
        """What decides its rows, their order and groups, as an address says it."""
        return {"filter": self.filter_text, "sort": self.sort, "group": self.group}

    def _differs(self, said: Mapping[str, str]) -> bool:
        if self.view is None:
            return any(said[name] for name in self._rows)
        own = {
            "filter": _as_text(self.view["filter"]),
            "sort": _sort_of(self.view),
            "group": self.view["group"] or "",
        }
        return any(said[name] != own[name] for name in own)


def layout_path(entity: EntityContract, layout: str) -> str:
    """Where the records of `entity` are rows, or cards on a board."""
    return f"/{entity.plural}/board" if layout == BOARD else f"/{entity.plural}"


def layout_of(entity: EntityContract, view: Mapping[str, Any]) -> str:
    """How a view opens: as a board only where there is one."""
    return BOARD if view["layout"] == BOARD and has_board(entity) else LIST


def tab_of(entity: EntityContract, view: Mapping[str, Any]) -> str:
    """The address of a view as it is saved."""
    return f"{layout_path(entity, layout_of(entity, view))}?view={view['id']}"


def state_of(asked: Asked, description: Description, setup: Setup, layout: str = LIST) -> ListState:
    """What who asks is to see. Who asks for nothing sees the view that their list begins with."""
    query = asked.query
    wanted = query.get("view")
    if wanted is None and not any(query.get(name) for name in _ASKING):
        wanted = setup.begins_with
    view = setup.view(wanted)
    own: Mapping[str, Any] = query
    if view is not None and not query.get("changed"):
        own = {**view, "sort": _sort_of(view)}
    columns, other_columns = _columns(description, setup, view)
    rows_said, other_rows = _rows_said(setup, view)
    return ListState(
        entity=description.entity,
        layout=layout,
        setup=setup,
        view=view,
        q=query.get("q") or "",
        filter=own.get("filter") or None,
        sort=own.get("sort") or "",
        group=own.get("group") or "",
        columns=columns,
        rows_said=rows_said,
        altered=other_columns or other_rows,
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


def _rows_said(setup: Setup, view: Mapping[str, Any] | None) -> tuple[int | None, bool]:
    """How many rows at a time somebody wants, and whether the view says otherwise."""
    own = (view["page_size"] if view else None) or setup.page_size
    altered = setup.altered_sizes.get(view["id"]) if view else None
    return altered or own, altered is not None and altered != (own or PAGE_SIZE)


def _seen(description: Description, columns: tuple[Column, ...]) -> tuple[Column, ...]:
    found = {one.field: one for one in columns if one.field in description.listed}
    return tuple(found.values())


def _sort_of(view: Mapping[str, Any]) -> str:
    return ",".join(view["sort"] or ())


def _as_text(given: Any) -> str:
    return wire.dumps(given).decode() if given else ""
