"""The board: cards, counts and totals of each column hold what the viewer may read, no more."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from tests.matrix import expectations
from tests.matrix.door import Door, Request
from tests.matrix.expectations import LEVELS, Role
from tests.matrix.kinds import DEAL, STAGE
from tests.matrix.pairwise import with_two
from tests.matrix.test_reading import OVERRIDES, reader
from tests.matrix.world import PIPELINE, Record, World

BOARD = f"{DEAL.path}/board"
COLUMNS = [code for code, _ in PIPELINE]
READS_ALL = Role({"read": "all"}, kind=DEAL)
Amounts = Mapping[str, tuple[int, str]]


@pytest.fixture(scope="module")
def amounts(world: World) -> Amounts:
    """What each deal is worth: powers of two, so that a sum tells what is in it."""
    worth = {}
    for place, deal in enumerate(world.records[DEAL]):
        worth[deal.id] = 2**place, "USD" if place % 3 == 0 else "BRL"
        amount, currency = worth[deal.id]
        world.set(deal, {"amount": {"amount": f"{amount}.00", "currency": currency}})
    return worth


def readers(at_length: bool) -> list[Role]:
    """Every level, with every rule for a stage at length, else with two of them in turn."""
    pairs = product(LEVELS, OVERRIDES) if at_length else with_two(LEVELS, OVERRIDES)
    return [reader(level, override, DEAL) for level, override in pairs]


def board(world: World, **query: Any) -> Request:
    """The board of the deals of this world, or of a part of them."""
    titles = [deal.title for deal in world.records[DEAL]]
    filtered = {"filter": json.dumps({"title": {"in": titles}})}
    return Request("GET", BOARD, {"pipeline": world.pipeline, **filtered, **query})


def boards(world: World, turn: int) -> list[tuple[Request, list[Record]]]:
    """Boards, and the deals that could be on each."""
    every = world.records[DEAL]
    one = every[turn % len(every)]
    staged = [deal for deal in every if deal.facts.stage == STAGE]
    south = [deal for deal in every if deal.facts.owner == "south"]
    foreign = json.dumps({"and": [{"owner_id": world.people["south"]}, {"title": {"in": [
        deal.title for deal in south]}}]})  # fmt: skip
    return [
        (board(world, limit=50), every),
        (board(world, limit=50, pipeline="matrix", sort="title", include="owner"), every),
        (board(world, limit=50, stage=STAGE, fields="title"), staged),
        (board(world, q=one.word), [one]),
        (board(world, filter=foreign, sort="-amount"), south),
    ]


def check_board(door: Door, request: Request, deals: list[Record], amounts: Amounts) -> None:
    """Each deal is a card of its column, counted and added up, exactly when it may be read."""
    answer = door.expect(request, expectations.list_status(door.roles, DEAL))
    if answer.status_code != 200:
        return
    columns = {column["stage"]["code"]: column for column in answer.json()["columns"]}
    wanted = [request.query["stage"]] if "stage" in request.query else COLUMNS
    door.tally.check(list(columns) == wanted, "wrong columns", door.cell(f"{request} {columns}"))
    for code, column in columns.items():
        cards = {card["id"] for card in column["items"]}
        readable = []
        for deal in (each for each in deals if each.facts.stage == code):
            may = expectations.covers(door.roles, "read", deal.facts)
            door.tally.seen(may, deal.id in cards, door.cell(f"{deal} in {code} of {request}"))
            readable += [deal] if may else []
        check_figures(door, request, column, readable, amounts)


def check_figures(
    door: Door, request: Request, column: Any, readable: list[Record], amounts: Amounts
) -> None:
    """The column counts and adds up what may be read, and shows no card besides."""
    totals: dict[str, int] = defaultdict(int)
    for deal in readable:
        amount, currency = amounts[deal.id]
        totals[currency] += amount
    told = {total["currency"]: Decimal(total["amount"]) for total in column["totals"]}
    cell = door.cell(f"{request}: {column['stage']['code']} {column['count']} {told}")
    alone = len(column["items"]) == column["count"] == len(readable)
    door.tally.check(alone, "leak", cell)
    door.tally.check(told == dict(totals), "leak", cell)


@pytest.mark.timeout(300)
def test_board_shows_counts_and_adds_up_what_a_role_reaches(
    door: Door, amounts: Amounts, at_length: bool
) -> None:
    for turn, role in enumerate(readers(at_length)):
        door.give(role)
        for request, deals in boards(door.world, turn):
            check_board(door, request, deals, amounts)
    door.tally.settle(at_least=900)


def walked(door: Door, request: Request) -> list[Any]:
    """The cards of one column, page after page; what follows the first page has no figures."""
    cards: list[Any] = []
    while True:
        [column] = door.expect(request, 200).json()["columns"]
        cards += column["items"]
        following = column["next_cursor"]
        if following is None:
            return cards
        request = Request("GET", BOARD, {**request.query, "cursor": following})
        [column] = door.expect(request, 200).json()["columns"]
        bare = column["count"] is None and column["totals"] is None
        door.tally.check(bare, "leak", door.cell(f"{request} has figures"))


@pytest.mark.timeout(120)
def test_column_goes_on_with_what_may_be_read(door: Door) -> None:
    world = door.world
    for role in readers(at_length=True)[::3]:
        door.give(role)
        if not expectations.granted(door.roles, "read", DEAL):
            continue
        for stage, sort in (("new", "-created_at"), (STAGE, "title"), ("new", "amount,-number")):
            found = walked(door, board(world, stage=stage, sort=sort, limit=2))
            ids = [card["id"] for card in found]
            for deal in (each for each in world.records[DEAL] if each.facts.stage == stage):
                may = expectations.covers(door.roles, "read", deal.facts)
                kind = "leak" if ids.count(deal.id) > may else "wrong refusal"
                cell = door.cell(f"{deal} in the column by {sort}")
                door.tally.check(ids.count(deal.id) == int(may), kind, cell)
    door.tally.settle(at_least=200)


@pytest.mark.timeout(120)
def test_cursor_of_a_column_belongs_to_its_reader_and_its_query(door: Door) -> None:
    door.give(READS_ALL)
    asked = board(door.world, stage="new", limit=2)
    [mine] = door.expect(asked, 200).json()["columns"]
    [theirs] = asked.send(door.world.administrator).json()["columns"]
    cursor = mine["next_cursor"]
    door.expect(board(door.world, stage="new", limit=2, cursor=cursor), 200, "its own")
    for query in (
        {"stage": "new", "cursor": theirs["next_cursor"]},
        {"stage": STAGE, "cursor": cursor},
        {"cursor": cursor},
        {"stage": "new", "cursor": cursor, "sort": "title"},
        {"stage": "new", "cursor": cursor, "q": "Matrix"},
        {"stage": "new", "cursor": "bm9uc2Vuc2U"},
        {"stage": "nowhere"},
        {"pipeline": "nowhere"},
        {"count": "exact"},
        {"deleted": "true"},
    ):
        door.expect(board(door.world, limit=2, **query), 400)
    door.tally.settle(at_least=10)


@pytest.mark.timeout(120)
def test_figures_are_told_unless_every_role_hides_them(door: Door) -> None:
    world = door.world
    hiding = world.make_role(READS_ALL, switches={"deal": {"hide_totals": True}})["code"]
    showing, idle = world.code(READS_ALL), world.code(Role({"add": "own"}, kind=DEAL))
    for codes, hidden in (
        ([hiding], True), ([hiding, showing], False), ([hiding, idle], True), ([showing], False)
    ):  # fmt: skip
        world.hold(codes)
        door.moved()
        for request in (board(world), board(world, stage="new"), board(world, q="Matrix")):
            columns = door.expect(request, 200, f"hide_totals {hidden}").json()["columns"]
            for column in columns:
                for figure in ("count", "totals"):
                    cell = door.cell(f"hide_totals {hidden}: {request} {figure}")
                    door.tally.seen(not hidden, column[figure] is not None, cell)
    door.tally.settle(at_least=80)


@pytest.mark.timeout(120)
def test_hidden_field_is_neither_on_the_board_nor_asked_of_it(door: Door) -> None:
    for name in ("amount", "source", "company_id", "owner_id", "probability"):
        door.give(Role({"read": "all"}, fields={name: "hidden"}, kind=DEAL))
        columns = door.expect(board(door.world), 200).json()["columns"]
        for column in columns:
            named = [name for card in column["items"] if name in card]
            door.tally.seen(False, bool(named), door.cell(f"{name} on a card"))
            told = column["totals"] is not None
            door.tally.seen(name != "amount", told, door.cell(f"totals without {name}"))
        alias = name.removesuffix("_id")
        for query in (
            {"fields": name}, {"sort": name}, {"sort": f"{alias}.name"}, {"include": alias},
            {"filter": json.dumps({name: {"nempty": True}})},
            {"filter": json.dumps({f"{alias}.name": "x"})},
        ):  # fmt: skip
            door.expect(board(door.world, **query), 400, f"hidden {name}")
    for name in ("stage", "pipeline_id"):
        door.give(Role({"read": "all"}, fields={name: "hidden"}, kind=DEAL))
        door.expect(board(door.world), 404, f"no board without {name}")
    door.tally.settle(at_least=80)
