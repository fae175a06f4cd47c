"""What a list shows by its view and its address, and how its groups read, without any service."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from chassis.errors import Forbidden, Malformed
from contracts.catalogue import ENTITIES
from gateway.asked import Asked
from gateway.pages.columns import read_page_size
from gateway.pages.descriptions import Description
from gateway.pages.groups import choices, name_of, times, title_of
from gateway.pages.list_rows import read_shown
from gateway.pages.list_state import BOARD, LIST, ListState, state_of
from gateway.pages.sections import read_sections
from gateway.pages.setups import Setup
from gateway.pages.viewer import Viewer

ENGLISH, PORTUGUESE = Viewer("en", "UTC", "USD"), Viewer("pt-BR", "UTC", "USD")
PERIODS = ["day", "week", "month", "quarter", "year"]
ANA, BRUNO = "01920000-0000-7000-8000-00000000000a", "01920000-0000-7000-8000-00000000000b"


def field(name: str, kind: str, **said: Any) -> dict[str, Any]:
    """A field as a service describes it."""
    return {"name": name, "type": kind, "label": name.capitalize(), "groupable": True,
            "personal": False, "periods": [], **said}  # fmt: skip


DEALS = Description(ENTITIES["deal"], {
    "default_sort": ["-created_at"],
    "stages": [{"code": "won", "name": "Ganho"}],
    "fields": [
        field("title", "text"), field("number", "integer"), field("stage", "stage"),
        field("source", "text"), field("probability", "integer"), field("own", "boolean"),
        field("kind", "choice", choices=["call"],
              code_labels={"call": {"en": "Call", "pt-BR": "Ligação"}}),
        field("owner_id", "reference", include="owner"),
        field("created_at", "datetime", label="Created", groupable=False, periods=PERIODS),
        field("first_name", "text", personal=True),
        field("amount", "money", groupable=False),
    ],
})  # fmt: skip


def view(**values: Any) -> dict[str, Any]:
    """A saved view, as identity answers it."""
    return {"id": "v1", "layout": "list", "filter": {}, "sort": [], "group": None,
            "columns": [{"field": "title"}], "page_size": None, **values}  # fmt: skip


def state(setup: Setup, layout: str = LIST, entity: str = "deal", **query: Any) -> ListState:
    """What somebody sees who asks for `query`."""
    asked = cast(Asked, SimpleNamespace(query=query))
    return state_of(asked, Description(ENTITIES[entity], DEALS.said), setup, layout)


def test_group_of_a_view_stands_in_addresses_once_it_is_another() -> None:
    seen = state(Setup(views=[view(group="stage")]), view="v1")
    assert (seen.group, seen.as_saved, seen.changed) == ("stage", True, False)
    assert seen.link() == "/deals?view=v1"
    assert seen.link(group="source") == "/deals?group=source&changed=true&view=v1"
    assert seen.link(group="") == "/deals?changed=true&view=v1"
    other = state(Setup(views=[view(group="stage")]), view="v1", changed=True, group="source")
    assert (other.group, other.as_saved, other.changed) == ("source", False, True)
    assert other.link(group="stage") == "/deals?view=v1"
    assert ("group", "source") in other.kept
    assert other.to_save["group"] == "source"


def test_rows_at_a_time_are_ones_own_before_those_of_the_view() -> None:
    assert state(Setup()).page_size == 50
    assert state(Setup(page_size=25)).page_size == 25
    views = [view(page_size=100)]
    kept = state(Setup(views=views, page_size=25), view="v1")
    assert (kept.page_size, kept.changed) == (100, False)
    altered = state(Setup(views=views, altered_sizes={"v1": 200}), view="v1")
    assert (altered.page_size, altered.changed) == (200, True)
    assert altered.to_save["page_size"] == "200"
    again = state(Setup(views=views, altered_sizes={"v1": 100}), view="v1")
    assert not again.changed


def test_view_opens_as_it_was_saved_and_switching_is_a_change() -> None:
    setup = Setup(views=[view(layout="board")])
    board, rows = state(setup, BOARD, view="v1"), state(setup, LIST, view="v1")
    assert board.tab(setup.views[0]) == rows.tab(setup.views[0]) == "/deals/board?view=v1"
    assert (board.changed, rows.changed) == (False, True)
    assert board.to_save["layout"] == "board"
    assert board.link_to("/deals") == "/deals?view=v1"
    # What has no board is a list, whatever the view says.
    tasks = state(setup, LIST, "task", view="v1")
    assert (tasks.changed, tasks.tab(setup.views[0])) == (False, "/tasks?view=v1")


@pytest.mark.parametrize("given", ["0", "501", "many", "-1", "1e2", "٣"])
def test_rows_at_a_time_that_no_list_reads_are_refused(given: str) -> None:
    with pytest.raises(Malformed):
        read_page_size(given)


def test_groups_offered_are_those_that_records_share() -> None:
    assert [each.name for each in choices(DEALS)] == [
        "stage", "kind", "owner_id", "own", "source", "probability"]  # fmt: skip
    assert [each.name for each in times(DEALS)] == ["created_at"]


@pytest.mark.parametrize(("group", "key", "english", "portuguese"), [
    ("stage", "won", "Ganho", "Ganho"),
    ("stage", "gone", "gone", "gone"),
    ("source", None, "Not given", "Não informado"),
    ("own", False, "No", "Não"),
    ("probability", 1000, "1,000", "1.000"),
    ("kind", "call", "Call", "Ligação"),
    ("company.industry", "Food", "Food", "Food"),
    ("day(created_at)", "2026-03-02", "2 Mar 2026", "2 mar. 2026"),
    ("week(created_at)", "2026-03-02", "Week of 2 Mar 2026", "Semana de 2 mar. 2026"),
    ("month(created_at)", "2026-03-01", "March 2026", "março de 2026"),
    ("quarter(created_at)", "2026-01-01", "Q1 2026", "T1 2026"),
    ("year(created_at)", "2026-01-01", "2026", "2026"),
])  # fmt: skip
def test_groups_read_as_their_viewer_does(
    group: str, key: Any, english: str, portuguese: str
) -> None:
    assert name_of(ENGLISH, DEALS, group, key, {}) == english
    assert name_of(PORTUGUESE, DEALS, group, key, {}) == portuguese


def test_what_a_list_is_grouped_by_is_said_in_words() -> None:
    assert title_of(ENGLISH, DEALS, "stage,owner_id") == "Stage, Owner_id"
    assert title_of(PORTUGUESE, DEALS, "month(created_at)") == "Created: mês"
    assert title_of(ENGLISH, DEALS, "company.industry") == "Company: industry"


def asking(answer: dict[str, Any]) -> tuple[Asked, list[Any]]:
    """Somebody whose report is `answer`, and the reports that they asked for."""
    heard: list[Any] = []

    def call(service: str, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
        heard.append((service, method, arguments["query"]))
        return answer

    asked = SimpleNamespace(query={}, user=None, languages=None, fragment=False, call=call)
    return cast(Asked, asked), heard


def group(key: dict[str, Any], count: int, **said: Any) -> dict[str, Any]:
    """A group of a report."""
    return {"key": key, "figures": {"count": count}, "filter": {"at": count}, **said}


def test_references_stand_by_name_and_what_was_not_given_last() -> None:
    asked, heard = asking({"more": True, "groups": [
        group({"owner_id": None}, 9, owner=None),
        group({"owner_id": BRUNO}, 5, owner={"id": BRUNO, "name": "bruno"}),
        group({"owner_id": ANA}, 2, owner={"id": ANA, "name": "Ana"}),
    ]})  # fmt: skip
    found = read_sections(asked, DEALS, state(Setup(), group="owner_id", filter={"own": True}))
    assert [(each.name, each.count) for each in found.items] == [
        ("Ana", 2), ("bruno", 5), ("Not given", 9)]  # fmt: skip
    assert (found.total, found.more, found.items[0].filter) == (16, True, {"at": 2})
    [(service, method, query)] = heard
    assert (service, method) == (ENTITIES["deal"].service, "report")
    assert query == {"group": "owner_id", "measure": "count", "filter": {"own": True},
                     "sort": "-count", "limit": 100, "include": "owner"}  # fmt: skip


@pytest.mark.parametrize(("group", "sort", "order"), [
    ("month(created_at)", "", "-month(created_at)"),
    ("month(created_at)", "title", None),
    ("source", "-source", "-source"),
    ("stage", "source", None),
    (" stage, own", "-stage", "-stage"),
])  # fmt: skip
def test_groups_are_turned_round_where_their_rows_are(
    group: str, sort: str, order: str | None
) -> None:
    asked, heard = asking({"more": False, "groups": []})
    read_sections(asked, DEALS, state(Setup(), group=group, sort=sort))
    assert heard[0][2].get("sort") == order


def test_rows_of_the_first_group_come_along_and_go_on_within_it() -> None:
    answers = {
        "report": {"more": False, "groups": [group({"source": "Fair"}, 7),
                                             group({"source": None}, 2)]},
        "list": {"items": [{"id": ANA}], "next_cursor": "c"},
    }  # fmt: skip
    asked, heard = asking({})

    def call(service: str, method: str, arguments: dict[str, Any]) -> Any:
        heard.append((service, method, arguments["query"]))
        return answers[method]

    asked.call = call  # type: ignore[method-assign]
    shown = read_shown(asked, DEALS, state(Setup(), group="source", q="x"))
    assert [method for _, method, _ in heard] == ["report", "list"]
    assert heard[1][2]["filter"] == {"at": 7}
    assert "count" not in heard[1][2]
    assert (shown.total, shown.at_least, shown.within) == (9, False, True)
    assert shown.more == "/deals?q=x&filter=%7B%22at%22%3A7%7D&section=true&cursor=c"


def test_rows_stand_in_no_groups_for_whom_roles_hide_totals() -> None:
    asked, heard = asking({"items": [{"id": ANA}], "next_cursor": "c", "total": 1})
    answered = asked.call

    def call(service: str, method: str, arguments: dict[str, Any]) -> Any:
        if method == "report":
            raise Forbidden("Your roles hide totals of these.", code="totals_hidden")
        return answered(service, method, arguments)

    asked.call = call  # type: ignore[method-assign]
    shown = read_shown(asked, DEALS, state(Setup(page_size=25), group="source"))
    assert (shown.sections, shown.total, shown.within) == (None, 1, False)
    assert shown.ungrouped
    assert shown.more == "/deals?cursor=c"
    assert heard[0][2]["limit"] == 25


def test_view_that_nobody_understands_any_more_is_said_in_place_of_its_rows() -> None:
    asked, _ = asking({})

    def call(service: str, method: str, arguments: dict[str, Any]) -> Any:
        raise Malformed("No such field.", code="unknown_field")

    asked.call = call  # type: ignore[method-assign]
    setup = Setup(views=[view(group="gone")])
    assert read_shown(asked, DEALS, state(setup, view="v1")).said
    with pytest.raises(Malformed):
        read_shown(asked, DEALS, state(setup, view="v1", changed=True, group="other"))
