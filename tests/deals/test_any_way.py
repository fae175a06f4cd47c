"""Whatever people do to deals, in whatever order, the deals stay true to their rules."""

from __future__ import annotations

from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from chassis.errors import Invalid, Refusal
from chassis.stages.tables import STAGE_HISTORY
from tests.deals.house import SALES, House

STAGES = ("new", "qualification", "proposal", "negotiation", "won", "lost")
KINDS = dict.fromkeys(STAGES, "process") | {"won": "success", "lost": "failure"}
PEOPLE = ("ana", "head", "chief", "root")
CODES = st.sampled_from(STAGES)
REASONS = st.sampled_from([None, "", "Too dear"])


def machine(house: House) -> type[RuleBasedStateMachine]:
    """Deals of Ana's in two pipelines of equal stages; the first one's proposal needs an amount."""
    house.demand("proposal", required_fields=["amount"])
    service = house.pipeline("service")["id"]

    class AnyWay(RuleBasedStateMachine):
        deals = Bundle("deals")

        def __init__(self) -> None:
            super().__init__()
            self.known: dict[str, dict[str, Any]] = {}

        def keep(self, deal: dict[str, Any]) -> None:
            before = self.known.get(deal["id"])
            assert before is None or deal["version"] >= before["version"]
            self.known[deal["id"]] = deal

        def change(self, who: str, key: str, **values: Any) -> dict[str, Any] | None:
            """The deal when the change was made; a refused one changed nothing."""
            deal = self.known[key]
            try:
                done = house.update(who, deal, **values)
            except Invalid:
                assert house.get("root", deal) == deal
                return None
            self.keep(done)
            return done

        @initialize(target=deals)
        def begin(self) -> str:
            return self.made("new", None, str(SALES))

        @rule(target=deals, code=CODES, reason=REASONS, pipeline=st.sampled_from([SALES, service]))
        def create(self, code: str, reason: str | None, pipeline: Any) -> Any:
            return self.made(code, reason, str(pipeline))

        def made(self, code: str, reason: str | None, pipeline: str) -> Any:
            values = {"stage": code, "reason": reason, "amount": {"amount": "5"}}
            fails = KINDS[code] == "failure"
            try:
                deal = house.create("ana", pipeline_id=pipeline, **values)
            except Invalid:
                assert fails != bool(reason)
                return next(iter(self.known))
            assert fails == bool(reason)
            self.keep(deal)
            return deal["id"]

        @rule(who=st.sampled_from(PEOPLE), key=deals, code=CODES, reason=REASONS)
        def move(self, who: str, key: str, code: str, reason: str | None) -> None:
            deal = self.known[key]
            before, after = KINDS[deal["stage"]], KINDS[code]
            moves = deal["stage"] != code
            done = self.change(who, key, stage=code, reason=reason)
            if moves and before != "process" and after != before and who == "ana":
                assert done is None
            elif after == "failure":
                assert (done is not None) == bool(reason)
            elif reason:
                assert done is None
            elif moves and code == "proposal" and deal["pipeline_id"] == str(SALES):
                assert (done is not None) == (deal["amount"] is not None)
            else:
                assert done is not None

        @rule(key=deals, pipeline=st.sampled_from([SALES, service]))
        def change_pipeline(self, key: str, pipeline: Any) -> None:
            before = self.known[key]
            done = self.change("ana", key, pipeline_id=str(pipeline))
            if done is not None:
                assert (done["stage"], done["reason"]) == (before["stage"], before["reason"])

        @rule(key=deals, amount=st.sampled_from([None, {"amount": "7"}]))
        def set_amount(self, key: str, amount: Any) -> None:
            deal = self.known[key]
            held = deal["stage"] == "proposal" and deal["pipeline_id"] == str(SALES)
            done = self.change("ana", key, amount=amount)
            assert (done is None) == (held and amount is None)

        @rule(key=deals, probability=st.one_of(st.none(), st.integers(0, 100)))
        def set_probability(self, key: str, probability: int | None) -> None:
            done = self.change("ana", key, probability=probability)
            assert done is not None
            if probability is not None and KINDS[done["stage"]] == "process":
                assert done["probability"] == probability

        @rule(key=deals)
        def bin_and_restore(self, key: str) -> None:
            deal = self.known[key]
            chief = house.as_("chief")
            house.service.delete(chief, "deal", key, deal["version"])
            with pytest.raises(Refusal):
                house.update("ana", deal, title="x")
            self.keep(house.service.restore(chief, "deal", key)["record"])

        @invariant()
        def every_deal_is_true_to_its_stage(self) -> None:
            for deal in self.known.values():
                kind = KINDS[deal["stage"]]
                assert (deal["closed_at"] is not None) == (kind != "process")
                assert bool(deal["reason"]) == (kind == "failure")
                if kind != "process":
                    assert deal["probability"] == (100 if kind == "success" else 0)

        def teardown(self) -> None:
            for deal in self.known.values():
                assert stays(house, deal) == deal["stage_changed_at"]
                assert house.get("root", deal) == deal
            counts = {c["stage"]["code"]: c["count"] for c in house.board("root")["columns"]}
            table = house.service.list(house.as_("root"), "deal", {"count": "exact", "limit": 1})
            other = house.board("root", pipeline=service)["columns"]
            assert sum(counts.values()) + sum(c["count"] for c in other) == table["total"]

    return AnyWay


def stays(house: House, deal: dict[str, Any]) -> str:
    """When the stay that lasts began; the stays before it follow each other without a gap."""
    c = STAGE_HISTORY.c
    query = select(STAGE_HISTORY).where(c.record_id == UUID(deal["id"])).order_by(c.id)
    with house.database.reading() as connection:
        rows = connection.execute(query).mappings().all()
    for earlier, later in pairwise(rows):
        assert earlier["left_at"] == later["entered_at"]
    assert [row["left_at"] is None for row in rows] == [False] * (len(rows) - 1) + [True]
    began: str = rows[-1]["entered_at"].strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return began


def walk(house: House, runs: int, steps: int) -> None:
    """Go `runs` ways of up to `steps` steps."""
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
    limits = settings(
        max_examples=runs, stateful_step_count=steps, deadline=None, suppress_health_check=checks
    )
    run_state_machine_as_test(machine(house), settings=limits)  # type: ignore[no-untyped-call]


def test_deals_stay_true_to_their_rules(house: House) -> None:
    walk(house, 20, 25)


@pytest.mark.full
@pytest.mark.timeout(3600)
def test_deals_stay_true_to_their_rules_on_many_long_ways(house: House) -> None:
    walk(house, 500, 50)
