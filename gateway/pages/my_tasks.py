"""My tasks: overdue, today's, later ones and done ones, each a list by a filter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from chassis import wire
from chassis.errors import Refusal
from contracts.catalogue import ENTITIES
from gateway import parameters
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.pages.due import Filter, Row, asking
from gateway.pages.house import House
from gateway.pages.lists import PAGE
from gateway.pages.morning import MINE, TO_DO
from gateway.pages.planning import line_values
from gateway.pages.viewer import viewer_of
from gateway.parameters import text
from gateway.permissions import Granted
from gateway.registry import Route

_TASK: Final = "task"
_LIMIT: Final = 30


@dataclass(frozen=True)
class Choice:
    """One quick choice. `label` and `empty` are English texts."""

    name: str
    label: str
    filter: Filter
    sort: str
    empty: str


CHOICES: Final = (
    Choice("open", "To do", TO_DO, "deadline", "no_open_tasks"),
    Choice("overdue", "Overdue", {**TO_DO, "deadline": {"lt": "@today"}}, "deadline",
           "no_overdue_tasks"),
    Choice("today", "Today", {**TO_DO, "deadline": "@today"}, "deadline", "no_tasks_today"),
    Choice("later", "Planned for later", {**TO_DO, "deadline": {"gt": "@today"}}, "deadline",
           "no_later_tasks"),
    Choice("done", "Finished", {**MINE, "done": True}, "-done_at", "no_done_tasks"),
)  # fmt: skip
_SHOW: Final = text("show", "Which of them.", enum=[choice.name for choice in CHOICES])
_CURSOR: Final = tuple(each for each in parameters.LIST if each.name == "cursor")


def my_tasks_pages(house: House) -> Iterator[Route]:
    """The page and its parts."""
    parts: tuple[tuple[str, str, Any, Any], ...] = (
        ("", "My tasks", _page, (_SHOW,)),
        ("/rows", "Some of my tasks", _rows, (_SHOW, *_CURSOR)),
        ("/choices", "How many there are of each", _choices, (_SHOW,)),
    )
    for path, summary, answer, taken in parts:
        yield Route(
            method="GET", path=f"/my/tasks{path}", name=f"pages.my_tasks{path.replace('/', '.')}",
            area="pages", page=True, summary=summary, parameters=taken, replies=PAGE,
            permission=Granted(_TASK, "read"),
            answer=partial(answer, house),
        )  # fmt: skip


def _chosen(asked: Asked) -> Choice:
    wanted = asked.query.get("show")
    return next((choice for choice in CHOICES if choice.name == wanted), CHOICES[0])


def _page(house: House, asked: Asked) -> Answer:
    today = viewer_of(asked).today.isoformat()
    return house.page(
        asked, "my_tasks.html", choices=CHOICES, chosen=_chosen(asked), counts={},
        **line_values(asked, today, fixed=False, kinds=(_TASK,)),
    )  # fmt: skip


def _rows(house: House, asked: Asked) -> Answer:
    choice, entity, viewer = _chosen(asked), ENTITIES[_TASK], viewer_of(asked)
    description = house.descriptions.of(asked, entity)
    service, method, arguments = asking(
        description, choice.filter, choice.sort, _LIMIT, cursor=asked.query.get("cursor")
    )
    page = asked.call(service, method, arguments)
    return house.page(
        asked, "my_tasks_rows.html", choice=choice, entity=entity, page=page,
        rows=[Row(description, record, viewer) for record in page["items"]],
        filter=wire.dumps(choice.filter).decode(), further=asked.query.get("cursor") is not None,
    )  # fmt: skip


def _choices(house: House, asked: Asked) -> Answer:
    entity = ENTITIES[_TASK]
    calls = [
        (entity.service, "list", {"entity": _TASK, "query": {
            "filter": choice.filter, "limit": 1, "fields": "id", "count": "estimate"}})
        for choice in CHOICES
    ]  # fmt: skip
    answers = asked.gather(calls)
    counts = {
        choice.name: answer.get("total")
        for choice, answer in zip(CHOICES, answers, strict=True)
        if not isinstance(answer, Refusal)
    }
    return house.page(
        asked, "my_tasks_choices.html", choices=CHOICES, chosen=_chosen(asked), counts=counts
    )  # fmt: skip
