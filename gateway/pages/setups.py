"""How a viewer has set up the list of an entity: their views and columns, kept for seconds.

Kept apart for each stamp: a browser gets another one with whatever it changes, so that every
process of the gateway shows it what it has just set up.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from chassis.identifiers import new_id
from contracts import identity
from contracts.speech import EntityContract
from gateway.pages import cookies

if TYPE_CHECKING:
    from gateway.asked import Asked

FRESH_SECONDS: Final = 10.0
NARROWEST, WIDEST = 40, 2_000
MOST_ROWS: Final = 500
_MOST: Final = 5_000
_MOST_COLUMNS: Final = 30
# Lists do not wait for how they are set up: then they look as they did, or as usual.
_PATIENCE_SECONDS: Final = 1.0
_SERVICE: Final = identity.SERVICE


class Column(NamedTuple):
    """A field of a list, and how wide it was made; None when nobody did."""

    field: str
    width: int | None = None

    def as_wire(self) -> dict[str, Any]:
        """The column as views and preferences keep it."""
        return {"field": self.field} | ({"width": self.width} if self.width else {})


@dataclass(frozen=True)
class Setup:
    """The views that the viewer sees, in their order, and the one that their list begins with.

    `columns` and `page_size` are those of the list without a view, `altered` and `altered_sizes`
    by view those that the viewer has in place of the view's own.
    """

    views: Sequence[Mapping[str, Any]] = ()
    begins_with: str | None = None
    columns: tuple[Column, ...] = ()
    altered: Mapping[str, tuple[Column, ...]] = field(default_factory=dict)
    page_size: int | None = None
    altered_sizes: Mapping[str, int] = field(default_factory=dict)
    order: tuple[str, ...] = ()

    def view(self, identifier: str | None) -> Mapping[str, Any] | None:
        """The view with this id, if the viewer sees it."""
        return next((view for view in self.views if view["id"] == identifier), None)


def columns_from(given: Any) -> tuple[Column, ...]:
    """The columns that a view or a preference names; what is no column is left out."""
    found = []
    for one in given if isinstance(given, list) else ():
        name = one.get("field") if isinstance(one, Mapping) else None
        width = one.get("width") if isinstance(one, Mapping) else None
        if isinstance(name, str):
            fits = isinstance(width, int) and NARROWEST <= width <= WIDEST
            found.append(Column(name, width if fits else None))
    return tuple(found[:_MOST_COLUMNS])


def page_size_from(given: Any) -> int | None:
    """The rows at a time that a preference names; None for what lists cannot read."""
    whole = isinstance(given, int) and not isinstance(given, bool)
    return given if whole and 1 <= given <= MOST_ROWS else None


class Setups:
    """The setups of the last seconds."""

    def __init__(self) -> None:
        self._kept: dict[Any, tuple[float, Setup]] = {}
        self._lock = threading.Lock()

    def of(self, asked: Asked, entity: EntityContract) -> Setup:
        """How who asks has set up the list of `entity`; while identity is away, as it was."""
        key = _key(asked, entity)
        at, known = self._kept.get(key, (float("-inf"), Setup()))
        if time.monotonic() - at < FRESH_SECONDS:
            return known
        views, me = asked.gather(
            [(_SERVICE, "views", {"entity": entity.name}), (_SERVICE, "me", {})],
            _PATIENCE_SECONDS,
        )
        if isinstance(views, Mapping) and isinstance(me, Mapping):
            known = _setup(entity, views, me)
        with self._lock:
            if len(self._kept) >= _MOST:
                self._kept.clear()
            self._kept[key] = (time.monotonic(), known)
        return known


def keep(asked: Asked, entity: EntityContract, change: Mapping[str, Any]) -> None:
    """Merge `change` into what the viewer keeps of the lists of `entity`."""
    values = {"pages": {"lists": {entity.name: dict(change)}}}
    asked.call(_SERVICE, "update_me", {"values": values})


def begin_with(asked: Asked, entity: EntityContract, view: str | None) -> None:
    """Have the viewer's list of `entity` begin with `view`."""
    asked.call(_SERVICE, "update_me", {"values": {"default_views": {entity.name: view}}})


def stamped() -> dict[str, str]:
    """The header that makes a browser see what it has just set up."""
    return {"Set-Cookie": cookies.setup(new_id().hex[-12:])}


def _setup(entity: EntityContract, views: Mapping[str, Any], me: Mapping[str, Any]) -> Setup:
    preferences = me.get("preferences") or {}
    lists = (preferences.get("pages") or {}).get("lists") or {}
    own = _mapping(_mapping(lists).get(entity.name))
    order = tuple(one for one in own.get("order") or () if isinstance(one, str))
    places = {identifier: place for place, identifier in enumerate(order)}
    items = sorted(views["items"], key=lambda view: places.get(view["id"], len(places)))
    altered, sizes = _mapping(own.get("views")), _mapping(own.get("page_sizes"))
    return Setup(
        views=items,
        begins_with=views["default"],
        columns=columns_from(own.get("columns")),
        altered={name: columns_from(one) for name, one in altered.items()},
        page_size=page_size_from(own.get("page_size")),
        altered_sizes={
            name: size for name, one in sizes.items() if (size := page_size_from(one)) is not None
        },
        order=tuple(view["id"] for view in items),
    )


def _mapping(given: Any) -> Mapping[str, Any]:
    return given if isinstance(given, Mapping) else {}


def _key(asked: Asked, entity: EntityContract) -> tuple[Any, ...]:
    assert asked.user is not None
    user = asked.user
    stamp = asked.cookies.get(cookies.SETUP, "")[:40]
    version = user.rights.organisation.version
    return entity.name, user.member.id, user.rights.scopes, version, stamp
