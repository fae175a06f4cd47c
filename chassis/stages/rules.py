"""The rules of moving between stages, pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chassis.errors import Fault
from chassis.stages.book import Stage


def find_stage(stages: Sequence[Stage], code: str) -> Stage | None:
    """The stage with `code`."""
    return next((stage for stage in stages if stage.code == code), None)


def first_stage(stages: Sequence[Stage]) -> Stage | None:
    """Where new records start: the first of the process."""
    return next((stage for stage in stages if stage.kind == "process"), None)


def move_faults(
    field: str, current: Stage | None, target: Stage | None, values: Mapping[str, Any],
    *, by_command: str | None,
) -> list[Fault]:  # fmt: skip
    """What stands against moving from `current` (None: a new record) to `target`.

    A failure needs its reason in the same write, unless the record fails already and only changes
    its pipeline. A success that belongs to a command is not reached by an edit. A failure may be
    left again: the record is reopened, its reason cleared.
    """
    if target is None:
        return [Fault(f"/{field}", "unknown_stage", "There is no such stage.")]
    moves = current is None or current.id != target.id
    if moves and target.kind == "success" and by_command is not None:
        detail = f"Only {by_command} leads there."
        return [Fault(f"/{field}", "only_by_command", detail)]
    if target.kind == "failure":
        asked = moves and not _fails_elsewhere(current, target)
        missing = not values.get("reason") if asked else not values.get("reason", True)
        return [Fault("/reason", "required", "A failure needs a reason.")] if missing else []
    if values.get("reason"):
        return [Fault("/reason", "only_with_failure", "Only a failure has a reason.")]
    return []


def _fails_elsewhere(current: Stage | None, target: Stage) -> bool:
    if current is None or current.kind != "failure":
        return False
    return current.pipeline_id != target.pipeline_id
