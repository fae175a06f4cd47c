"""Made-up activities: what was done about records, and what is planned."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from operator import itemgetter
from typing import Any, Final

from chassis.seeding import work_words
from chassis.seeding.making_up import Made, identifier
from services.activities.desks import Desk, Subject
from services.activities.rules import WITHOUT_DIRECTION, times_of

# When the activities of a desk are, turn by turn: all of a turn before any of the next one.
_TURNS: Final = (
    "today", "past", "past", "overdue", "past", "coming",
    "past", "past", "coming", "past", "past", "past",
)  # fmt: skip
# However many there are, nobody plans more than that.
_PLANNING_TURNS: Final = 5 * len(_TURNS)
_ABOUT: Final = {"deal": 40, "lead": 30, "contact": 20, "company": 10}
_PLANNED: Final = {"call": 45, "meeting": 35, "email": 20}
_DONE: Final = {"call": 35, "email": 20, "meeting": 20, "note": 15, "message": 10}
_MINUTES: Final = {"call": (10, 15, 30), "meeting": (30, 60, 90)}


def made_up_activities(count: int, chance: random.Random, desks: Sequence[Desk]) -> Made:
    """`count` activities as `Records.create_many` takes them, oldest first, each desk's share the
    same."""
    made = [
        _activity(chance, desks[index % len(desks)], index // len(desks), desks)
        for index in range(count)
    ]
    return iter(sorted(made, key=itemgetter("created_at")))


def _activity(
    chance: random.Random, desk: Desk, turn: int, desks: Sequence[Desk]
) -> dict[str, Any]:
    when = _TURNS[turn % len(_TURNS)] if turn < _PLANNING_TURNS else "past"
    day = desk.day(chance, when)
    subject = desk.subject(chance, _ABOUT, day)
    kinds = _DONE if when == "past" else _PLANNED
    [kind] = chance.choices(list(kinds), list(kinds.values()))
    activity: dict[str, Any] = {
        "kind": kind,
        "owner_id": desk.owner,
        "created_by": desk.owner,
        "starts_at": desk.at(day, turn // len(_TURNS))
        if when == "today"
        else desk.anytime(chance, day),
        "links": [subject.link] if subject else [],
        **_words(chance, kind, subject, done=when == "past"),
    }
    if kind in _MINUTES:
        lasts = timedelta(minutes=chance.choice(_MINUTES[kind]))
        activity["ends_at"] = activity["starts_at"] + lasts
    if kind == "meeting" and len(desks) > 1 and chance.random() < 0.3:
        others = [each.owner for each in desks if each is not desk]
        activity["participant_ids"] = [chance.choice(others)]
    if when == "past":
        _finish(activity, cancelled=kind in _PLANNED and chance.random() < 0.04)
    else:
        activity |= times_of(activity, activity["starts_at"])
        activity["created_at"] = desk.planned_at(chance, subject, activity["starts_at"])
    return activity | {"id": identifier(activity["created_at"], chance)}


def _words(
    chance: random.Random, kind: str, subject: Subject | None, *, done: bool
) -> dict[str, Any]:
    """What it is called, what was said, and from whom to whom."""
    country = subject.country if subject else "BR"
    direction = None if kind in WITHOUT_DIRECTION else "outgoing"
    if direction and done and chance.random() < 0.4:
        direction = "incoming"
    body = None
    if kind == "note":
        body = chance.choice(work_words.NOTES[country])
    elif direction and kind in ("message", "email") and done:
        body = chance.choice(work_words.MESSAGES[country][direction])
    elif done and chance.random() < 0.7:
        body = chance.choice(work_words.OUTCOMES[country])
    subjects = work_words.SUBJECTS[country].get(kind)
    subject_line = chance.choice(subjects) if subjects else None
    return {"direction": direction, "body": body, "subject": subject_line}


def _finish(activity: dict[str, Any], *, cancelled: bool) -> None:
    """What was over when it was written down; a note has no beginning, it was written then."""
    over = activity.get("ends_at") or activity["starts_at"]
    if activity["kind"] not in _PLANNED:
        activity["starts_at"] = None
    activity |= {"done": not cancelled, "cancelled": cancelled, "created_at": over}
    activity |= times_of({**activity, "done_at": over}, over)
