"""Whatever is done to a lead and what it becomes, in whatever order: each knows the truth."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from chassis.errors import Conflict, Invalid
from tests.conversion.world import World

TARGETS = ("company", "contact", "deal")
CLOSED = ("won", "lost")


def machine(world: World) -> type[RuleBasedStateMachine]:
    """One lead of Ana's, worked by its seller and by the chief, who may reopen deals."""

    class AnyWay(RuleBasedStateMachine):
        @initialize()
        def capture(self) -> None:
            self.lead = world.lead()
            self.status = "new"
            self.done: dict[str, Any] | None = None
            self.touched: set[str] = set()
            self.stage, self.reason = "new", None
            self.undone = 0

        @rule(status=st.sampled_from(["new", "in_progress", "qualified", "junk", "converted"]))
        def move_lead(self, status: str) -> None:
            change = {"status": status, "reason": "No budget" if status == "junk" else None}
            try:
                world.update("lead", self.lead["id"], "ana", **change)
            except Conflict:
                assert self.done is not None
            except Invalid:
                assert status == "converted"
            else:
                assert self.done is None and status != "converted"
                self.status = status

        @rule(mix=st.sets(st.sampled_from(TARGETS)))
        def convert(self, mix: set[str]) -> None:
            try:
                done = world.convert(self.lead, **{target: {"create": {}} for target in mix})
            except Invalid:
                assert not mix
            except Conflict:
                assert self.status == "junk" and self.done is None
            else:
                assert mix and done["state"] == "done"
                if self.done is None:
                    assert {t for t in TARGETS if done[t]} == mix
                    self.done, self.touched = done, set()
                    self.stage, self.reason = "new", None
                assert done == self.done

        @precondition(lambda self: self.done is not None)
        @rule()
        def undo(self) -> None:
            try:
                answer = world.call("ana", "leads", "undo_conversion", id=self.done["id"])
            except Conflict as refusal:
                named = {each["type"] for each in refusal.extra["touched"]}
                assert named == self.touched != set()
            else:
                assert answer["state"] == "undone" and not self.touched
                self.done, self.undone = None, self.undone + 1

        @precondition(lambda self: self.done and (self.done["contact"] or self.done["company"]))
        @rule(tag=st.sampled_from(["a", "b"]))
        def touch(self, tag: str) -> None:
            target = "contact" if self.done["contact"] else "company"
            identifier = self.done[target]["id"]
            before = world.get(target, identifier)
            if world.update(target, identifier, "ana", tags=[tag])["record"] != before:
                self.touched.add(target)

        @precondition(lambda self: self.done and self.done["deal"])
        @rule(stage=st.sampled_from(["qualification", "proposal", "won", "lost"]),
              reason=st.sampled_from([None, "Price"]))  # fmt: skip
        def move_deal(self, stage: str, reason: str | None) -> None:
            change = {"stage": stage, **({"reason": reason} if reason else {})}
            try:
                record = world.update("deal", self.done["deal"]["id"], "chief", **change)["record"]
            except Invalid:
                assert (stage == "lost") != (reason is not None) or self.stage in CLOSED
            else:
                # Said again without its reason, a failure keeps it.
                kept = self.reason if stage == self.stage and reason is None else reason
                assert (record["stage"], record["reason"]) == (stage, kept)
                if stage != self.stage:
                    self.touched.add("deal")
                self.stage, self.reason = stage, kept

        @invariant()
        def everybody_knows_the_truth(self) -> None:
            lead = world.get("lead", self.lead["id"])
            made = [target for target in TARGETS if self.done and self.done[target]]
            assert sorted(world.made_of(self.lead)) == sorted(made)
            assert lead["status"] == ("converted" if self.done else self.status)
            for target in TARGETS:
                known = self.done[target]["id"] if target in made else None
                assert lead[f"{target}_id"] == known
            assert (lead["converted_to"] is None) == (self.done is None)

    return AnyWay


def run(world: World, runs: int, steps: int) -> None:
    """Try `runs` stories of `steps` steps."""
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    limits = settings(
        max_examples=runs, stateful_step_count=steps, deadline=None, suppress_health_check=checks
    )
    run_state_machine_as_test(machine(world), settings=limits)


@pytest.mark.timeout(300)
def test_story_of_a_lead_is_true_at_every_step(world: World) -> None:
    run(world, 15, 20)


@pytest.mark.full
@pytest.mark.timeout(3600)
def test_long_stories_of_leads_are_true_at_every_step(world: World) -> None:
    run(world, 500, 50)
