"""Lists of tasks: by deadline, by days of the viewer, about a record, by priority."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from chassis.records.query.viewer import Viewer
from chassis.wire import timestamp
from tests.activities.house import House
from tests.activities.test_visibility import ids


def test_tasks_come_by_deadline_page_by_page_those_without_one_last(house: House) -> None:
    moments = [datetime.fromisoformat(f"2026-03-0{day}T12:00:00+00:00") for day in (3, 1, 2, 2)]
    for moment in (*moments, None, None):
        house.task("ana", deadline=moment and timestamp(moment))
    for who in ("ana", "head", "chief"):
        shown: list[str | None] = []
        query: dict[str, Any] = {"limit": 1}
        while True:
            page = house.service.list(house.as_(who), "task", query)
            shown += [item["deadline"] for item in page["items"]]
            if page["next_cursor"] is None:
                break
            query["cursor"] = page["next_cursor"]
        assert shown == [*(timestamp(moment) for moment in sorted(moments)), None, None]


def test_tasks_about_a_record_follow_their_deadlines(house: House) -> None:
    lead = house.know("lead", "ana")
    about = {"filter": {"links": str(lead)}, "limit": 1}
    first, second, third = (
        house.task("ana", ("lead", lead), deadline=deadline)
        for deadline in ("2026-03-01T12:00:00Z", "2026-03-02T12:00:00Z", None)
    )

    def listed() -> list[str]:
        page = house.service.list(house.as_("ana"), "task", about)
        shown = ids(page["items"])
        while page["next_cursor"]:
            query = {**about, "cursor": page["next_cursor"]}
            page = house.service.list(house.as_("ana"), "task", query)
            shown += ids(page["items"])
        return shown

    assert listed() == [first["id"], second["id"], third["id"]]
    house.change("ana", first, deadline=None)
    house.change("ana", third, deadline="2026-03-01T12:00:00Z")
    assert listed() == [third["id"], second["id"], first["id"]]


def test_overdue_today_and_planned_are_days_of_the_viewer(house: House) -> None:
    viewer = Viewer.of(house.as_("ana"))
    begins, ends = viewer.starts(viewer.today), viewer.starts(viewer.days_away(1))
    moment = timedelta(microseconds=1)
    deadlines = {
        "yesterday": begins - moment, "first": begins, "last": ends - moment, "tomorrow": ends,
        "in a week": viewer.starts(viewer.days_away(8)) - moment,
        "later": viewer.starts(viewer.days_away(8)),
    }  # fmt: skip
    for title, deadline in deadlines.items():
        house.task("ana", title=title, deadline=timestamp(deadline))
    house.task("ana", title="whenever")

    def found(deadline: Any) -> list[str]:
        items = house.seen("ana", "task", filter={"deadline": deadline, "done": False})
        return [item["title"] for item in items]

    assert found({"lt": "@today"}) == ["yesterday"]
    assert found("@today") == ["first", "last"]
    assert found({"gt": "@today"}) == ["tomorrow", "in a week", "later"]
    assert found({"within_next": 7}) == ["first", "last", "tomorrow", "in a week"]
    overdue, ahead = found({"lt": "@now"}), found({"gte": "@now"})
    assert overdue + ahead == [*deadlines]
    assert overdue[0] == "yesterday" and ahead[-3:] == ["tomorrow", "in a week", "later"]
    assert found(None) == ["whenever"]


def test_priorities_sort_by_weight(house: House) -> None:
    for priority in ("high", "low", "urgent", "normal"):
        house.task("ana", priority=priority)
    shown = [item["priority"] for item in house.seen("ana", "task", sort="-priority")]
    assert shown == ["urgent", "high", "normal", "low"]
