"""Tricks with hosts, paths, methods and headers: the platform takes requests at their word only."""

from __future__ import annotations

import socket
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest

from tests.hostile.attack import INTERNALS, Attack, check_answer, if_match
from tests.system.client import BASE, Client
from tests.system.people import People
from tests.system.platform import Platform


@pytest.fixture(scope="module")
def lead(people: People) -> dict[str, Any]:
    """A lead of Ana's."""
    return people.ana.made("/leads", {"title": f"Lead {uuid4().hex}"})


def raw(platform: Platform, request: bytes) -> bytes:
    """The answer to the very bytes of `request`."""
    address = urlsplit(platform.url)
    with socket.create_connection((address.hostname, address.port), timeout=5) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while part := connection.recv(65_536):
            received += part
    return received


def bearer(client: Client) -> bytes:
    """The client's own header line."""
    return b"Authorization: " + client.http.headers["Authorization"].encode() + b"\r\n"


@pytest.mark.parametrize(
    "headers",
    [
        {"X-User-Id": "ADMIN"},
        {"X-User-Id": "ADMIN", "X-User-Role": "administrator", "X-Roles": "administrator"},
        {"nameko.user_id": "ADMIN", "nameko.call_id_stack": "x"},
        {"X-Forwarded-User": "admin@example.com", "Remote-User": "admin@example.com"},
        {"X-Actor": '{"kind":"service","id":null}', "token": "x", "root_cause": str(uuid4())},
        {"X-Original-URL": f"{BASE}/users", "X-Rewrite-URL": f"{BASE}/users"},
        {"X-Depth": "9", "deadline_ms": "9999999", "command_key": "x", "sender": "gateway"},
        {"X-Organisation-Version": "0", "X-Scopes": "*"},
    ],
)
def test_claims_in_headers_are_ignored(
    attack: Attack, people: People, stranger: Client, headers: dict[str, str]
) -> None:
    """The client says itself who it is, in headers that proxies and buses use."""
    admin = people.administrator.user["id"]
    claims = {name: value.replace("ADMIN", admin) for name, value in headers.items()}
    attack(stranger, "GET", "/me", (401,), headers=claims)
    assert (
        attack(people.ana, "GET", "/me", (200,), headers=claims).json()["id"]
        == (people.ana.user["id"])
    )
    attack(people.ana, "GET", "/roles", (403,), headers=claims)
    attack(people.ana, "PATCH", "/organisation", (403,), headers=claims, json={"name": "Ours"})


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_method_is_the_one_of_the_request_line(
    attack: Attack, people: People, lead: Any, name: str
) -> None:
    """A header or parameter turns one method into another."""
    path = f"/leads/{lead['id']}"
    for method in ("DELETE", "PATCH"):
        headers = {name: method} | if_match(lead["version"])
        read = attack(people.ana, "GET", path, (200,), headers=headers)
        assert read.json()["version"] == lead["version"]
        attack(people.ana, "POST", path, (405,), headers=headers, json={"title": "x"})
        attack(people.ana, "GET", path, (400,), params={"_method": method})
    assert people.ana.get(path).json()["title"] == lead["title"]


@pytest.mark.parametrize("method", ["PUT", "TRACE", "CONNECT", "OPTIONS", "PROPFIND", "X" * 90])
def test_method_that_no_route_has_is_refused(
    attack: Attack, people: People, lead: Any, method: str
) -> None:
    """One that nobody thought of."""
    for path in (f"/leads/{lead['id']}", "/leads", "/me", "/auth/login"):
        request = people.ana.http.build_request(method, BASE + path)
        request.method = method
        answer = attack.watched(lambda request=request: people.ana.http.send(request),
                                (400, 405, 501))  # fmt: skip
        assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "//leads", "/leads/", "/leads//", "/./leads", "/../v1/leads", "/%2e%2e/v1/leads",
        "/leads/..%2f..%2fusers", "/leads/%2e%2e", "/leads/..;/users", "/leads;x=1", "/LEADS",
        "/Leads", "/leads%00", "/leads%0d%0aX-Evil:%201", "/leads%20", "/leads/.", "/leads\\",
        "/leads%5c..%5cusers", "/leads.json", "/leads/%252e%252e", "/leads/statuses/",
        "/leads/bin/",
        "/../../etc/passwd", "/docs/../../etc/passwd", "/leads/.env", "/.git/config",
        "/%c0%ae%c0%ae",
        "/leads/{id}", "/leads/[object Object]", "/leads/null", "/leads/-1", "/leads/1%20OR%201=1",
        "/leads/%F0%9F%A6%8A", "/leads/%ff%fe", "/leads/" + "a" * 4000, "/" + "a/" * 1000,
    ],
)  # fmt: skip
def test_path_that_is_none_leads_nowhere(
    attack: Attack, platform: Platform, people: People, path: str
) -> None:
    """Doubled slashes, dots, escapes, other cases, long ones."""
    # Raw, because a client library would tidy the path up.
    line = f"GET {BASE}{path} HTTP/1.1\r\n".replace(" Object", "%20Object").encode()
    request = line + b"Host: 127.0.0.1\r\nConnection: close\r\n" + bearer(people.administrator)
    answer = raw(platform, request + b"\r\n")
    assert answer.split(b" ")[1] in (b"404", b"400"), answer[:300]
    assert b"X-Evil" not in answer.partition(b"\r\n\r\n")[0]
    assert b"root:" not in answer
    assert INTERNALS.search(answer.decode().partition("\r\n\r\n")[2].replace(path, "")) is None


def test_id_in_another_spelling_is_the_same_record(
    attack: Attack, people: People, lead: Any
) -> None:
    """The same id in capitals, braces or without hyphens evades a check."""
    plain = lead["id"]
    for spelling in (plain.upper(), plain.replace("-", ""), f"%7B{plain}%7D", f"urn:uuid:{plain}"):
        own = attack(people.ana, "GET", f"/leads/{spelling}", (200, 404))
        assert own.status_code == 404 or own.json()["id"] == plain
        attack(people.carla, "GET", f"/leads/{spelling}", (404,))
        attack(people.carla, "PATCH", f"/leads/{spelling}", (404,), json={"title": "x"},
               headers=if_match(1))  # fmt: skip


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "crm.example.com.evil.example",
     "crm.example.com@evil.example", "evil.example/crm.example.com", "", "a" * 300, "[::1]",
     "crm.example.com, evil.example", "localhost\tevil"],
)  # fmt: skip
def test_host_that_is_not_ours_is_refused(attack: Attack, platform: Platform, host: str) -> None:
    """A forged Host makes links in answers point to the attacker."""
    request = f"GET /health/live HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
    assert raw(platform, request).split(b" ")[1] == b"400"


def test_forwarded_host_is_never_repeated(attack: Attack, people: People) -> None:
    """A forwarded host, and the Location of what was created."""
    headers = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher",
               "X-Forwarded-Prefix": "/evil", "Forwarded": "host=evil.example",
               "X-Original-Host": "evil.example", "Host": "crm.example.com"}  # fmt: skip
    made = attack(people.ana, "POST", "/leads", (201,), json={"title": "x"}, headers=headers)
    assert made.headers["Location"] == f"{BASE}/leads/{made.json()['id']}"
    document = people.ana.http.get(f"{BASE}/openapi.json", headers=headers)
    assert "evil" not in made.text + document.text + str(made.headers) + str(document.headers)


@pytest.mark.parametrize(
    "line",
    [
        b"X-Request-Id: abcdefgh\r\n Set-Cookie: a=1",
        b"X-Request-Id: abcdefgh\rSet-Cookie: a=1",
        b"X-Request-Id: abcdefgh\nSet-Cookie: a=1",
        b"X-Request-Id: abcdefgh%0d%0aSet-Cookie: a=1",
        b"Accept-Language: pt-BR\r\n\tSet-Cookie: a=1",
        b"Set-Cookie : a=1",
        b"X-Request-Id: \xff\xfe\x00abcdefgh",
        b"Idempotency-Key: a\x0bb",
        b"If-None-Match: \x7f",
        b": a=1",
        b"X\x00Y: 1",
    ],
)
def test_line_break_in_a_header_makes_no_header(
    attack: Attack, platform: Platform, people: People, line: bytes
) -> None:
    """A value that continues as a header of the answer."""
    request = b"GET /api/v1/me HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
    answer = raw(platform, request + bearer(people.ana) + line + b"\r\n\r\n")
    head = answer.partition(b"\r\n\r\n")[0].lower()
    assert b"set-cookie" not in head
    assert answer == b"" or answer.split(b" ")[1][:1] in (b"2", b"4"), answer[:300]
    assert people.ana.get("/me").status_code == 200


@pytest.mark.parametrize(
    "version",
    ['"1e3"', 'W/"1"', '"-1"', '"1", "2"', '"' + "9" * 400 + '"', "1", '""', '"1', "'1'", '"１"',
     '"0x1"', '" 1"', "**", '"*"', "\u00b9"],
)  # fmt: skip
def test_if_match_that_is_none_is_malformed(
    attack: Attack, people: People, lead: Any, version: str
) -> None:
    """A version that is written in a way that might match anything."""
    headers = {"If-Match": version.encode()}
    path = f"/leads/{lead['id']}"
    attack(people.ana, "PATCH", path, (400,), json={"title": "x"}, headers=headers)
    attack(people.administrator, "DELETE", path, (400,), headers=headers)


@pytest.mark.parametrize("key", ["", "a" * 256, "a b", "ä", "\x7f", "a\tb"])
def test_idempotency_key_that_is_none_is_malformed(
    attack: Attack, people: People, key: str
) -> None:
    """One that is empty, too long or no plain text."""
    headers = {"Idempotency-Key": key.encode()}
    attack(people.ana, "POST", "/leads", (400,), json={"title": "x"}, headers=headers)


def test_key_of_another_user_repeats_nothing(attack: Attack, people: People) -> None:
    """Somebody sends a key that another used, to be shown the answer."""
    headers = {"Idempotency-Key": uuid4().hex}
    body = {"title": f"Lead {uuid4().hex}"}
    own = attack(people.ana, "POST", "/leads", (201,), json=body, headers=headers).json()
    other = attack(people.carla, "POST", "/leads", (201,), json=body, headers=headers).json()
    assert own["id"] != other["id"]
    changed = body | {"title": "Other"}
    attack(people.ana, "POST", "/leads", (422,), json=changed, headers=headers)
    attack(people.ana, "PATCH", f"/leads/{own['id']}", (422,), json=body,
           headers=headers | if_match(1))  # fmt: skip


def test_media_types_of_others_are_refused(attack: Attack, people: People) -> None:
    """Pickle, YAML, XML with entities, forms."""
    for kind, content in (
        ("application/x-python-serialize", b"\x80\x04\x95."), ("application/x-pickle", b"cos\n"),
        ("application/yaml", b"!!python/object/apply:os.system ['id']"),
        ("application/xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
        ("application/x-www-form-urlencoded", b"title=x"), ("text/plain", b'{"title": "x"}'),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data\r\n\r\nx'),
        ("application/json; charset=utf-16", '{"title": "x"}'.encode("utf-16")),
        ("application/json", b"\x1f\x8b\x08\x00"), ("", b'{"title": "x"}'),
    ):  # fmt: skip
        for headers in ({"Content-Type": kind}, {"Content-Type": kind, "Content-Encoding": "gzip"}):
            attack(people.ana, "POST", "/leads", content=content, headers=headers)


def test_foreign_origin_gets_no_leave(attack: Attack, people: People) -> None:
    """A page elsewhere asks with the browser's help."""
    for origin in ("https://evil.example", "null", "http://127.0.0.1.evil.example"):
        for path in ("/me", "/leads", "/nothing"):
            answer = people.ana.http.get(BASE + path, headers={"Origin": origin})
            check_answer(answer)
            assert not [name for name in answer.headers if name.startswith("access-control")]
            assert isinstance(answer, httpx.Response)
