"""The questions that a conversion asks before it writes: all at once, all refusals together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from chassis.errors import Conflict, Fault, Forbidden, Invalid, Refusal, Unavailable
from services.leads.conversion import OWNERS, named
from services.leads.wishes import CREATE, Wish, Wishes

if TYPE_CHECKING:
    from chassis.context import Context
    from chassis.service.base import Parts
    from services.leads.planning import Plan

# The order in which the API refuses.
_ORDER: Final = (403, 400, 404, 409, 422)


def check_targets(
    parts: Parts, context: Context, plan: Plan, wishes: Wishes
) -> dict[str, list[dict[str, Any]]]:
    """The records that are linked, by target, as labels; raises what stands against the plan."""
    targets = wishes.targets
    outcomes = ask_targets(parts, context, plan, targets)
    refusals = [
        refusal
        for target, outcome in outcomes.items()
        if (refusal := _refusal(target, targets[target], outcome, plan)) is not None
    ]
    if refusals:
        raise _joined(refusals)
    if wishes.refuse_duplicates:
        _refuse_duplicates(outcomes, targets)
    return {
        target: [named(outcome[0])]
        for target, outcome in outcomes.items()
        if targets[target].mode != CREATE
    }


def ask_targets(
    parts: Parts, context: Context, plan: Plan, targets: Mapping[str, Wish]
) -> dict[str, Any]:
    """By target what its owner says: what it found, or why it refuses. A target whose responsible
    person the caller may not choose is left to the caller, in `plan`."""
    outcomes = _outcomes(parts, context, plan, targets)
    beyond = [target for target in plan.inherits if _is_beyond(outcomes[target])]
    if beyond:
        for target in beyond:
            plan.disinherit(target)
        outcomes |= _outcomes(parts, context, plan, {each: targets[each] for each in beyond})
    return outcomes


def _outcomes(
    parts: Parts, context: Context, plan: Plan, targets: Mapping[str, Wish]
) -> dict[str, Any]:
    """By target what its owner says: what it found, or why it refuses."""
    calls = []
    for target, wish in targets.items():
        remote = parts.remote(OWNERS[target])
        if wish.mode == CREATE:
            values = plan.checked(target)
            calls.append(remote.prepared(context, "check", entity=target, values=values))
        else:
            calls.append(remote.prepared(context, "get_many", entity=target, ids=[wish.id]))
    return dict(zip(targets, parts.client.gather(calls, partial=True), strict=True))


def _is_beyond(outcome: Any) -> bool:
    """Whether the lead's responsible person is none that the caller may choose."""
    return isinstance(outcome, Forbidden) and outcome.code == "owner_out_of_reach"


def _refusal(target: str, wish: Wish, outcome: Any, plan: Plan) -> Refusal | None:
    where = f"/{target}/{wish.mode}"
    if isinstance(outcome, Unavailable):
        return outcome
    if isinstance(outcome, Refusal):
        return moved(outcome, where)
    if wish.mode != CREATE:
        fault = Fault(where, "unreadable_reference", f"No such {target}.")
        return None if outcome else Invalid(fault.detail, code=fault.code, faults=[fault])
    filled = plan.links[target]
    faults = [
        Fault(where + each["pointer"], each["code"], each["detail"])
        for each in outcome["faults"]
        if each["pointer"].split("/")[1:2] not in [[name] for name in filled]
    ]
    return Invalid("A rule is broken.", code=faults[0].code, faults=faults) if faults else None


def _refuse_duplicates(outcomes: Mapping[str, Any], targets: Mapping[str, Wish]) -> None:
    """Raise Conflict with what the new records might be already."""
    found = [
        candidate
        for target, outcome in outcomes.items()
        for candidate in (outcome["duplicates"] if targets[target].mode == CREATE else ())
        if candidate["entity"] == target
    ]
    if found:
        named_targets = dict.fromkeys(candidate["entity"] for candidate in found)
        faults = [
            Fault(f"/{each}/create", "duplicate", "This may be known.") for each in named_targets
        ]
        raise Conflict("There are records like these.", code="duplicate", faults=faults,
                       candidates=found)  # fmt: skip


def moved(refusal: Refusal, where: str) -> Refusal:
    """The same refusal, pointing into the body of the conversion."""
    faults = [Fault(where + each.pointer, each.code, each.detail) for each in refusal.faults]
    kind = type(refusal)
    return kind(
        refusal.detail, code=refusal.code, faults=faults or [Fault(where, refusal.code)],
        **refusal.extra,
    )  # fmt: skip


def _joined(refusals: list[Refusal]) -> Refusal:
    """One refusal for all: that of the first kind in the API's order, with all its faults."""

    def rank(refusal: Refusal) -> int:
        return _ORDER.index(refusal.status) if refusal.status in _ORDER else -1

    first = min(refusals, key=rank)
    same = [each for each in refusals if each.status == first.status]
    faults = [fault for each in same for fault in each.faults]
    return type(first)(first.detail, code=first.code, faults=faults, **first.extra)
