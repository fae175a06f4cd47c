"""The tree of departments: who stands where, and below whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from chassis.errors import Refusal
from chassis.identifiers import new_id
from contracts import identity
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.pages.administration.rows import BASE, REFUSED, faults_of, row, said
from gateway.pages.house import House, moved
from gateway.parameters import identifier
from gateway.registry import Route
from gateway.routes.records import record_id

_IDENTITY: Final = identity.SERVICE
_ALL: Final = f"{BASE}/departments"
_DEPARTMENT: Final = {"entity": "department"}


@dataclass
class Node:
    """A department with those below it, and how many people are in it."""

    id: UUID
    name: str
    head: str | None
    people: int
    below: list[Node] = field(default_factory=list)


def department_pages(house: House) -> Iterator[Route]:
    """The tree, and what is done with a department."""
    yield row("GET", _ALL, "departments", "users", lambda asked: _tree(house, asked),
              "The tree of departments")  # fmt: skip
    yield row("GET", f"{_ALL}/new", "department.new", "users", lambda asked: _new(house, asked),
              "The form of a new department",
              parameters=(identifier("parent", "Which it is part of."),))  # fmt: skip
    yield row("POST", f"{_ALL}/new", "department.create", "users",
              lambda asked: _create(house, asked), "Make a department")  # fmt: skip
    yield row("POST", f"{_ALL}/{{id}}/delete", "department.delete", "users",
              lambda asked: _delete(house, asked), "Remove a department")  # fmt: skip


def _tree(house: House, asked: Asked, refusal: Refusal | None = None) -> Answer:
    return house.page(
        asked, "administration_departments.html", status=422 if refusal else 200,
        roots=tree(asked), said=said(asked, refusal) if refusal else "",
    )  # fmt: skip


def tree(asked: Asked) -> list[Node]:
    """The departments that are part of no other, each with those below it, by name."""
    assert asked.user is not None
    organisation = asked.user.rights.organisation
    active = [user for user in organisation.users.values() if user.active]
    known = sorted(organisation.departments.values(), key=lambda one: one.name.casefold())
    nodes = {}
    for one in known:
        head = organisation.users.get(one.head_id) if one.head_id else None
        people = sum(one.id in user.department_ids for user in active)
        nodes[one.id] = Node(one.id, one.name, head.name if head else None, people)
    roots: list[Node] = []
    for one in known:
        above = nodes.get(one.parent_id) if one.parent_id else None
        (above.below if above else roots).append(nodes[one.id])
    return roots


def _new(house: House, asked: Asked, refusal: Refusal | None = None) -> Answer:
    assert asked.user is not None
    known = asked.user.rights.organisation.departments
    wanted = asked.query.get("parent") or asked.form.get("parent_id") or ""
    return house.page(
        asked, "administration_department_new.html", status=422 if refusal else 200,
        parent=next((one for one in known.values() if str(one.id) == wanted), None),
        name=asked.form.get("name", ""), said=said(asked, refusal) if refusal else "",
        faults=faults_of(asked, refusal) if refusal else {}, key=new_id().hex,
    )  # fmt: skip


def _create(house: House, asked: Asked) -> Answer:
    parent = asked.form.get("parent_id") or None
    values = {"name": asked.form.get("name", "").strip(), "parent_id": parent, "head_id": None}
    try:
        asked.call(_IDENTITY, "create", {**_DEPARTMENT, "values": values})
    except REFUSED as refusal:
        return _new(house, asked, refusal)
    return moved(asked, _ALL)


def _delete(house: House, asked: Asked) -> Answer:
    arguments = {**_DEPARTMENT, "id": record_id(asked), "expected_version": "*"}
    try:
        asked.call(_IDENTITY, "delete", arguments)
    except REFUSED as refusal:
        return _tree(house, asked, refusal)
    return moved(asked, _ALL)
