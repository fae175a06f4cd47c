"""What boards count and add up is kept as deals are written, and is what counting them gives."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from operator import itemgetter
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from chassis.errors import Refusal
from chassis.records.figures import GATHERED, gather
from chassis.service.pipeline_service import GATHER
from services.deals.models import Deal
from tests.deals.house import House, known

PEOPLE = ("ana", "bruno", "carla", "chief")
VIEWERS = (*PEOPLE, "head", "dora", "ella")
CURRENCIES = ("BRL", "USD", "EUR")
# What every deal satisfies, so that they are counted in place of being looked up.
EVERY = {"number": {"gte": 0}}
NARROWED: tuple[dict[str, Any], ...] = (
    {}, {"owner_id": str(known("ana"))}, {"stage": "won", "owner_id": str(known("bruno"))},
)  # fmt: skip
FIGURES = itemgetter("count", "totals")
KEPT = Deal.entity.figures


def same(house: House) -> None:
    """Everybody's board tells what counting the deals one by one gives."""
    for who in VIEWERS:
        for narrowed in NARROWED:
            told = house.board(who, filter=narrowed)["columns"]
            counted = house.board(who, filter={**narrowed, **EVERY})["columns"]
            assert list(map(FIGURES, told)) == list(map(FIGURES, counted)), (who, narrowed)


def some(chance: random.Random) -> dict[str, Any]:
    """What a deal may be given."""
    amount = {"amount": f"{chance.randrange(1000)}.50", "currency": chance.choice(CURRENCIES)}
    stage = chance.choice(("new", "qualification", "won", "lost"))
    return {
        "amount": chance.choice((None, amount, amount)),
        "stage": stage,
        "reason": "Too dear" if stage == "lost" else None,
        "owner_id": chance.choice((None, *(str(known(each)) for each in PEOPLE))),
        "open": chance.random() < 0.3,
        "observer_ids": [str(known(chance.choice(("ana", "head"))))],
    }


def act(house: House, chance: random.Random, deals: dict[str, dict[str, Any]]) -> None:
    """Do something to one deal."""
    root, what = house.as_("chief"), chance.choice("aaauuuubdr")
    deal = chance.choice([None, *deals.values()])
    if what == "a" or deal is None:
        made = house.create("chief", **some(chance))
        deals[made["id"]] = made
    elif what == "u":
        # Not everything may follow on everything; what is refused must change nothing.
        with suppress(Refusal):
            house.service.update(root, "deal", deal["id"], some(chance), "*")
    elif what == "b":
        wish = {"ids": list(deals)[:5], "action": "update",
                "changes": {"open": chance.random() < 0.5}}  # fmt: skip
        house.service.change_many(root, "deal", wish)
        house.work()
    else:
        house.service.delete(root, "deal", deal["id"], "*")
        if what == "r":
            house.service.restore(root, "deal", deal["id"])
        else:
            del deals[deal["id"]]
            if chance.random() < 0.5:
                house.service.purge(root, "deal", deal["id"], "*")


@pytest.mark.parametrize("seed", range(2))
def test_boards_tell_what_counting_gives(house: House, seed: int) -> None:
    chance, deals = random.Random(seed), {}
    for turn in range(60):
        act(house, chance, deals)
        if turn % 30 == 29:
            same(house)
    assert sum(column["count"] for column in house.board("chief")["columns"]) == len(deals) > 0


def test_figures_are_gathered_beside_writers(house: House) -> None:
    assert KEPT is not None
    until = time.monotonic() + 3.0

    def write(seed: int) -> int:
        chance, deals = random.Random(seed), {}
        while time.monotonic() < until:
            act(house, chance, deals)
        return len(deals)

    with ThreadPoolExecutor(4) as pool:
        writers = [pool.submit(write, seed) for seed in range(4)]
        while time.monotonic() < until:
            with house.database.transaction() as connection:
                gather(connection, KEPT)
        kept = sum(writer.result() for writer in writers)
    assert sum(column["count"] for column in house.board("chief")["columns"]) == kept
    same(house)
    with house.database.transaction() as connection:
        gather(connection, KEPT)
        sessions = connection.execute(select(KEPT.table.c.session).distinct()).scalars().all()
    assert sessions == [GATHERED]
    same(house)


def test_figures_of_a_day_are_gathered_by_the_service(house: House) -> None:
    assert KEPT is not None
    house.create("ana", amount={"amount": "10", "currency": "BRL"})
    job: Any = SimpleNamespace(database=house.database)
    house.service.daily_work()[GATHER](job)
    with house.database.reading() as connection:
        rows = connection.execute(select(KEPT.table.c["session", "count", "total"])).all()
    assert [tuple(row) for row in rows] == [(GATHERED, 1, 10)]
