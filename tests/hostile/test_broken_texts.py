"""Texts and numbers that no database holds, in every field and parameter: refused, never a 5xx."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from tests.hostile.attack import Attack, if_match
from tests.system.client import Client
from tests.system.people import PASSWORD, People

JSON = {"Content-Type": "application/json"}
MARK = "MARK"
# What stands in the JSON in place of a text's middle.
BROKEN = {
    "nul": b"\\u0000",
    "lone surrogate": b"\\ud800",
    "reversed surrogates": b"\\udc00\\ud800",
    "bare nul": b"\x00",
    "no UTF-8": b"\xff\xfe",
    "overlong": b"\xc0\xaf",
    "surrogate in UTF-8": b"\xed\xa0\x80",
    "cut": b"\xf0\x9f\xa6",
    "control character": b"\x01",
}
POINTS = ("phones", "emails", "websites", "messengers")
LEAD: tuple[Any, ...] = (
    *({name: MARK} for name in ("title", "first_name", "last_name", "company_name", "position",
                                "source", "status", "reason", "comments", "id", "owner_id", MARK)),
    *({name: [{"value": MARK}]} for name in POINTS),
    *({name: [{"value": "a@example.com", "kind": MARK}]} for name in POINTS),
    *({"address": {part: MARK}} for part in ("street", "city", "country", MARK)),
    {"utm": {"source": MARK}}, {"tags": [MARK]}, {"observer_ids": [MARK]},
    {"amount": {"amount": MARK, "currency": "BRL"}}, {"amount": {"amount": "1", "currency": MARK}},
    {"custom": {MARK: 1}}, {"custom": {"a": MARK}},
)  # fmt: skip
USER: tuple[Any, ...] = (
    *({name: MARK} for name in ("name", "email", "password", "locale", "time_zone", MARK)),
    {"role_codes": [MARK]}, {"department_ids": [MARK]},
)  # fmt: skip
ROLE: tuple[Any, ...] = (
    {"code": MARK}, {"name": MARK}, {"name": {"en": MARK}}, {"name": {MARK: "x"}},
    {"grants": {MARK: {"read": "own"}}}, {"grants": {"lead": {MARK: "own"}}},
    {"grants": {"lead": {"read": MARK}}}, {"stages": {"lead": {MARK: {"read": "own"}}}},
    {"fields": {"lead": {MARK: "read"}}}, {"settings": [MARK]}, {"transitions": {MARK: {}}},
    {"assigned_to": {"users": [MARK]}}, {"switches": {"lead": {MARK: True}}},
)  # fmt: skip
STATUS = ({"code": MARK}, {"name": MARK}, {"names": {"en": MARK}}, {"names": {MARK: "x"}},
          {"kind": MARK}, {"probability": MARK})  # fmt: skip
OTHERS: tuple[tuple[str, str, Any], ...] = (
    *(("POST", "/leads", {"title": "x", **body}) for body in LEAD),
    *(("PATCH", "/leads/LEAD", body) for body in LEAD),
    *(("POST", "/users", {"email": "e@example.com", "name": "N", "password": PASSWORD, **body})
      for body in USER),
    *(("PATCH", "/users/USER", body) for body in USER),
    *(("POST", "/roles", {"code": "broken", "name": "N", **body}) for body in ROLE),
    *(("POST", "/leads/statuses", {"code": "broken", "name": "N", "kind": "process", **body})
      for body in STATUS),
    ("PATCH", "/leads/statuses/new", {"name": MARK}),
    ("POST", "/departments", {"name": MARK}),
    ("POST", "/departments", {"name": "x", "head_id": MARK}),
    ("POST", "/groups", {"name": MARK, "kind": "user", "member_ids": []}),
    ("POST", "/groups", {"name": "x", "kind": MARK, "member_ids": [MARK]}),
    ("POST", "/tokens", {"name": MARK, "scopes": ["lead:read"]}),
    ("POST", "/tokens", {"name": "x", "scopes": [MARK]}),
    ("POST", "/tokens", {"name": "x", "scopes": [], "expires_at": MARK}),
    *(("PATCH", "/organisation", {name: MARK}) for name in ("name", "time_zone", "base_currency",
                                                            "default_locale", MARK)),
    ("PATCH", "/organisation", {"rates": {MARK: "1"}}),
    ("PATCH", "/organisation", {"holidays": [MARK]}),
    *(("POST", "/leads/search", {name: MARK}) for name in ("q", "sort", "cursor", "count", MARK)),
    ("POST", "/leads/search", {"fields": [MARK]}), ("POST", "/leads/search", {"include": [MARK]}),
    *(("POST", "/leads/search", {"filter": filter_}) for filter_ in (
        {MARK: 1}, {"title": MARK}, {"title": {"contains": MARK}}, {"title": {MARK: 1}},
        {"status": MARK}, {"tags": {"in": [MARK]}}, {"owner.name": {"starts": MARK}},
        {"emails": MARK}, {"phones": {"ends": MARK}}, {"not": {"source": MARK}})),
    ("POST", "/auth/login", {"email": MARK, "password": "x"}),
    ("POST", "/auth/login", {"email": "a@example.com", "password": MARK}),
)  # fmt: skip


@pytest.fixture(scope="module")
def lead(people: People) -> dict[str, Any]:
    """A lead that the administrator may change."""
    return people.administrator.made("/leads", {"title": f"Lead {uuid4().hex}"})


@pytest.mark.parametrize("kind", BROKEN)
def test_broken_text_in_a_body_is_malformed(
    attack: Attack, people: People, lead: Any, kind: str
) -> None:
    """NUL, invalid UTF-8 and lone surrogates in every text of a body."""
    admin = people.administrator
    for method, path, body in OTHERS:
        content = json.dumps(body).encode().replace(MARK.encode(), b"a" + BROKEN[kind] + b"b")
        place = path.replace("LEAD", lead["id"]).replace("USER", people.bruno.user["id"])
        headers = JSON | if_match(lead["version"])
        answer = admin.http.request(method, f"/api/v1{place}", content=content, headers=headers)
        assert answer.status_code == 400, f"{method} {place} {content!r} {answer.text}"
    attack(admin, "GET", f"/leads/{lead['id']}", (200,))
    assert admin.get(f"/leads/{lead['id']}").json()["version"] == lead["version"]
    assert admin.get("/users", count="exact", q="a").status_code == 200


@pytest.mark.parametrize("escape", ["%00", "%FF", "%ED%A0%80", "%C0%AF", "%F0%9F%A6", "%80"])
def test_broken_text_in_a_parameter_is_malformed(
    attack: Attack, people: People, lead: Any, escape: str
) -> None:
    """NUL and invalid UTF-8 in every query parameter and path."""
    admin = people.administrator
    broken = f"a{escape}b"
    for name in ("limit", "cursor", "sort", "filter", "q", "fields", "include", "count", broken):
        for path in ("/leads", "/leads/bin", "/users"):
            attack(admin, "GET", f"{path}?{name}={broken}")
    for condition in ({"title": "§"}, {"§": 1}, {"title": {"contains": "§"}}):
        text = quote(json.dumps(condition, ensure_ascii=False)).replace(quote("§"), escape)
        attack(admin, "GET", f"/leads?filter={text}")
    attack(admin, "GET", f"/leads/{lead['id']}?fields={broken}")
    attack(admin, "GET", f"/leads/{lead['id']}/history?cursor={broken}")
    attack(admin, "GET", f"/access/explain?entity={broken}&operation=read")
    attack(admin, "GET", f"/access/explain?entity=lead&operation=read&id={broken}")
    attack(admin, "DELETE", f"/leads/statuses/new?replace_with={broken}")
    for path in ("/leads/{}", "/{}", "/leads/{}/history", "/jobs/leads-{}", "/users/{}"):
        attack(admin, "GET", path.format(broken), (404,))
    attack(admin, "DELETE", f"/leads/statuses/{broken}", (404,))
    attack(admin, "DELETE", f"/tokens/{broken}", (404,))


NUMBERS = ("1e400", "-1e400", "NaN", "Infinity", "9" * 400, "-" + "9" * 25, "1e-400", "9" * 20,
           "9223372036854775808", "-9223372036854775809", "2147483648", "0.1", "-0",
           "1e3")  # fmt: skip


@pytest.mark.parametrize("number", NUMBERS)
def test_number_out_of_range_is_refused_or_found_nowhere(
    attack: Attack, people: People, lead: Any, number: str
) -> None:
    """Larger than any column, not finite, or in place of other types."""
    admin = people.administrator
    for template in (
        '{"amount": {"amount": N, "currency": "BRL"}}',
        '{"amount": {"amount": "N", "currency": "BRL"}}',
        '{"title": N}', '{"repeat": N}', '{"tags": [N]}', '{"number": N}', '{"version": N}',
        '{"utm": N}', '{"owner_id": N}', '{"phones": [N]}', '{"custom": {"a": N}}',
        '{"address": {"city": N}}',
    ):  # fmt: skip
        content = template.replace("N", number).encode()
        # As a text of digits it may be a lawful amount.
        statuses = (201, 400, 422) if '"N"' in template else (400, 422)
        attack(admin, "POST", "/leads", statuses, content=content, headers=JSON)
    for template in (
        '{"number": N}', '{"number": {"gt": N}}', '{"number": {"in": [N]}}',
        '{"version": {"lt": N}}',
        '{"number": {"between": [N, N]}}', '{"amount": {"gte": "N"}}', '{"amount": N}',
        '{"created_at": {"within_last": N}}', '{"created_at": {"within_next": N}}',
        '{"created_at": N}', '{"repeat": N}',
    ):  # fmt: skip
        filter_ = template.replace("N", number)
        attack(admin, "GET", "/leads", (200, 400, 422), params={"filter": filter_})
        content = f'{{"filter": {filter_}}}'.encode()
        attack(admin, "POST", "/leads/search", (200, 400, 422), content=content, headers=JSON)
        attack(admin, "POST", "/leads/search", (200, 400, 422), headers=JSON,
               content=f'{{"limit": {number}}}'.encode())  # fmt: skip
    attack(admin, "GET", "/leads", (400,), params={"limit": number})
    attack(admin, "GET", "/leads", (200, 400), params={"q": f"#{number}"})
    history = f"/leads/{lead['id']}/history"
    attack(admin, "GET", history, (400,), params={"limit": number})
    attack(admin, "GET", history, (200, 400), params={"cursor": number})


@pytest.mark.parametrize(
    "moment",
    ["infinity", "-infinity", "now", "epoch", "allballs", "0000-01-01T00:00:00Z", "10000-01-01",
     "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "2026-02-30", "2026-01-01T25:00:00Z",
     "@today + 1e9", "294276-12-31", "2026-01-01T00:00:00+99:99", "٢٠٢٦-٠١-٠١", "@me"],
)  # fmt: skip
def test_moment_that_is_none_is_refused_or_found_nowhere(
    attack: Attack, people: People, moment: str
) -> None:
    """PostgreSQL's own words, the ends of the calendar, impossible days."""
    for operator in ("eq", "gt", "lte", "in", "between"):
        value: Any = [moment, moment] if operator in ("in", "between") else moment
        filter_ = json.dumps({"created_at": {operator: value}})
        attack(people.ana, "GET", "/leads", (200, 400), params={"filter": filter_})
    body = {"name": "x", "scopes": ["lead:read"], "expires_at": moment}
    attack(people.ana, "POST", "/tokens", (400, 422), json=body)


TRICKS = (
    "\u202eevil\u202c", "pay\u200bpal", "a\u0300" * 100, "Ｗｉｄｅ", "🦊" * 60, "\ufeffBOM",
    "ẞß\u0130\u0131", "\U0010ffff", "\u0085next", "\ufffe", "Z̷̢̛a̸l̶g̵o̴", "\u2066x\u2069", "ﷺ" * 50,
)  # fmt: skip


@pytest.mark.parametrize("text", TRICKS)
def test_strange_text_is_kept_as_it_is_or_refused(
    attack: Attack, people: People, text: str
) -> None:
    """Direction marks, invisible and combining characters, non-characters."""
    body = {"title": text, "company_name": text, "tags": [text], "comments": text}
    made = attack(people.ana, "POST", "/leads", (201, 422), json=body)
    if made.status_code == 201:
        read = people.ana.get(f"/leads/{made.json()['id']}").json()
        assert read["comments"] == text.strip() or read["comments"] == text
        query = {"filter": json.dumps({"title": read["title"]}), "count": "exact"}
        assert people.ana.get("/leads", **query).json()["total"] >= 1
    attack(people.ana, "GET", "/leads", (200, 400), params={"q": text[:200]})


def test_two_accounts_never_look_alike(attack: Attack, people: People) -> None:
    """An account whose address equals the administrator's to the eye."""
    for email in (
        "ADMIN@EXAMPLE.COM", "Admin@Example.com", " admin@example.com ", "admin@example.com\u200b",
        "ａdmin@example.com", "admin@ｅxample.com", "admin@example.com.", "admin@example.com\u0000",
        "admin@example.com\u00ad", "\u202eadmin@example.com", "admin@example\u3002com",
    ):  # fmt: skip
        values = {"email": email, "name": "Twin", "password": PASSWORD}
        attack(people.administrator, "POST", "/users", (400, 409, 422), json=values)


def test_key_that_stands_twice_means_one_thing(attack: Attack, people: People) -> None:
    """One reader checks the first, another obeys the second."""
    ana, bruno = (f'"owner_id": "{each.user["id"]}"' for each in (people.ana, people.bruno))
    for first, second, allowed in ((ana, bruno, False), (bruno, ana, True)):
        content = f'{{"title": "x", {first}, {second}}}'.encode()
        statuses = (201, 400) if allowed else (400, 403)
        answer = attack(people.ana, "POST", "/leads", statuses, content=content, headers=JSON)
        assert answer.status_code >= 400 or answer.json()["owner_id"] == people.ana.user["id"]
    content = b'{"title": "x", "title": "y", "is_admin": true, "id": "x"}'
    attack(people.ana, "POST", "/leads", (400,), content=content, headers=JSON)


def test_wrong_shape_is_malformed_everywhere(
    attack: Attack, people: People, stranger: Client, lead: Any
) -> None:
    """Lists, objects, numbers and null where texts are expected."""
    admin = people.administrator
    for value in (None, [], {}, 1, True, [[]], [{}], {"$gt": ""}, {"a": {"b": {}}}, -1.5):
        for body in (
            {"email": value, "password": "x"},
            {"email": "a@b.example", "password": value},
        ):
            attack(stranger, "POST", "/auth/login", (400,), json=body)
        for name in ("q", "sort", "filter", "limit", "cursor", "count", "fields", "include"):
            known = (200, 400)
            attack(admin, "POST", "/leads/search", known, json={name: value})
        for method, path in (("POST", "/users"), ("POST", "/roles"), ("POST", "/tokens"),
                             ("POST", "/leads/statuses"), ("PATCH", "/organisation")):  # fmt: skip
            body = {"email": value, "name": value, "code": value, "scopes": value}
            attack(admin, method, path, (400, 422), json=body)
            attack(admin, method, path, (400,), content=json.dumps([value]), headers=JSON)
