"""Fields that a role hides: no filter, sort, search, count or error tells their value."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.hostile.attack import Attack, if_match, problem
from tests.system.client import Client
from tests.system.people import People, make_person
from tests.system.platform import Platform

UNKNOWN = "margin"
HIDDEN = ("amount", "comments", "emails", "phones", "source")


@pytest.fixture(scope="module")
def blinded(platform: Platform, people: People) -> Client:
    """Somebody who reads every lead, but not these fields."""
    role = people.administrator.made(
        "/roles",
        {
            "code": f"blind_{uuid4().hex[:8]}",
            "name": "Blinded",
            "grants": {"lead": {"read": "all", "add": "all", "update": "all", "export": "all"}},
            "fields": {"lead": dict.fromkeys(HIDDEN, "hidden")},
        },
    )
    return make_person(platform, people.administrator, "Blinded", role["code"], [])


@pytest.fixture(scope="module")
def lead(people: People) -> dict[str, Any]:
    """A lead with a value in every hidden field."""
    return people.ana.made(
        "/leads",
        {
            "title": f"Lead {uuid4().hex}",
            "amount": {"amount": "4711.00", "currency": "BRL"},
            "comments": "zeppelin",
            "source": "aardvark",
            "emails": [{"value": "hidden.person@example.com"}],
            "phones": [{"value": "+5511953519876"}],
        },
    )


def queries(name: str) -> Iterator[dict[str, str]]:
    """Every way to ask about a field in a query."""
    for operator, value in (
        ("gt", "100"), ("gte", "4711.00"), ("eq", "4711.00"), ("empty", True), ("contains", "z"),
        ("between", ["1", "9"]), ("in", ["1"]), ("starts", "a"), ("within_last", 1),
    ):  # fmt: skip
        yield {"filter": json.dumps({name: {operator: value}})}
    yield {"filter": json.dumps({"or": [{"title": "x"}, {"not": {name: "1"}}]})}
    yield {"filter": json.dumps({f"{name}.amount": "1"})}
    yield from ({"sort": f"{sign}{name}"} for sign in ("", "-"))
    yield {"sort": f"created_at,{name}"}
    yield {"fields": f"id,{name}"}
    yield {"include": name}
    for parameter in ("group", "measure", "distinct", "field_function", f"filter[{name}][gt]"):
        yield {parameter: name}


def twin(text: str, name: str) -> str:
    """`text` as it would be about a field that does not exist."""
    return text.replace(name, UNKNOWN)


@pytest.mark.parametrize("name", HIDDEN)
def test_hidden_field_in_a_query_reads_as_an_unknown_one(
    attack: Attack, blinded: Client, lead: Any, name: str
) -> None:
    """A hidden figure is exported, filtered, sorted, grouped to learn it."""
    for query in queries(name):
        unknown = {twin(key, name): twin(value, name) for key, value in query.items()}
        found = attack(blinded, "GET", "/leads", params=query)
        absent = attack(blinded, "GET", "/leads", params=unknown)
        assert (
            twin(found.text.split('"request_id"')[0], name)
            == (absent.text.split('"request_id"')[0])
        )
        assert [twin(e["pointer"], name) for e in found.json()["errors"]] == [
            e["pointer"] for e in absent.json()["errors"]
        ]


def reports(name: str) -> Iterator[dict[str, str]]:
    """Every way to ask a report about a field."""
    yield from ({"group": each} for each in (name, f"month({name})", f"status,{name}"))
    yield from ({"measure": each} for each in (name, f"sum({name})", f"count,max({name})"))
    yield {"group": "status", "sort": f"-sum({name})"}
    yield from ({"filter": query["filter"]} for query in queries(name) if "filter" in query)
    yield {"group": "owner_id", "include": name}


@pytest.mark.parametrize("name", HIDDEN)
def test_hidden_field_in_a_report_reads_as_an_unknown_one(
    attack: Attack, blinded: Client, lead: Any, name: str
) -> None:
    """A hidden figure is grouped, summed, filtered and sorted by to learn it."""
    for query in reports(name):
        unknown = {key: twin(value, name) for key, value in query.items()}
        found = attack(blinded, "GET", "/leads/report", params=query)
        absent = attack(blinded, "GET", "/leads/report", params=unknown)
        assert twin(json.dumps(problem(found)), name) == json.dumps(problem(absent))


@pytest.mark.parametrize("name", HIDDEN)
def test_hidden_field_in_a_view_reads_as_an_unknown_one(
    attack: Attack, blinded: Client, lead: Any, name: str
) -> None:
    """A view is saved that filters, sorts, groups or shows a hidden field."""
    for values in (
        {"filter": {name: {"nempty": True}}}, {"filter": {"or": [{"not": {name: "1"}}]}},
        {"sort": [f"-{name}"]}, {"group": name}, {"group": f"month({name})"},
        {"columns": [{"field": "title"}, {"field": name}]},
    ):  # fmt: skip
        body = {"name": "Mine", **values}
        unknown = json.loads(twin(json.dumps(body), name))
        found = attack(blinded, "POST", "/leads/views", json=body)
        absent = attack(blinded, "POST", "/leads/views", json=unknown)
        assert twin(json.dumps(problem(found)), name) == json.dumps(problem(absent))


@pytest.mark.parametrize("name", ["amount", "source"])
def test_shared_view_of_a_hidden_field_is_not_there(
    attack: Attack, blinded: Client, people: People, lead: Any, name: str
) -> None:
    """Somebody else's filter is read for what it says of a hidden field."""
    body = {"name": "Big", "scope": "everyone", "filter": {name: {"nempty": True}}}
    view = people.administrator.made("/leads/views", body)
    listed = attack(blinded, "GET", "/leads/views", (200,)).json()
    assert view["id"] not in {one["id"] for one in listed["items"]}
    for path in (f"/leads/views/{view['id']}", f"/leads/views/{view['id']}/history"):
        attack(blinded, "GET", path, (404,))


@pytest.mark.parametrize("name", HIDDEN)
def test_hidden_field_in_a_body_reads_as_an_unknown_one(
    attack: Attack, blinded: Client, lead: Any, name: str
) -> None:
    """A hidden field is set, by create, change and search."""
    headers = if_match(lead["version"])
    for value in (lead[name], None, {"wrong": ["type"]}):
        for method, path, body in (
            ("POST", "/leads", {"title": "x", name: value}),
            ("PATCH", f"/leads/{lead['id']}", {name: value}),
            ("POST", "/leads/search", {"filter": {name: value}}),
            ("POST", "/leads/search", {"fields": ["id", name]}),
        ):
            unknown = json.loads(json.dumps(body).replace(f'"{name}"', f'"{UNKNOWN}"'))
            found = attack(blinded, method, path, headers=headers, json=body)
            absent = attack(blinded, method, path, headers=headers, json=unknown)
            assert twin(json.dumps(problem(found)), name) == json.dumps(problem(absent))


def test_search_and_count_do_not_look_into_hidden_fields(
    attack: Attack, blinded: Client, people: People, lead: Any
) -> None:
    """Words of hidden fields find nothing and are not counted."""
    searched = ("hidden.person@example.com", "+5511953519876", "953519876")
    for word in (*searched, "zeppelin", "aardvark", "4711.00"):
        seen = people.ana.get("/leads", q=word, count="exact").json()
        assert (word in searched) is (lead["id"] in {item["id"] for item in seen["items"]})
        hidden = attack(blinded, "GET", "/leads", (200,), params={"q": word, "count": "exact"})
        assert (hidden.json()["items"], hidden.json()["total"]) == ([], 0)


def test_answers_of_every_kind_leave_hidden_fields_out(
    attack: Attack, blinded: Client, people: People, lead: Any
) -> None:
    """What shows a record in passing - history, conflict, repeated write - tells all."""
    path = f"/leads/{lead['id']}"
    people.ana.changed(path, {"comments": "zeppelin two", "position": "Buyer"})
    version = people.ana.get(path).json()["version"]
    body, headers = {"position": "Head"}, {"Idempotency-Key": uuid4().hex}
    texts = [
        attack(blinded, "GET", path, (200,)).text,
        attack(blinded, "GET", f"{path}/history", (200,)).text,
        attack(blinded, "GET", "/leads", (200,)).text,
        attack(blinded, "GET", "/leads/schema", (200,)).text,
        attack(blinded, "PATCH", path, (412,), json=body, headers=if_match(1)).text,
    ]
    for _ in range(2):
        request = {"json": body, "headers": if_match(version) | headers}
        texts.append(attack(blinded, "PATCH", path, (200,), **request).text)
    for text in texts:
        assert not [word for word in ("zeppelin", "aardvark", "4711.00") if word in text]
        # `source` also names a part of `utm`, which is not hidden.
        assert not [name for name in HIDDEN if name != "source" and f'"{name}"' in text]
