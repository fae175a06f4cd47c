"""Saved views of a list as its tabs: made from what is set now, shared, ordered, deleted.

Identity decides who may; a view is understood by the service whose records it shows, as in the API.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from chassis import wire
from chassis.errors import Conflict, Forbidden, Invalid, Malformed, Refusal
from chassis.identifiers import new_id
from contracts import identity
from contracts.speech import EntityContract
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.pages.columns import read_columns, read_page_size
from gateway.pages.house import House, moved
from gateway.pages.list_state import LAYOUTS, LIST, NO_VIEW, STATE_PARAMETERS, state_of, tab_of
from gateway.pages.setups import begin_with, keep, stamped
from gateway.pages.viewer import viewer_of
from gateway.parameters import text
from gateway.permissions import Granted
from gateway.registry import Reply, Route
from gateway.routes.records import record_id
from gateway.routes.views import require_understood
from gateway.texts import sentence

SETTING: Final = "organisation"
_SERVICE: Final = identity.SERVICE
_PAGE: Final = {200: Reply("A page.", media_type="text/html")}
_REFUSED: Final = (Invalid, Malformed, Conflict, Forbidden)
_NEW: Final = (*STATE_PARAMETERS, text("layout", "How it opens.", enum=list(LAYOUTS)))
# What of the list's state stands in a form.
_KEPT: Final = ("filter", "sort", "group", "columns", "page_size", "layout")


def view_pages(house: House, entity: EntityContract) -> Iterator[Route]:
    """The tabs of the list of `entity`."""
    pages, path = _Pages(house, entity), f"/{entity.plural}/views"

    def row(method: str, end: str, verb: str, summary: str, answer: Any, **parts: Any) -> Route:
        writes = method == "POST"
        return Route(
            method=method, path=path + end, name=f"pages.{entity.plural}.views.{verb}", page=True,
            area="pages", summary=summary, permission=Granted(entity.name, "read"), replies=_PAGE,
            writes=writes, repeatable=writes, answer=answer, **parts,
        )  # fmt: skip

    yield row("GET", "/new", "new", "The form of a new view", pages.new, parameters=_NEW)
    yield row("POST", "/new", "create", "Save a view", pages.create)
    yield row("POST", "/begin", "begin", "Begin with a view", pages.begin)
    yield row("GET", "/{id}/edit", "edit", "The form of a view", pages.edit)
    yield row("POST", "/{id}/edit", "update", "Rename or share a view", pages.update)
    yield row("POST", "/{id}/save", "save", "Save what is set now in a view", pages.save)
    yield row("POST", "/{id}/move", "move", "Move a tab", pages.move)
    yield row("POST", "/{id}/delete", "delete", "Remove a view", pages.delete)
    yield row("POST", "/{id}/restore", "restore", "Bring a view back", pages.restore)


class _Pages:
    def __init__(self, house: House, entity: EntityContract) -> None:
        self.house = house
        self.entity = entity
        self.path = f"/{entity.plural}"

    def new(self, asked: Asked) -> Answer:
        description = self.house.descriptions.of(asked, self.entity)
        setup = self.house.setups.of(asked, self.entity)
        state = state_of(asked, description, setup, asked.query.get("layout") or LIST)
        view = {"name": "", "scope": "private", "role_codes": [], "default": False}
        return self._form(asked, view, state.to_save)

    def create(self, asked: Asked) -> Answer:
        shown = _shared(asked)
        state = {name: asked.form.get(name, "") for name in _KEPT}
        try:
            values = {**shown, **_state(asked)}
            require_understood(asked, self.entity, values)
            view = self._call(asked, "create_view", values=values)
        except _REFUSED as refusal:
            return self._form(asked, shown, state, refusal=refusal)
        return self._tab(asked, view)

    def edit(self, asked: Asked) -> Answer:
        return self._form(asked, self._call(asked, "view", id=record_id(asked)), None)

    def update(self, asked: Asked) -> Answer:
        identifier, shown = record_id(asked), _shared(asked)
        try:
            view = self._call(asked, "update_view", id=identifier, values=shown,
                              expected_version=_version(asked))  # fmt: skip
        except _REFUSED as refusal:
            said = {"id": identifier, "version": _version(asked), **shown}
            return self._form(asked, said, None, refusal=refusal)
        return self._tab(asked, view)

    def save(self, asked: Asked) -> Answer:
        identifier, values = record_id(asked), _state(asked)
        require_understood(asked, self.entity, values)
        view = self._call(asked, "update_view", id=identifier, values=values,
                          expected_version=_version(asked))  # fmt: skip
        # The view has them now.
        keep(asked.keyed("columns"), self.entity, _without(identifier))
        return self._tab(asked, view)

    def begin(self, asked: Asked) -> Answer:
        chosen = asked.form.get("view") or None
        begin_with(asked, self.entity, chosen)
        return self._tab(asked, self._known(asked, chosen))

    def move(self, asked: Asked) -> Answer:
        identifier = record_id(asked)
        order = [*self.house.setups.of(asked, self.entity).order]
        if identifier in order:
            place = order.index(identifier)
            towards = place - 1 if asked.form.get("towards") == "start" else place + 1
            if 0 <= towards < len(order):
                order[place], order[towards] = order[towards], order[place]
                keep(asked, self.entity, {"order": order})
        return self._tab(asked, self._known(asked, identifier))

    def delete(self, asked: Asked) -> Answer:
        identifier = record_id(asked)
        self._call(asked, "delete_view", id=identifier, expected_version=_version(asked))
        keep(asked.keyed("columns"), self.entity, _without(identifier))
        return moved(asked, f"{self.path}?view={NO_VIEW}&undo_view={identifier}", stamped())

    def restore(self, asked: Asked) -> Answer:
        view = self._call(asked, "restore_view", id=record_id(asked))
        return self._tab(asked, view)

    def _call(self, asked: Asked, method: str, **arguments: Any) -> Any:
        return asked.call(_SERVICE, method, {"entity": self.entity.name, **arguments})

    def _known(self, asked: Asked, identifier: str | None) -> Mapping[str, Any] | None:
        return self.house.setups.of(asked, self.entity).view(identifier)

    def _tab(self, asked: Asked, view: Mapping[str, Any] | None) -> Answer:
        path = tab_of(self.entity, view) if view else f"{self.path}?view={NO_VIEW}"
        return moved(asked, path, stamped())

    def _form(
        self, asked: Asked, view: Mapping[str, Any], state: Mapping[str, str] | None,
        *, refusal: Refusal | None = None,
    ) -> Answer:  # fmt: skip
        assert asked.user is not None
        rights, language = asked.user.rights, viewer_of(asked).language
        further = rights.may_set(SETTING)
        mine = {role.code for role in rights.roles}
        offered = [role for role in rights.organisation.roles.values()
                   if further or role.code in mine or role.code in view["role_codes"]]  # fmt: skip
        said = [sentence(f.code, language, f.detail, None) for f in refusal.faults] if refusal \
            else []  # fmt: skip
        if refusal and not said:
            said = [sentence(refusal.code, language, refusal.detail, refusal.status)]
        return self.house.page(
            asked, "view_form.html", status=422 if refusal else 200, entity=self.entity,
            view=view, state=state, roles=offered, further=further, said=said, key=new_id().hex,
        )  # fmt: skip


def _without(view: str) -> dict[str, Any]:
    """What takes back whatever somebody has in place of the view's own."""
    return {"views": {view: None}, "page_sizes": {view: None}}


def _shared(asked: Asked) -> dict[str, Any]:
    """The name of a view, and with whom it is shared; roles only where they are the scope."""
    form = asked.form
    scope = form.get("scope", "private")
    return {
        "name": form.get("name", "").strip(),
        "scope": scope,
        "role_codes": form.getlist("role_codes") if scope == "roles" else [],
        "default": form.get("default") == "true" and scope != "private",
    }


def _state(asked: Asked) -> dict[str, Any]:
    """What of the list a view is to keep. Raises Malformed for what cannot be."""
    form = asked.form
    try:
        given = wire.loads(form.get("filter") or "{}")
    except ValueError:
        raise Malformed("The form cannot be understood.") from None
    return {
        "filter": given or {},
        "sort": [name for name in form.get("sort", "").split(",") if name],
        "group": form.get("group") or None,
        "columns": [column.as_wire() for column in read_columns(form.get("columns", ""))],
        "page_size": read_page_size(form.get("page_size", "")),
        "layout": form.get("layout") or LIST,
    }


def _version(asked: Asked) -> int:
    given = asked.form.get("version", "")
    if not (given.isascii() and given.isdigit() and len(given) < 16):
        raise Malformed("The form names no version.", code="version_required")
    return int(given)
