"""Texts that mean something to a database, a template or a shell: kept as text, or refused."""

from __future__ import annotations

import json
import time
from typing import Any
from uuid import uuid4

import psycopg2
import pytest

from tests.hostile.attack import Attack, if_match
from tests.system.people import People
from tests.system.platform import Platform

SQL = (
    "'; DROP TABLE leads; --",
    "name;select pg_sleep(5)",
    "1)UNION SELECT password_hash FROM users--",
    "' OR '1'='1",
    "title' AND 1=(SELECT count(*) FROM users)--",
    "\\'; COPY users TO PROGRAM 'id'",
    "UTC');COPY (SELECT 1) TO '/tmp/x'--",
    "%(title)s %s {0} :title $1",
    'title"; DELETE FROM journal; --',
    "title/**/desc nulls first",
)
SLOW = 2.0


@pytest.fixture(scope="module")
def lead(people: People) -> dict[str, Any]:
    """A lead of Ana's."""
    return people.ana.made("/leads", {"title": f"Lead {uuid4().hex}"})


@pytest.mark.parametrize("text", SQL)
def test_sql_in_a_parameter_is_refused_at_once(
    attack: Attack, people: People, lead: Any, text: str
) -> None:
    """SQL stands for a sort, field, function, cursor, count or filter."""
    began = time.monotonic()
    for query in (
        {"sort": text}, {"sort": f"-{text}"}, {"fields": text}, {"include": text},
        {"count": text}, {"cursor": text}, {"limit": text}, {"field_function": text},
        {"group": text}, {"measure": f"sum({text})"}, {text: "1"}, {"filter": text},
        {"filter": json.dumps({text: 1})}, {"filter": json.dumps({f"owner.{text}": "x"})},
        {"filter": json.dumps({"title": {text: 1}})}, {"filter": json.dumps({"number": text})},
        {"filter": json.dumps({"created_at": {"gt": text}})},
        {"filter": json.dumps({"status": text})}, {"filter": json.dumps({"owner_id": text})},
        {"filter": json.dumps({"amount": {"gt": text}})},
        {"filter": json.dumps({"created_at": {"within_last": text}})},
    ):  # fmt: skip
        # A stage that does not exist is a value without a match where it is a mere text.
        known = (200, 400) if '"status"' in query.get("filter", "") else (400,)
        attack(people.ana, "GET", "/leads", known, params=query)
    attack(people.ana, "GET", f"/leads/{lead['id']}", params={"fields": text})
    attack(people.ana, "GET", f"/leads/{lead['id']}/history", params={"cursor": text})
    attack(people.ana, "GET", "/access/explain", params={"entity": text, "operation": "read"})
    attack(people.ana, "GET", "/access/explain", params={"entity": "lead", "operation": text})
    assert time.monotonic() - began < SLOW * 25


@pytest.mark.parametrize("text", SQL)
def test_sql_in_a_path_names_nothing(attack: Attack, people: People, text: str) -> None:
    """SQL stands for an id or a code."""
    admin = people.administrator
    for path in ("leads/{}", "users/{}", "leads/{}/history", "jobs/{}", "jobs/leads-{}", "{}"):
        url = "/" + path.replace("{}", quoted(text))
        attack(admin, "GET", url, (404,))
    for path in ("leads/statuses/{}", "tokens/{}", "leads/{}", "jobs/identity-{}"):
        headers = if_match(1)
        url = "/" + path.replace("{}", quoted(text))
        attack(admin, "DELETE", url, (404,), headers=headers)
    body = {"name": "x"}
    attack(admin, "PATCH", f"/leads/statuses/{quoted(text)}", (404,), json=body)


def quoted(text: str) -> str:
    """`text` as one segment of a path."""
    return "".join(f"%{byte:02X}" for byte in text.encode())


@pytest.mark.parametrize("text", SQL)
def test_sql_as_a_value_is_a_value(attack: Attack, people: People, text: str) -> None:
    """SQL is searched for, matched, kept - and is only ever text."""
    words = (
        {"title": text}, {"title": {"contains": text}}, {"title": {"starts": text}},
        {"comments": {"contains": text}}, {"emails": text}, {"source": {"in": [text]}},
        {"tags": text}, {"owner.name": text},
    )  # fmt: skip
    for condition in words:
        query = {"filter": json.dumps(condition), "count": "exact"}
        found = attack(people.ana, "GET", "/leads", (200,), params=query).json()
        assert (found["items"], found["total"]) == ([], 0), condition
    attack(people.ana, "GET", "/leads", (200,), params={"q": text})
    made = people.ana.made("/leads", {"title": text, "comments": text, "tags": [text]})
    assert (made["title"], made["comments"], made["tags"]) == (text, text, [text])
    query = {"filter": json.dumps({"title": text}), "count": "exact"}
    assert people.ana.get("/leads", **query).json()["total"] == 1
    gone = people.administrator.delete(f"/leads/{made['id']}", version=made["version"])
    assert gone.status_code == 204


@pytest.mark.parametrize("zone", [*SQL, "../../etc/passwd", "/etc/passwd", "UTC\0", "", "Mars/X"])
def test_time_zone_that_is_none_is_refused(attack: Attack, people: People, zone: str) -> None:
    """A time zone that continues as SQL, or as a path."""
    admin = people.administrator
    attack(admin, "PATCH", "/organisation", (400, 422), json={"time_zone": zone})
    if zone:
        path = f"/users/{people.ana.user['id']}"
        attack(admin, "PATCH", path, (400, 422), json={"time_zone": zone})


def test_database_roles_of_services_can_do_little(platform: Platform) -> None:
    """The role behind an injected statement is superuser, or writes files."""
    for service in ("leads", "identity", "activities"):
        url = platform.environment["DATABASE_URL"].replace("{service}", service)
        with psycopg2.connect(url) as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls"
                " FROM pg_roles WHERE rolname = current_user"
            )
            assert cursor.fetchone() == (False,)
            cursor.execute(
                "SELECT pg_has_role('pg_write_server_files', 'USAGE')"
                " OR pg_has_role('pg_read_server_files', 'USAGE')"
                " OR pg_has_role('pg_execute_server_program', 'USAGE')"
            )
            assert cursor.fetchone() == (False,)
        other = (
            url.rpartition("/")[0]
            + "/"
            + url.rpartition("/")[2].replace(
                service, "identity" if service != "identity" else "leads"
            )
        )
        with pytest.raises(psycopg2.OperationalError):
            psycopg2.connect(other)


TEMPLATES = (
    "{{7*7}}", "${7*7}", "{{''.__class__.__mro__}}", "<%= 7*7 %>", "#{7*7}", "{0.__class__}",
    "__import__('os').system('id')", "=cmd|'/C calc'!G2", "+1+1", "@SUM(1)", "-2+3",
    "<script>alert(1)</script>", "<svg/onload=alert(1)>", "javascript:alert(1)",
    "../../../etc/passwd", "${jndi:ldap://127.0.0.1/x}", "$(id)", "`id`", "%n%n%n%s%s", "\\u0041",
)  # fmt: skip


def test_template_and_formula_in_a_text_stay_as_they_were_written(
    attack: Attack, people: People
) -> None:
    """Nothing in them is ever run."""
    for text in TEMPLATES:
        body = {"title": text, "first_name": text, "comments": text, "address": {"city": text}}
        made = attack(people.ana, "POST", "/leads", (201,), json=body)
        assert made.headers["content-type"] == "application/json"
        assert made.headers["x-content-type-options"] == "nosniff"
        read = people.ana.get(f"/leads/{made.json()['id']}").json()
        assert (read["title"], read["comments"], read["address"]) == (text, text, {"city": text})


@pytest.mark.parametrize(
    "pattern",
    ["%" * 200, "_" * 200, "\\" * 199, "(a+)+$" * 30, "a%" * 100, "[[:<:]]" * 20, "((((" * 40],
)
def test_pattern_in_a_search_is_no_pattern(attack: Attack, people: People, pattern: str) -> None:
    """Wildcards and regular expressions are plain characters."""
    began = time.monotonic()
    for query in (
        {"q": pattern},
        {"filter": json.dumps({"title": {"contains": pattern}})},
        {"filter": json.dumps({"comments": {"ends": pattern}})},
    ):
        answer = attack(people.ana, "GET", "/leads", (200, 400, 422), params=query)
        assert answer.status_code >= 400 or answer.json()["items"] == []
    assert time.monotonic() - began < SLOW * 3
