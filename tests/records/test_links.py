"""Links: written, read, filtered and journaled like any other field."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Mapped

import chassis.journal.tables
import chassis.listening.tables
import chassis.records.commands
import chassis.work.tables  # noqa: F401
from chassis.database.metadata import chassis_metadata
from chassis.errors import Invalid, Malformed
from chassis.records.entity import Base, Entity, Record
from chassis.records.field_types.links import Link
from chassis.records.fields import links, text
from chassis.service.base import Parts
from chassis.service.record_service import RecordService
from tests.records.query.samples import World


class Crew(Record):
    """People who work together, each with a task."""

    __tablename__ = "crews"
    entity: ClassVar[Entity] = Entity("crew", "crews", title="name")

    name: Mapped[str] = text(required=True)
    members = links("user", attributes=("task",))


class CrewService(RecordService):
    """Owns crews."""

    name: ClassVar[str] = "crews"
    entities: ClassVar[tuple[type[Record], ...]] = (Crew,)


class Harbour:
    """The service of crews and three people."""

    def __init__(self, make_database: Any) -> None:
        self.database = make_database(chassis_metadata, Base.metadata, service="crews")
        self.world = World()
        everything = {"crew": dict.fromkeys(("read", "add", "update", "delete"), "all")}
        self.world.roles.append({"id": uuid4(), "code": "all", "name": "all", "grants": everything})
        self.people = {name: self.world.user(name, "all") for name in ("ann", "bob", "cid")}
        with self.database.transaction() as connection:
            self.world.save(connection)
        nothing: Any = None
        self.service = CrewService(
            Parts("crews", nothing, nothing, nothing, nothing, nothing, self.database)
        )

    @property
    def context(self) -> Any:
        """A call by Ann."""
        return self.world.context(self.people["ann"])

    def link(self, who: str, **more: Any) -> dict[str, Any]:
        """A link to somebody, as callers write it."""
        return {"id": str(self.people[who]), **more}

    def create(self, *members: Any) -> dict[str, Any]:
        """A crew of `members`."""
        body = {"name": "crew", "members": list(members)}
        made: dict[str, Any] = self.service.create(self.context, "crew", body)["record"]
        return made

    def update(self, crew: dict[str, Any], **values: Any) -> dict[str, Any]:
        """The crew after a change."""
        done = self.service.update(self.context, "crew", crew["id"], values, crew["version"])
        return dict(done["record"])

    def found(self, condition: Any) -> set[str]:
        """The ids of the crews that a filter finds."""
        query = {"filter": condition}
        return {c["id"] for c in self.service.list(self.context, "crew", query)["items"]}


@pytest.fixture
def harbour(make_database: Any) -> Harbour:
    """A new database of crews."""
    return Harbour(make_database)


def test_links_are_kept_in_order_with_attributes_and_one_primary(harbour: Harbour) -> None:
    crew = harbour.create(harbour.link("bob", task=" Cook "), harbour.link("ann"))
    assert crew["members"] == [
        harbour.link("bob", task="Cook", primary=True),
        harbour.link("ann", task=None, primary=False),
    ]
    assert harbour.service.get(harbour.context, "crew", crew["id"]) == crew
    assert harbour.service.list(harbour.context, "crew", {})["items"] == [crew]
    changed = harbour.update(crew, members=[harbour.link("cid"), harbour.link("ann", primary=True)])
    assert [(m["id"], m["primary"]) for m in changed["members"]] == [
        (str(harbour.people["cid"]), False), (str(harbour.people["ann"]), True),
    ]  # fmt: skip
    assert harbour.update(changed, name="other")["members"] == changed["members"]
    assert harbour.update({**changed, "version": 3}, members=None)["members"] == []


def test_change_of_links_stands_in_the_history_and_an_equal_list_changes_nothing(
    harbour: Harbour,
) -> None:
    crew = harbour.create(harbour.link("bob"))
    same = harbour.update(crew, members=[harbour.link("bob", primary=True)])
    assert same["version"] == 1
    changed = harbour.update(crew, members=[harbour.link("bob", task="Cook")])
    latest = harbour.service.history(harbour.context, "crew", crew["id"])["items"][0]
    assert latest["changes"] == {"members": [crew["members"], changed["members"]]}


@pytest.mark.parametrize(
    ("members", "pointer"),
    [
        ("bob", "/members"),
        (["bob"], "/members/0"),
        ([{"task": "Cook"}], "/members/0/id"),
        ([{"id": "bob"}], "/members/0/id"),
        ([{"id": str(uuid4()), "role": "x"}], "/members/0/role"),
        ([{"id": str(uuid4()), "primary": 1}], "/members/0/primary"),
        ([{"id": str(uuid4()), "task": 1}], "/members/0/task"),
    ],
)
def test_mistyped_links_are_malformed(harbour: Harbour, members: Any, pointer: str) -> None:
    with pytest.raises(Malformed) as refused:
        harbour.service.create(harbour.context, "crew", {"name": "crew", "members": members})
    assert {fault.pointer for fault in refused.value.faults} == {pointer}


def test_broken_rules_of_links_are_refused(harbour: Harbour) -> None:
    bob, ann = harbour.link("bob"), harbour.link("ann")
    for members, code, pointer in (
        ([bob, ann, bob], "repeated", "/members/2/id"),
        ([bob | {"primary": True}, ann | {"primary": True}], "one_primary", "/members"),
        ([bob | {"task": "x" * 256}], "too_long", "/members/0/task"),
        ([bob, {"id": str(uuid4())}], "unknown_reference", "/members/1/id"),
    ):
        with pytest.raises(Invalid) as refused:
            harbour.create(*members)
        assert [(f.code, f.pointer) for f in refused.value.faults] == [(code, pointer)]


def test_links_are_filtered_by_whom_they_point_at(harbour: Harbour) -> None:
    bob, ann = harbour.people["bob"], harbour.people["ann"]
    both = harbour.create(harbour.link("bob"), harbour.link("ann"))["id"]
    one = harbour.create(harbour.link("bob"))["id"]
    none = harbour.create()["id"]
    for condition, expected in (
        ({"members": str(bob)}, {both, one}),
        ({"members": {"ne": str(ann)}}, {one, none}),
        ({"members": {"in": [str(ann), str(uuid4())]}}, {both}),
        ({"members": {"nin": [str(bob)]}}, {none}),
        ({"members": {"empty": True}}, {none}),
        ({"members": None}, {none}),
        ({"members": "@me"}, {both}),
        ({"members.name": "bob"}, {both, one}),
        ({"not": {"members.name": {"contains": "AN"}}}, {one, none}),
    ):
        assert harbour.found(condition) == expected, condition
    with pytest.raises(Malformed):
        harbour.service.list(harbour.context, "crew", {"sort": "members"})


def test_included_links_carry_names_and_cost_one_statement_a_page(
    harbour: Harbour, statements: Any
) -> None:
    for _ in range(3):
        harbour.create(harbour.link("bob", task="Cook"), harbour.link("ann"))
    with statements() as seen:
        page = harbour.service.list(
            harbour.context, "crew", {"include": "members", "fields": "name"}
        )
    assert len(seen) <= 4
    for crew in page["items"]:
        assert crew["members"] == [
            harbour.link("bob", name="bob", task="Cook", primary=True),
            harbour.link("ann", name="ann", task=None, primary=False),
        ]


def test_bulk_creation_keeps_links(harbour: Harbour) -> None:
    members = [Link(harbour.people["ann"], True, ("Cook",)), Link(harbour.people["bob"])]
    records = [{"name": "crew", "members": members}, {"name": "empty"}]
    harbour.service.records("crew").create_many(harbour.context, records)
    with harbour.database.reading() as connection:
        table = Crew.entity.fields["members"].child
        assert connection.execute(select(func.count()).select_from(table)).scalar() == 2
    (crew,) = harbour.service.list(harbour.context, "crew", {"filter": {"members": "@me"}})["items"]
    history = harbour.service.history(harbour.context, "crew", crew["id"])["items"][0]
    assert history["changes"]["members"] == [None, crew["members"]]


def test_schema_tells_how_links_look(harbour: Harbour) -> None:
    (described,) = harbour.service.describe(harbour.context)
    (field,) = [field for field in described["fields"] if field["name"] == "members"]
    assert (field["type"], field["reference"], field["attributes"]) == ("links", "user", ["task"])
    assert field["schema"]["items"]["required"] == ["id", "task", "primary"]
    assert field["input_schema"]["items"]["required"] == ["id"]
