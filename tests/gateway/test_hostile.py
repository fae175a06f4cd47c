"""What hostile clients send: sizes, nesting, headers, hosts. Refused quickly, nothing leaked."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx
import pytest

from gateway.body import LARGEST_BODY, require_shallow
from tests.gateway.small_services import id_of

SignIn = Callable[[str], httpx.Client]
JSON = {"Content-Type": "application/json"}
LOGIN = "/api/v1/auth/login"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"[" * 10_000 + b"]" * 10_000, 413, "too_deep"),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, 413, "too_deep"),
        (b"x" * (LARGEST_BODY + 1), 413, "body_too_large"),
        (b'{"email": NaN, "password": "x"}', 400, "not_json"),
        (b'{"email": "\xff\xfe", "password": "x"}', 400, "not_json"),
        (b'{"email": "\\ud800", "password": "x"}', 400, "not_json"),
        (b'{"email": "a\\u0000", "password": "x"}', 400, "null_character"),
        (b"[]", 400, "not_an_object"),
        (b'"text"', 400, "not_an_object"),
        (b"", 400, "body_required"),
        (b"{", 400, "not_json"),
    ],
)
def test_body_is_refused_at_once_when_it_is_hostile(
    http: httpx.Client, body: bytes, status: int, code: str
) -> None:
    began = time.monotonic()
    answer = http.post(LOGIN, content=body, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert time.monotonic() - began < 1.0


def test_chunked_body_is_413_when_it_goes_on_too_long(http: httpx.Client) -> None:
    chunks = (b"x" * 65_536 for _ in range(40))
    answer = http.post(LOGIN, content=chunks, headers=JSON)
    assert answer.status_code == 413


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_body_of_another_media_type_is_400(http: httpx.Client, kind: str) -> None:
    answer = http.post(LOGIN, content=b"{}", headers={"Content-Type": kind})
    assert answer.json()["code"] == "content_type_not_supported"


@pytest.mark.parametrize(
    "data",
    [b'{"a": "' + b"[" * 100 + b'"}', b'{"a": "\\"' + b"{" * 100 + b'"}', b"[]" * 500],
)
def test_brackets_in_texts_and_beside_one_another_are_not_nesting(data: bytes) -> None:
    require_shallow(data)


@pytest.mark.parametrize("piece", [b'\\"', b'"', b"[]", b"\\", b'"\\'])
def test_nesting_is_measured_in_linear_time(piece: bytes) -> None:
    data = b"{" * 33 + b"}" * 33 + piece * (LARGEST_BODY // len(piece))
    began = time.monotonic()
    with pytest.raises(Exception, match="Nesting"):
        require_shallow(data)
    assert time.monotonic() - began < 1.0


@pytest.mark.parametrize("count", [20_000, 4_300, 400])
def test_number_that_no_database_holds_is_refused(signed_in: SignIn, count: int) -> None:
    answer = signed_in("ana").get(f"/leads?limit={'9' * count}"[:8000])
    assert answer.status_code == 400


def test_headers_too_large_or_too_many_are_431(http: httpx.Client) -> None:
    assert http.get("/health/live", headers={"X-Long": "a" * 9000}).status_code == 431
    many = {f"X-{number}": "a" for number in range(100)}
    assert http.get("/health/live", headers=many).status_code == 431


def test_claims_about_the_caller_in_headers_are_ignored(
    http: httpx.Client, signed_in: SignIn
) -> None:
    claims = {
        "X-User-Id": str(id_of("adm")), "nameko.user_id": str(id_of("adm")),
        "X-Forwarded-For": "9.9.9.9", "token": "x", "X-Forwarded-Proto": "https",
    }  # fmt: skip
    assert http.get("/api/v1/me", headers=claims).status_code == 401
    assert signed_in("ana").get("/me", headers=claims).json()["id"] == str(id_of("ana"))
    body = {"email": "ana@example.com", "password": "ana"}
    answer = http.post(LOGIN, json=body, headers=claims)
    assert answer.json()["ip"] == "127.0.0.1"
    assert "strict-transport-security" not in answer.headers


def test_host_that_is_not_ours_is_400(http: httpx.Client) -> None:
    assert http.get("/health/live", headers={"Host": "crm.example.com"}).status_code == 200
    answer = http.get("/health/live", headers={"Host": "evil.example.com"})
    assert answer.status_code == 400
    assert answer.json()["code"] == "malformed"


@pytest.mark.parametrize("path", ["/health/live", "/api/v1/leads", "/api/v1/nope", "/api/docs"])
def test_every_answer_carries_the_safety_headers(http: httpx.Client, path: str) -> None:
    headers = http.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "script-src 'unsafe" not in headers["content-security-policy"]
    assert headers["x-request-id"]
    assert headers["cache-control"]


@pytest.mark.parametrize(
    ("sent", "kept"), [("order-4711-abc", True), ("short", False), ("a b\tc{}<script>", False)]
)
def test_request_id_is_the_clients_when_it_is_sane(
    signed_in: SignIn, sent: str, kept: bool
) -> None:
    answer = signed_in("ana").get("/me", headers={"X-Request-Id": sent})
    assert (answer.headers["x-request-id"] == sent) is kept
    assert answer.json()["call_id"] == answer.headers["x-request-id"]


LENGTH_AND_CHUNKS = (
    b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
)
BAD_CHUNK = (
    b"POST /api/v1/auth/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"
)
NEGATIVE = b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -5\r\n\r\n"


@pytest.mark.parametrize(
    "request_bytes", [LENGTH_AND_CHUNKS, BAD_CHUNK, NEGATIVE, b"NONSENSE\r\n\r\n"]
)
def test_broken_http_is_refused_and_the_server_lives_on(
    url: str, http: httpx.Client, request_bytes: bytes
) -> None:
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=5) as raw:
        raw.sendall(request_bytes)
        raw.shutdown(socket.SHUT_WR)
        answer = raw.recv(65_536)
    assert answer == b"" or b" 4" in answer.split(b"\r\n")[0], answer
    assert http.get("/health/live").status_code == 200
