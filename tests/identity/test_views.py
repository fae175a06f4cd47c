"""Saved views: whose they are, who sees and changes them, and what they tell nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from chassis.errors import Forbidden, Invalid, Malformed, NotFound, Stale, VersionRequired
from chassis.work.housekeeping import Kept
from services.identity.views import FORGOTTEN

READS = {"lead": {"read": "all"}, "deal": {"read": "all"}}


@pytest.fixture
def people(identity):
    """Two sellers of one role, one of another from whom amounts are hidden."""
    identity.role("seller", READS)
    identity.role("clerk", READS, fields={"lead": {"amount": "hidden"}})
    return {
        "ana": identity.user("ana", role_codes=["seller"]),
        "bea": identity.user("bea", role_codes=["seller"]),
        "cid": identity.user("cid", role_codes=["clerk"]),
        "admin": {"id": identity.admin_id},
    }


@pytest.fixture
def views(identity, people):
    """The calls about views, as one of the people."""

    class Views:
        def context(self, who, **options):
            return identity.context(people[who]["id"], **options)

        def list(self, who, entity="lead"):
            return identity.service.views(self.context(who), entity)

        def names(self, who):
            return [view["name"] for view in self.list(who)["items"]]

        def save(self, who, name, **values):
            return identity.service.create_view(self.context(who), "lead", {"name": name, **values})

        def change(self, who, view, version=None, **values):
            return identity.service.update_view(
                self.context(who), "lead", view["id"], values, version or view["version"]
            )

        def remove(self, who, view):
            identity.service.delete_view(self.context(who), "lead", view["id"], view["version"])

    return Views()


def test_a_view_is_kept_as_it_was_given(views):
    given = {
        "layout": "board", "columns": [{"field": "title", "width": 240}, {"field": "amount"}],
        "filter": {"or": [{"status": "new"}, {"not": {"amount": {"gte": "100"}}}]},
        "sort": ["-created_at", "title"], "group": "month(created_at)", "page_size": 100,
    }  # fmt: skip
    made = views.save("ana", "Mine", **given)
    assert made | given == made
    assert (made["type"], made["entity"], made["scope"]) == ("view", "lead", "private")
    assert made["owner"]["name"] == "ana"
    assert views.list("ana") == {"items": [made], "default": None}
    assert views.list("ana", "deal")["items"] == []


def test_a_view_is_seen_as_far_as_it_is_shared(views, people):
    own = views.save("ana", "Own")
    views.save("ana", "Team", scope="roles", role_codes=["seller"])
    views.save("admin", "All", scope="everyone")
    assert views.names("ana") == ["All", "Team", "Own"]
    assert views.names("bea") == ["All", "Team"]
    assert views.names("cid") == ["All"]
    assert views.names("admin") == ["All"]
    for who in ("bea", "admin"):
        with pytest.raises(NotFound):
            views.change(who, own, name="Taken")


def test_who_may_not_change_a_shared_view_is_refused(views, identity):
    team = views.save("ana", "Team", scope="roles", role_codes=["seller"])
    assert [view["editable"] for view in views.list("bea")["items"]] == [False]
    with pytest.raises(Forbidden) as refusal:
        views.change("bea", team, name="Bea's")
    assert refusal.value.code == "record_forbidden"
    with pytest.raises(Forbidden):
        views.remove("bea", team)
    changed = views.change("admin", views.save("admin", "All", scope="everyone"), name="Every")
    assert changed["version"] == 2
    assert views.change("ana", team, name="Ours")["name"] == "Ours"


def test_sharing_further_than_ones_own_roles_needs_the_setting(views):
    for values in (
        {"scope": "everyone"},
        {"scope": "roles", "role_codes": ["seller", "clerk"]},
        {"scope": "roles", "role_codes": ["seller"], "default": True},
    ):
        with pytest.raises(Forbidden):
            views.save("ana", "Wide", **values)
        with pytest.raises(Forbidden):
            views.change("ana", views.save("ana", "Narrow"), **values)
        assert views.save("admin", "Wide", **values)["scope"] == values["scope"]


def test_lists_begin_with_ones_own_choice_then_the_roles_then_everyones(views, identity, people):
    assert views.list("ana")["default"] is None
    every = views.save("admin", "All", scope="everyone", default=True)
    assert views.list("ana")["default"] == every["id"]
    team = views.save("admin", "Team", scope="roles", role_codes=["seller"], default=True)
    assert views.list("ana")["default"] == team["id"]
    assert views.list("cid")["default"] == every["id"]
    own = views.save("ana", "Own")
    chosen = {"default_views": {"lead": own["id"]}}
    identity.service.update_me(views.context("ana"), chosen)
    assert views.list("ana")["default"] == own["id"]
    views.remove("ana", own)
    assert views.list("ana")["default"] == team["id"]


def test_only_the_newest_default_of_the_same_people_is_one(views):
    first = views.save("admin", "First", scope="everyone", default=True)
    other = views.save("admin", "Team", scope="roles", role_codes=["seller"], default=True)
    second = views.save("admin", "Second", scope="everyone", default=True)
    found = {view["id"]: view["default"] for view in views.list("ana")["items"]}
    assert found == {first["id"]: False, second["id"]: True, other["id"]: True}


def test_a_view_tells_nothing_of_a_hidden_field(views):
    for values in (
        {"filter": {"amount": {"gte": "100"}}},
        {"filter": {"or": [{"title": "x"}, {"not": {"and": [{"amount": "1"}]}}]}},
        {"group": "amount"},
        {"group": "month(amount)"},
    ):
        view = views.save("admin", "Big", scope="everyone", **values)
        assert view["id"] in {one["id"] for one in views.list("ana")["items"]}
        assert view["id"] not in {one["id"] for one in views.list("cid")["items"]}
        with pytest.raises(NotFound):
            views.change("cid", view, name="x")
    columns = [{"field": "title"}, {"field": "amount", "width": 100}]
    wide = {"scope": "everyone", "columns": columns, "sort": ["-amount", "title"]}
    views.save("admin", "Wide", **wide)
    [seen] = views.list("cid")["items"]
    assert (seen["columns"], seen["sort"]) == ([{"field": "title"}], ["title"])


def test_a_change_names_the_version_it_was_made_against(views, identity):
    view = views.save("ana", "Mine")
    changed = views.change("ana", view, name="Other")
    with pytest.raises(Stale):
        views.change("ana", view, name="Third")
    with pytest.raises(VersionRequired):
        identity.service.update_view(views.context("ana"), "lead", view["id"], {"name": "x"})
    page = identity.service.view_history(views.context("ana"), "lead", view["id"])
    assert [entry["name"] for entry in page["items"]] == ["view.updated", "view.created"]
    assert page["items"][0]["changes"] == {"name": ["Mine", "Other"]}
    assert changed["version"] == 2


def test_a_removed_view_comes_back_for_a_while(views, identity):
    view = views.save("ana", "Mine")
    views.remove("ana", view)
    assert views.names("ana") == []
    with pytest.raises(NotFound):
        identity.service.restore_view(views.context("bea"), "lead", view["id"])
    back = identity.service.restore_view(views.context("ana"), "lead", view["id"])
    assert (back["name"], views.names("ana")) == ("Mine", ["Mine"])
    assert (Kept("saved_views", "deleted_at", timedelta(days=30)),) == FORGOTTEN


def test_a_repeat_with_its_key_saves_one_view(views, identity):
    context = views.context("ana", key="once")
    made = [identity.service.create_view(context, "lead", {"name": "Mine"}) for _ in range(2)]
    assert made[0] == made[1]
    assert views.names("ana") == ["Mine"]


WRONG = [
    ({"owner_id": None}, Malformed, "/owner_id"),
    ({"target": "deal"}, Malformed, "/target"),
    ({"columns": {"title": 1}}, Malformed, "/columns"),
    ({"name": ""}, Invalid, "/name"),
    ({"scope": "world"}, Invalid, "/scope"),
    ({"scope": "roles"}, Invalid, "/role_codes"),
    ({"role_codes": ["seller"]}, Invalid, "/role_codes"),
    ({"default": True}, Invalid, "/default"),
    ({"columns": ["title"]}, Invalid, "/columns/0"),
    ({"columns": [{"field": "title"}, {"field": "title"}]}, Invalid, "/columns/1/field"),
    ({"columns": [{"field": "title", "width": 1}]}, Invalid, "/columns/0/width"),
    ({"columns": [{"field": "title", "width": True}]}, Invalid, "/columns/0/width"),
    ({"page_size": 501}, Invalid, "/page_size"),
    ({"sort": ["a", "b", "c", "d"]}, Invalid, "/sort"),
]  # fmt: skip


def test_a_view_that_breaks_a_rule_is_refused(views):
    for values, kind, at in WRONG:
        with pytest.raises(kind) as refusal:
            views.save("ana", **{"name": "Mine", **values})
        assert at in [fault.pointer for fault in refusal.value.faults]
    assert views.names("ana") == []


def test_a_token_sees_and_saves_views_as_far_as_its_scopes_go(views, identity):
    narrow = views.context("ana", scopes=("lead:read",))
    with pytest.raises(Forbidden):
        identity.service.views(narrow, "lead")
    reading = views.context("ana", scopes=("lead:read", "view:read"))
    assert identity.service.views(reading, "lead")["items"] == []
    with pytest.raises(Forbidden):
        identity.service.create_view(reading, "lead", {"name": "x"})
    with pytest.raises(Forbidden):
        identity.service.views(views.context("ana", scopes=("view:read",)), "lead")


def test_views_say_what_happened_to_them(views, identity):
    view = views.save("ana", "Mine")
    views.remove("ana", view)
    with identity.database.reading() as connection:
        told = connection.execute(text("SELECT name FROM journal WHERE entity = 'view'")).scalars()
        assert set(told) == {"view.created", "view.deleted"}
