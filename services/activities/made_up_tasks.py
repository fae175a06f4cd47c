"""Made-up tasks: what people are to do by when, and what they did."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any, Final

from chassis.seeding import work_words
from chassis.seeding.making_up import Made, identifier
from services.activities.desks import Desk, Subject

# When the tasks of a desk are due, turn by turn; those of the past are done.
_TURNS: Final = (
    "today", "overdue", "coming", "past", "coming",
    "today", "undated", "past", "overdue", "coming",
)  # fmt: skip
# However many there are, nobody has more to do than that.
_OPEN_TURNS: Final = 3 * len(_TURNS)
_ABOUT: Final = {"deal": 50, "lead": 25, "company": 15, "contact": 10}
_PRIORITIES: Final = {"low": 15, "normal": 55, "high": 22, "urgent": 8}
_REMINDERS: Final[Sequence[list[int]]] = ([], [], [60], [24 * 60], [60, 24 * 60])


def made_up_tasks(count: int, chance: random.Random, desks: Sequence[Desk]) -> Made:
    """`count` tasks as `Records.create_many` takes them, oldest first, each desk's share the
    same."""
    made = [
        _task(chance, desks[index % len(desks)], index // len(desks), desks)
        for index in range(count)
    ]
    return iter(sorted(made, key=itemgetter("created_at")))


def _task(chance: random.Random, desk: Desk, turn: int, desks: Sequence[Desk]) -> dict[str, Any]:
    when = _TURNS[turn % len(_TURNS)] if turn < _OPEN_TURNS else "past"
    done, dated = when == "past", when != "undated"
    day = desk.day(chance, when if dated else "coming")
    subject = desk.subject(chance, _ABOUT, day) if chance.random() < 0.8 else None
    deadline = desk.at(day, turn) if when == "today" else desk.anytime(chance, day)
    created = desk.planned_at(chance, subject, deadline)
    [priority] = chance.choices(list(_PRIORITIES), list(_PRIORITIES.values()))
    task: dict[str, Any] = {
        "id": identifier(created, chance),
        "created_at": created,
        "priority": priority,
        "deadline": deadline if dated else None,
        "owner_id": desk.owner,
        "created_by": desk.owner,
        "links": [subject.link] if subject else [],
        "reminders": [] if done or not dated else chance.choice(_REMINDERS),
        **_words(chance, subject, created, done=done),
    }
    others = [each.owner for each in desks if each is not desk]
    if others and chance.random() < 0.25:
        task["created_by"] = chance.choice(others)
    if others and chance.random() < 0.15:
        task["participant_ids"] = [chance.choice(others)]
    if done:
        early = deadline - timedelta(minutes=chance.randrange(30 * 60))
        task |= {"done": True, "done_at": max(created, early)}
    return task


def _words(
    chance: random.Random, subject: Subject | None, created: datetime, *, done: bool
) -> dict[str, Any]:
    """What is to be done, and its items: all ticked when it is done."""
    if subject is None:
        return {"title": chance.choice(work_words.OWN_TASKS["BR"])}
    title, items = chance.choice(work_words.TASKS[subject.country])
    ticked = len(items) if done else chance.randrange(len(items) or 1)
    checklist = [
        {"id": str(identifier(created, chance)), "text": text, "done": place < ticked}
        for place, text in enumerate(items)
    ]
    return {"title": title, "checklist": checklist}
