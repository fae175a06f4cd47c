"""Roles: all of them, a new one, and the grid of what one allows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from chassis.access.members import ADMINISTRATOR
from chassis.errors import Malformed, Refusal, Stale
from chassis.identifiers import new_id
from contracts import identity
from contracts.access import FIELD_RIGHTS, OPERATIONS, SETTINGS, SWITCHES
from contracts.catalogue import ENTITIES
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.pages.administration.codes import code_for
from gateway.pages.administration.rights_words import (
    FIELD_NAMES,
    LEVELS,
    OPERATION_NAMES,
    SETTING_NAMES,
    SWITCH_NAMES,
)
from gateway.pages.administration.role_changes import patch_of, with_choices
from gateway.pages.administration.rows import BASE, REFUSED, faults_of, row, said
from gateway.pages.house import House, moved
from gateway.pages.viewer import viewer_of
from gateway.parameters import text
from gateway.registry import Route
from gateway.routes.records import record_id
from gateway.texts import LANGUAGES

_IDENTITY: Final = identity.SERVICE
_ROLE: Final = {"entity": "role"}
_ALL: Final = f"{BASE}/roles"
_ONE: Final = f"{_ALL}/{{id}}"
_COPIED: Final = ("grants", "stages", "fields", "settings", "switches", "transitions")


def role_pages(house: House) -> Iterator[Route]:
    """The pages of roles."""
    yield row("GET", _ALL, "roles", "roles", lambda asked: _list(house, asked),
              "All roles, and who holds them")  # fmt: skip
    yield row("GET", f"{_ALL}/new", "role.new", "roles", lambda asked: _new(house, asked),
              "The form of a new role")  # fmt: skip
    yield row("POST", f"{_ALL}/new", "role.create", "roles", lambda asked: _create(house, asked),
              "Make a role")  # fmt: skip
    yield row(
        "GET",
        _ONE,
        "role",
        "roles",
        lambda asked: _grid(house, asked, _read(asked)),
        "What a role allows",
        parameters=(text("saved", "Whether it was saved just now."),),
    )
    yield row("POST", _ONE, "role.save", "roles", lambda asked: _save(house, asked),
              "Change what a role allows")  # fmt: skip


def _roles(asked: Asked) -> list[dict[str, Any]]:
    query = {"limit": 500, "sort": "code"}
    found = asked.call(_IDENTITY, "list", {**_ROLE, "query": query})
    return list(found["items"])


def _list(house: House, asked: Asked) -> Answer:
    viewer = viewer_of(asked)
    roles = sorted(_roles(asked), key=lambda role: viewer.named(role["name"]).casefold())
    return house.page(
        asked, "administration_roles.html", roles=roles, names=_holder_names(asked),
        entities=granted_entities(), levels=LEVELS, settings=SETTING_NAMES,
        unlimited=ADMINISTRATOR,
    )  # fmt: skip


def _new(house: House, asked: Asked, refusal: Refusal | None = None) -> Answer:
    return house.page(
        asked, "administration_role_new.html", status=422 if refusal else 200, key=new_id().hex,
        roles=[(code, name) for code, name in viewer_of(asked).roles.items()
               if code != ADMINISTRATOR],
        form=asked.form, said=said(asked, refusal) if refusal else "",
        faults=faults_of(asked, refusal) if refusal else {},
    )  # fmt: skip


def _create(house: House, asked: Asked) -> Answer:
    given = {each: asked.form.get(f"name.{each}", "").strip() for each in LANGUAGES}
    names = {language: words for language, words in given.items() if words}
    roles = {role["code"]: role for role in _roles(asked)}
    alike = roles.get(asked.form.get("alike", ""), {})
    values = {name: alike[name] for name in _COPIED if alike.get(name)}
    values |= {"code": code_for(next(iter(names.values()), ""), roles), "name": names}
    try:
        made = asked.call(_IDENTITY, "create", {**_ROLE, "values": values})
    except REFUSED as refusal:
        return _new(house, asked, refusal)
    return moved(asked, f"{_ALL}/{made.get('record', made)['id']}")


def _read(asked: Asked) -> dict[str, Any]:
    found: dict[str, Any] = asked.call(_IDENTITY, "get", {**_ROLE, "id": record_id(asked)})
    return found


def _save(house: House, asked: Asked) -> Answer:
    """Change what was chosen otherwise; what is refused is marked where it was chosen."""
    role, form = _read(asked), asked.form
    version = form.get("version", "")
    if not (version.isascii() and version.isdigit() and len(version) < 16):
        raise Malformed("The form names no version.", code="version_required")
    patch = patch_of(form, role)
    if not patch:
        return moved(asked, f"{_ALL}/{role['id']}")
    arguments = {**_ROLE, "id": role["id"], "values": patch, "expected_version": int(version)}
    try:
        asked.call(_IDENTITY, "update", arguments)
    except Stale as stale:
        return _grid(house, asked, _read(asked), stale)
    except REFUSED as refusal:
        return _grid(house, asked, role, refusal)
    return moved(asked, f"{_ALL}/{role['id']}?saved=true")


def _grid(
    house: House, asked: Asked, role: Mapping[str, Any], refusal: Refusal | None = None
) -> Answer:
    entities = granted_entities()
    described = {each.entity.name: each for each in
                 house.descriptions.known(asked, [entity.name for entity in entities])}  # fmt: skip
    return house.page(
        asked, "administration_role.html", status=422 if refusal else 200, role=role,
        shown=with_choices(role, asked.form) if refusal else role, entities=entities,
        described=described, operations=OPERATIONS, operation_names=OPERATION_NAMES,
        levels=LEVELS, field_rights=FIELD_RIGHTS[::-1], field_names=FIELD_NAMES,
        settings={name: SETTING_NAMES[name] for name in SETTINGS},
        switches={name: SWITCH_NAMES[name] for name in SWITCHES},
        names=_holder_names(asked), unlimited=role["code"] == ADMINISTRATOR,
        stale=isinstance(refusal, Stale),
        said=said(asked, refusal) if refusal else "", key=new_id().hex,
        faults=_cell_faults(asked, refusal) if refusal else {},
        saved=asked.route.method == "GET" and asked.query.get("saved") == "true",
    )  # fmt: skip


def granted_entities() -> list[Any]:
    """The entities that roles grant by levels."""
    return [each for each in ENTITIES.values() if each.listed and each.setting is None]


def _cell_faults(asked: Asked, refusal: Refusal) -> dict[str, list[str]]:
    """What is wrong, by the cell. What goes beyond the giver's rights names it in its detail."""
    found = faults_of(asked, refusal)
    beyond = [fault for fault in refusal.faults if not fault.pointer]
    if beyond:
        words = found.pop("")
        found |= {fault.detail: [said] for fault, said in zip(beyond, words, strict=True)}
        if viewer_of(asked).language == "en":
            found |= {fault.detail: ["You do not hold this yourself."] for fault in beyond}
    return found


def _holder_names(asked: Asked) -> dict[str, str]:
    """The names of everything that a role may be given to, by id."""
    assert asked.user is not None
    organisation = asked.user.rights.organisation
    kinds = (organisation.users, organisation.groups, organisation.departments)
    return {str(one.id): one.name for kind in kinds for one in kind.values()}
