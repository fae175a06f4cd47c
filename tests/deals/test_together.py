"""People who work on deals while an administrator takes away what they stand in."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from chassis.errors import Refusal
from tests.deals.house import SALES, House

SELLERS = 4


def sell(house: House, pipeline: str, stop: list[bool]) -> int:
    """Open deals in a pipeline and move them until it ends; says how many."""
    made = 0
    limit = time.monotonic() + 20
    while not stop and time.monotonic() < limit:
        try:
            deal = house.create("chief", pipeline_id=pipeline)
            made += 1
            house.update("chief", deal, stage="proposal")
            house.update("chief", deal | {"version": 2}, stage="lost", reason="Too dear")
        except Refusal:
            continue
    return made


def everyone(house: House) -> list[dict[str, Any]]:
    """All deals."""
    found: list[dict[str, Any]] = []
    cursor = None
    while True:
        query = {"limit": 500} | ({"cursor": cursor} if cursor else {})
        page = house.service.list(house.as_("root"), "deal", query)
        found += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return found


def test_no_deal_is_left_in_a_pipeline_that_is_gone(house: House) -> None:
    other = house.pipeline("service")["id"]
    stop: list[bool] = []
    with ThreadPoolExecutor(SELLERS) as pool:
        sellers = [pool.submit(sell, house, other, stop) for _ in range(SELLERS)]
        time.sleep(0.5)
        root = house.as_("root")
        house.service.delete_stage(root, "deal", "proposal", "negotiation", pipeline=other)
        house.service.delete_pipeline(root, "deal", other, str(SALES))
        time.sleep(0.2)
        stop.append(True)
        made = sum(seller.result() for seller in sellers)
    house.work()
    deals = everyone(house)
    assert len(deals) == made > 0
    assert {deal["pipeline_id"] for deal in deals} == {str(SALES)}
    assert all(deal["stage"] for deal in deals)
    assert sum(column["count"] for column in house.board("root")["columns"]) == made
