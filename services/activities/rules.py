"""The rules of activities and tasks: when they happen, what may be said of each, who is told.
Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

SYSTEM: Final = "system"
KINDS: Final = ("call", "email", "meeting", "note", "message", SYSTEM)
DIRECTIONS: Final = ("incoming", "outgoing")
# What people call these codes, in English and Portuguese.
KIND_WORDS: Final = {
    "call": ("Call", "Ligação"), "email": ("E-mail", "E-mail"), "meeting": ("Meeting", "Reunião"),
    "note": ("Note", "Nota"), "message": ("Message", "Mensagem"), SYSTEM: ("System", "Sistema"),
}  # fmt: skip
DIRECTION_WORDS: Final = {
    "incoming": ("Incoming", "Recebida"), "outgoing": ("Outgoing", "Feita"),
}  # fmt: skip
LINKED: Final = ("lead", "contact", "company", "deal")
# What can only be written down once it has happened.
NEVER_PLANNED: Final = frozenset({"note", "message"})
WITHOUT_DIRECTION: Final = frozenset({"note", "meeting"})
# What may still change once an activity is done or cancelled.
ALWAYS_EDITABLE: Final = frozenset({"links"})

PRIORITIES: Final = ("low", "normal", "high", "urgent")
PRIORITY_WORDS: Final = {
    "low": ("Low", "Baixa"), "normal": ("Normal", "Normal"), "high": ("High", "Alta"),
    "urgent": ("Urgent", "Urgente"),
}  # fmt: skip
REMINDERS_LIMIT: Final = 10
LONGEST_REMINDER: Final = 60 * 24 * 365

# What is older than this is no news: whoever hears of it again is not told.
NEWS: Final = timedelta(days=7)
# Where people are mentioned, as `@[Name](user:UUID)`.
MENTIONING: Final = {
    "activity": "body", "task": "description", "lead": "comments", "contact": "comments",
    "company": "comments", "deal": "comments",
}  # fmt: skip
MENTIONS_LIMIT: Final = 50

_MENTION: Final = re.compile(
    r"@\[[^\[\]\n]{1,255}\]\(user:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\)", re.IGNORECASE
)
_NAMESPACE: Final = UUID("6f1c6c1e-4b0a-5d0e-9c0b-52617070f27a")


def activity_id(event_id: UUID) -> UUID:
    """The id of the system activity that notes an event: always the same one."""
    return uuid5(_NAMESPACE, str(event_id))


def noted_data(record_version: int, changes: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of an event: which fields changed, never to what.

    Values stay with the record's own history, where they are masked and can be erased.
    """
    return {"version": record_version, "fields": sorted(changes)}


def times_of(activity: Mapping[str, Any], now: datetime) -> dict[str, datetime | None]:
    """When an activity as it will stand was done, and where in a timeline it belongs.

    A planned one belongs to its start; a done one to its start, if that is past, else to now.
    """
    starts: datetime | None = activity.get("starts_at")
    if not activity.get("done"):
        occurred = starts or activity.get("created_at") or now
        return {"done_at": None, "occurred_at": occurred}
    done_at = activity.get("done_at") or now
    return {"done_at": done_at, "occurred_at": starts if starts and starts <= now else done_at}


def moves(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether an edit of an activity that is not closed changes when it happens."""
    timed = any(before.get(name) != after.get(name) for name in ("starts_at", "done"))
    return timed and not is_closed(before)


def broken_rules(activity: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What is wrong with an activity as it will stand: pointer, code and detail of each fault."""
    broken = []
    kind, starts, ends = activity.get("kind"), activity.get("starts_at"), activity.get("ends_at")
    if kind == SYSTEM:
        broken.append(("/kind", "reserved_kind", "Only Rapport writes system activities."))
    if ends is not None and (starts is None or ends < starts):
        broken.append(("/ends_at", "ends_before_start", "The end is not before the start."))
    if activity.get("direction") and kind in WITHOUT_DIRECTION:
        broken.append(("/direction", "no_direction", f"A {kind} has no direction."))
    if activity.get("done") and activity.get("cancelled"):
        broken.append(("/cancelled", "done_and_cancelled", "What is done was not cancelled."))
    return broken


def is_closed(activity: Mapping[str, Any]) -> bool:
    """Whether nothing but its links can change any more."""
    return bool(activity.get("done") or activity.get("cancelled"))


def finished_at(
    before: Mapping[str, Any] | None, after: Mapping[str, Any], now: datetime
) -> datetime | None:
    """When a task as it will stand was finished: now, if it is reopened and finished once more."""
    if not after.get("done"):
        return None
    was_done = before is not None and before.get("done")
    return before["done_at"] if before is not None and was_done else now


def finishes(changes: Mapping[str, Any]) -> bool:
    """Whether a write with these changes finishes a task."""
    return bool(changes.get("done", (False, False))[1])


def broken_task_rules(task: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What is wrong with a task as it will stand: pointer, code and detail of each fault."""
    if task.get("done") and task.get("cancelled"):
        return [("/cancelled", "done_and_cancelled", "What is done was not cancelled.")]
    return []


def named_items(
    items: Sequence[Mapping[str, Any]],
    known: Sequence[Mapping[str, Any]],
    new_id: Callable[[], UUID],
) -> list[dict[str, Any]]:
    """The items of a checklist, each with an id: its own, that of a known item with the same text
    which goes by no other, or a new one."""
    named = {item["id"] for item in items}
    free: dict[str, list[str]] = {}
    for item in reversed(known):
        if item["id"] not in named:
            free.setdefault(item["text"], []).append(item["id"])

    def lasting(item: Mapping[str, Any]) -> str:
        left = free.get(item["text"])
        return str(item["id"] or (left.pop() if left else new_id()))

    return [{**item, "id": lasting(item)} for item in items]


def timers_of(task: Mapping[str, Any], now: datetime) -> dict[int, datetime]:
    """When to tell of a task as it stands, by minutes before its deadline, 0 being that itself.
    What has passed by `now` is not told any more."""
    deadline: datetime | None = task["deadline"]
    closed = is_closed(task) or task["deleted_at"] is not None
    if closed or deadline is None or deadline <= now:
        return {}
    moments = {each: deadline - timedelta(minutes=each) for each in (0, *task["reminders"])}
    return {minutes: moment for minutes, moment in moments.items() if moment > now}


def rings(task: Mapping[str, Any], minutes: int, moment: datetime) -> bool:
    """Whether a timer that was set for `moment` still tells of the task as it stands."""
    wanted = minutes == 0 or minutes in task["reminders"]
    on_time = task["deadline"] == moment + timedelta(minutes=minutes)
    return wanted and on_time and not is_closed(task)


def notification_id(cause: str, user: UUID) -> UUID:
    """The id of what `user` is told because of `cause`: always the same one."""
    return uuid5(_NAMESPACE, f"{cause} to {user}")


def is_news(occurred_at: datetime, now: datetime, *, silent: bool) -> bool:
    """Whether people are told of what occurred then."""
    return not silent and now - occurred_at <= NEWS


def assigned_to(changes: Mapping[str, Any], actor: str | None) -> UUID | None:
    """Who was made responsible by somebody else."""
    owner: str | None = changes.get("owner_id", (None, None))[1]
    return UUID(owner) if owner and owner != actor else None


def mentioned(change: Sequence[Any], author: str | None) -> list[UUID]:
    """Those whom a text mentions now and did not before, but for its author."""
    before, after = (_mentions(text) for text in change)
    fresh = [user for user in after if user not in before and str(user) != author]
    return fresh[:MENTIONS_LIMIT]


def _mentions(text: Any) -> list[UUID]:
    found = _MENTION.findall(text) if isinstance(text, str) else ()
    return list(dict.fromkeys(UUID(each) for each in found))
