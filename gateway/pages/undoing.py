"""Taking back what was just done: a page offers it in a message, and these routes carry it out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from chassis import wire
from chassis.errors import Malformed, Refusal
from contracts.speech import EntityContract
from gateway.answers import Answer
from gateway.pages.descriptions import Description
from gateway.pages.forms import changed
from gateway.pages.viewer import viewer_of
from gateway.permissions import Granted
from gateway.registry import Reply, Route
from gateway.texts import sentence

if TYPE_CHECKING:
    from chassis.access.rights import Rights
    from gateway.asked import Asked

MOST: Final = 25
OUTCOME: Final = {200: Reply("What became of each.", {"type": "object"})}
# Fields by which a record is finished with.
COMPLETING: Final = ("done", "cancelled")
_REOPEN: Final = "reopen"
_LONGEST: Final = 500_000

Undo = dict[str, Any]


def undo_pages(entity: EntityContract) -> Iterator[Route]:
    """Changing records of `entity` back to what they were."""
    yield Route(
        method="POST", path=f"/{entity.plural}/undo", name=f"pages.{entity.plural}.undo",
        area="pages", page=True, summary=f"Change {entity.plural} back", writes=True,
        permission=Granted(entity.name, "update"), repeatable=True, replies=OUTCOME,
        renews=entity.setting is not None, answer=lambda asked: _change_back(entity, asked),
    )  # fmt: skip


def restoring(entity: EntityContract, ids: Sequence[str]) -> Undo:
    """How to bring `ids` back from the recycle bin."""
    return {"path": f"/{entity.plural}/bin/restore", "items": list(ids)}


def changing_back(entity: EntityContract, steps: Sequence[Mapping[str, Any]]) -> Undo:
    """How to take changes back; `steps` are of `step_back`."""
    return {"path": f"/{entity.plural}/undo", "items": list(steps)}


def step_back(
    asked: Asked, description: Description, before: Mapping[str, Any] | None,
    values: Mapping[str, Any], reply: Mapping[str, Any],
) -> dict[str, Any] | None:  # fmt: skip
    """The change that takes `reply`, the answer to writing `values`, back to `before`; None when
    nothing was changed, or when the viewer's roles do not lead back."""
    if before is None:
        return None
    inner = reply.get("record")
    after = inner if isinstance(inner, Mapping) and "type" not in reply else reply
    told = set(values) & set(before)
    if description.stage is not None and description.stage.name in told:
        told |= {"reason"} & set(before)
        assert asked.user is not None
        if not _leads_back(asked.user.rights, description, before, after):
            return None
    now = after if set(after) > {"id", "version"} else values
    back = changed({name: before[name] for name in told}, now)
    if not back:
        return None
    return {"id": str(before["id"]), "version": after["version"], "values": back}


def offered(undo: Undo, words: str, **events: Any) -> dict[str, str]:
    """The headers that have a page offer `undo` in a message of `words`."""
    return {"HX-Trigger": json.dumps({**events, "undoable": {**undo, "words": words}})}


def done_to_each(
    asked: Asked, ids: Sequence[str], act: Any
) -> tuple[list[tuple[str, Any]], list[dict[str, str]]]:
    """What `act` answered for each of `ids`, and why it was refused for others."""
    language = viewer_of(asked).language
    done, failed = [], []
    for identifier in ids:
        try:
            done.append((identifier, act(asked.keyed(identifier), identifier)))
        except Refusal as refusal:
            words = [sentence(f.code, language, f.detail, None) for f in refusal.faults]
            said = sentence(refusal.code, language, refusal.detail, refusal.status)
            failed.append({"id": identifier, "detail": " ".join(words) or said})
    return done, failed


def _leads_back(
    rights: Rights, description: Description, before: Mapping[str, Any], after: Mapping[str, Any]
) -> bool:
    """Whether the viewer's roles allow the way back to the stage of `before`."""
    entity, left = description.entity, description.stage_of(before)
    entered = description.stage_of({**before, **after})
    if left is None or entered is None or left["code"] == entered["code"]:
        return True
    closed = entered["kind"] != "process" and entered["kind"] != left["kind"]
    if entity.pipelined and closed and not rights.switch(entity.name, _REOPEN):
        return False
    if not entered.get("pipeline_id"):
        return True
    allowed = rights.transition(entity.name, UUID(entered["pipeline_id"]), UUID(entered["id"]))
    return allowed is None or UUID(left["id"]) in allowed


def _change_back(entity: EntityContract, asked: Asked) -> Answer:
    steps = {step["id"]: step for step in _steps(asked.form.get("steps", ""))}

    def act(keyed: Asked, identifier: str) -> Any:
        step = steps[identifier]
        return keyed.call(entity.service, "update", {
            "entity": entity.name, "id": identifier, "values": step["values"],
            "expected_version": step["version"],
        })  # fmt: skip

    done, failed = done_to_each(asked, list(steps), act)
    return Answer({"done": len(done), "failed": failed})


def _steps(given: str) -> list[dict[str, Any]]:
    """The steps that a message held. Raises Malformed when they are none."""
    try:
        if len(given) > _LONGEST:
            raise ValueError(given)
        steps = [
            {"id": str(UUID(each["id"])), "version": int(each["version"]),
             "values": dict(each["values"])}
            for each in wire.loads(given)
        ]  # fmt: skip
    except (ValueError, TypeError, KeyError, AttributeError):
        raise Malformed("There is nothing to take back.") from None
    if not 0 < len(steps) <= MOST:
        raise Malformed(f"At most {MOST} at a time.")
    return steps
