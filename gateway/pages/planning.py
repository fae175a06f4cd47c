"""Adding something to one's plan in a line: what, of which kind, when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from chassis.errors import Conflict, Forbidden, Invalid, Malformed
from chassis.identifiers import new_id
from contracts.access import Level
from contracts.catalogue import ENTITIES
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.pages.composing import PLANNED, TASK, local_moment, written
from gateway.pages.house import House
from gateway.pages.lists import PAGE
from gateway.pages.viewer import viewer_of
from gateway.permissions import SignedIn
from gateway.registry import Route
from gateway.texts import sentence

ACTIVITY: Final = "activity"
# The kinds in the order in which the line offers them.
EVERY: Final = (TASK, *(kind for kind in PLANNED if kind != TASK))
_REFUSED: Final = (Invalid, Malformed, Conflict, Forbidden)


def planning_pages(house: House) -> Iterator[Route]:
    """The one write of the line; whether it may, the service of what is added decides."""
    yield Route(
        method="POST", path="/planned", name="pages.plan", area="pages", page=True,
        summary="Add something to one's plan", permission=SignedIn(), writes=True, repeatable=True,
        replies=PAGE, answer=lambda asked: _plan(house, asked),
    )  # fmt: skip


def plannable(asked: Asked) -> list[str]:
    """The kinds that whoever asks may add."""
    assert asked.user is not None
    rights = asked.user.rights
    may = {name: rights.anywhere(name, "add") is not Level.none for name in (TASK, ACTIVITY)}
    return [kind for kind in EVERY if may[TASK if kind == TASK else ACTIVITY]]


def line_values(
    asked: Asked, day: str, *, fixed: bool, kinds: Sequence[str] = EVERY
) -> dict[str, Any]:
    """What the template of the line needs: empty, for `day`, which is `fixed` in a calendar, and
    for those of `kinds` that whoever asks may add."""
    may = [kind for kind in plannable(asked) if kind in kinds]
    return {"may": may, "kinds": ",".join(kinds), "day": day, "fixed": fixed, "key": new_id().hex,
            "said": "", "subject": "", "kind": "", "time": "09:00", "added": ""}  # fmt: skip


def _plan(house: House, asked: Asked) -> Answer:
    form = asked.form
    day, time = form.get("day", ""), form.get("time", "")
    values = line_values(asked, day, fixed=form.get("fixed") == "true",
                         kinds=form.get("kinds", "").split(","))  # fmt: skip
    at = local_moment(day, time)
    filled = {"kind": form.get("kind", TASK), "subject": form.get("subject", ""), "at": at}
    viewer = viewer_of(asked)
    entity, record = written(filled, viewer, ENTITIES[ACTIVITY], planned=True)
    try:
        asked.call(entity.service, "create", {"entity": entity.name, "values": record})
    except _REFUSED as refusal:
        words = [sentence(f.code, viewer.language, f.detail, None) for f in refusal.faults]
        whole = sentence(refusal.code, viewer.language, refusal.detail, refusal.status)
        said = {"said": " ".join(words) or whole, "subject": filled["subject"],
                "kind": filled["kind"], "time": time}  # fmt: skip
        return house.page(asked, "plan_line.html", status=422, **{**values, **said})
    kept = {"kind": filled["kind"], "time": time or "09:00",
            "added": filled["subject"] or viewer.text("It is planned.")}  # fmt: skip
    return house.page(
        asked, "plan_line.html", headers={"HX-Trigger": "planned-changed"}, **{**values, **kept}
    )  # fmt: skip
