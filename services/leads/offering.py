"""What a lead would become by itself: the values it hands on, and who may be known already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chassis.errors import Refusal
from chassis.identifiers import new_id
from services.leads.checking import ask_targets
from services.leads.mapping import TARGETS
from services.leads.planning import plan_conversion
from services.leads.wishes import CREATE, Wish

if TYPE_CHECKING:
    from chassis.context import Context
    from chassis.service.base import Parts


def offer(parts: Parts, context: Context, lead: Mapping[str, Any]) -> dict[str, Any]:
    """For each target what a conversion of `lead` (in wire form) into all of them would make.

    `values` are those that it would begin with, `fills` the fields that the conversion fills with
    what else is made, `known` the record that the lead belongs to already. `refused` is the code
    of what stands against making one at all. Nothing is written.
    """
    wishes = {target: Wish(CREATE, {}, None) for target in TARGETS}
    plan = plan_conversion(context, new_id(), lead, wishes)
    outcomes = ask_targets(parts, context, plan, wishes)
    offered = {}
    for target, outcome in outcomes.items():
        refused = isinstance(outcome, Refusal)
        offered[target] = {
            "values": plan.checked(target),
            "fills": list(plan.links[target]),
            "known": lead.get(f"{target}_id"),
            "duplicates": [] if refused else _same(target, outcome["duplicates"]),
            "refused": outcome.code if refused else None,
        }
    return offered


def _same(target: str, duplicates: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [candidate for candidate in duplicates if candidate["entity"] == target]
