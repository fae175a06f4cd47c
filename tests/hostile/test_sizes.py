"""Requests that are too large, too deep or too slow: refused at once, and others are served."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.hostile.attack import check_answer
from tests.system.client import BASE, Client
from tests.system.platform import Platform

GIGABYTE = 1024**3
JSON = {"Content-Type": "application/json"}
# At once, for two busy cores.
SOON = 2.0


@pytest.fixture(scope="module", params=["embedded", "gunicorn"])
def platform(request: pytest.FixtureRequest) -> Platform:
    """Both servers: the one in one process, and gunicorn before separate services."""
    name = "apart" if request.param == "gunicorn" else "together"
    found: Platform = request.getfixturevalue(name)
    return found


@pytest.fixture(scope="module")
def admin(platform: Platform) -> Client:
    """The administrator."""
    return platform.administrator()


@contextmanager
def connection(platform: Platform) -> Iterator[socket.socket]:
    """A bare connection to the server."""
    address = urlsplit(platform.url)
    with socket.create_connection((address.hostname, address.port), timeout=20) as opened:
        yield opened


def head(client: Client, path: str, *lines: str) -> bytes:
    """The head of a POST by `client`."""
    token = client.http.headers["Authorization"]
    lines = (f"POST {BASE}{path} HTTP/1.1", "Host: 127.0.0.1", f"Authorization: {token}",
             "Content-Type: application/json", *lines)  # fmt: skip
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def status_of(opened: socket.socket) -> int:
    """The status of the answer that comes."""
    received = b""
    while b"\r\n" not in received:
        part = opened.recv(4096)
        if not part:
            break
        received += part
    return int(received.split(b" ")[1])


def refused(platform: Platform, admin: Client, statuses: tuple[int, ...], **request: Any) -> None:
    """A request of the administrator that must be refused soon; the server lives on."""
    asked = {"method": "POST", "url": f"{BASE}/leads", **request}
    began = time.monotonic()
    answer = admin.http.request(**asked)
    check_answer(answer)
    assert answer.status_code in statuses, answer.text[:300]
    assert time.monotonic() - began < SOON
    assert httpx.get(f"{platform.url}/health/live").status_code == 200


@pytest.mark.parametrize("path", ["/leads", "/auth/login", "/leads/search"])
def test_gigabyte_is_refused_before_it_is_sent(
    platform: Platform, admin: Client, path: str
) -> None:
    """A body of 1 GB is announced by Content-Length."""
    with connection(platform) as opened:
        began = time.monotonic()
        opened.sendall(head(admin, path, f"Content-Length: {GIGABYTE}") + b'{"title": "')
        assert status_of(opened) == 413
        assert time.monotonic() - began < SOON


def test_who_sends_too_much_is_told_that_the_connection_ends(
    platform: Platform, admin: Client
) -> None:
    """A body over the limit, whole, on a connection that others follow on."""
    for content in (b" " * (1024 * 1024 + 1), iter([b" " * (1024 * 1024 + 1)])):
        answer = admin.http.post(f"{BASE}/leads", content=content)
        assert answer.status_code == 413
        # The embedded platform's server reads the rest, and goes on.
        if answer.headers.get("Server", "").startswith("gunicorn"):
            assert answer.headers["Connection"] == "close"
        for _ in range(3):
            assert admin.get("/me").headers.get("Connection") != "close"


def test_endless_chunks_are_refused_soon(platform: Platform, admin: Client) -> None:
    """A body in chunks that never ends."""
    chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    with connection(platform) as opened:
        opened.sendall(head(admin, "/leads", "Transfer-Encoding: chunked"))
        opened.settimeout(0.001)
        began, sent = time.monotonic(), 0
        answer = b""
        while not answer and time.monotonic() - began < SOON:
            try:
                answer = opened.recv(4096)
                break
            except TimeoutError:
                pass
            except ConnectionError:
                break
            try:
                opened.settimeout(0.5)
                opened.sendall(chunk)
                sent += len(chunk)
            except (TimeoutError, ConnectionError):
                pass
            opened.settimeout(0.001)
    assert answer.split(b" ")[1:2] in ([b"413"], []), answer[:200]
    assert sent < 64 * 1024**2
    assert time.monotonic() - began < SOON
    assert httpx.get(f"{platform.url}/health/live").status_code == 200


@pytest.mark.parametrize(
    ("statuses", "content"),
    [
        ((413,), b"[" * 10_000 + b"]" * 10_000),
        ((413,), b'{"custom":' * 10_000 + b"1" + b"}" * 10_000),
        ((400, 413), b'{"custom":' * 100_000),
        ((413,), b'{"title": "' + b"x" * (1024 * 1024) + b'"}'),
        ((400,), b'{"title": "x", ' + b",".join(b'"f%d": 1' % n for n in range(50_000)) + b"}"),
        ((400, 422), b'{"tags": [' + b",".join(b'"%d"' % n for n in range(90_000)) + b"]}"),
        (
            (400, 422),
            b'{"phones": [' + b",".join([b'{"value": "+5511953511234"}'] * 30_000) + b"]}",
        ),
        ((400,), b'{"amount": ' + b"9" * 900_000 + b"}"),
        ((400,), b'{"title": "' + b"\\u0000" * 150_000 + b'"}'),
        ((400, 422), b'{"title": "' + "a\u0300".encode() * 300_000 + b'"}'),
        ((400, 422), b'{"emails": [{"value": "' + b"a@" * 400_000 + b'"}]}'),
        ((400, 422), b'{"emails": [{"value": "' + b"a." * 150 + b'@b.example"}]}'),
        ((400, 422), b'{"websites": [{"value": "http://' + b"a" * 900_000 + b'"}]}'),
        ((400, 422), b'{"phones": [{"value": "' + b"1" * 900_000 + b'"}]}'),
    ],
    ids=lambda part: str(part)[:40],
)
def test_body_that_costs_too_much_is_refused_soon(
    platform: Platform, admin: Client, statuses: tuple[int, ...], content: bytes
) -> None:
    """10,000 levels of JSON, 50,000 fields, 90,000 items, bombs for patterns."""
    refused(platform, admin, statuses, content=content, headers=JSON)


def test_form_with_very_many_parts_is_refused_soon(platform: Platform, admin: Client) -> None:
    """A form of 100,000 parts, and one of 100,000 fields."""
    part = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
    multipart = {"Content-Type": "multipart/form-data; boundary=x"}
    refused(platform, admin, (413,), content=part * 100_000 + b"--x--", headers=multipart)
    refused(platform, admin, (400,), content=part * 10_000 + b"--x--", headers=multipart)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    refused(platform, admin, (400,), content=b"a=1&" * 100_000, headers=form)


def test_head_that_is_too_large_is_refused(platform: Platform, admin: Client) -> None:
    """A header of 1 MB, a thousand headers, a request line of 1 MB."""
    with connection(platform) as opened:
        big = b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Big: " + b"a" * 1024 * 1024
        assert refused_early(opened, big + b"\r\n\r\n") in (400, 431, None)
    with connection(platform) as opened:
        many = b"".join(b"X-%d: a\r\n" % number for number in range(1000))
        request = b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n" + many + b"\r\n"
        assert refused_early(opened, request) in (400, 431, None)
    with connection(platform) as opened:
        line = b"GET /health/live?" + b"a" * 1024 * 1024 + b" HTTP/1.1\r\n\r\n"
        assert refused_early(opened, line) in (400, 414, 431, None)
    assert httpx.get(f"{platform.url}/health/live").status_code == 200


def refused_early(opened: socket.socket, request: bytes) -> int | None:
    """The status of the answer; None when the server hung up without one."""
    with suppress(ConnectionError):
        opened.sendall(request)
    try:
        return status_of(opened)
    except (ConnectionError, IndexError):
        return None


def nested(depth: int) -> Any:
    """A filter in a filter in a filter."""
    filter_: Any = {"title": "x"}
    for _ in range(depth):
        filter_ = {"and": [filter_]}
    return filter_


@pytest.mark.parametrize(
    "body",
    [
        {"limit": 10**9}, {"limit": -1}, {"limit": 0}, {"filter": nested(6)},
        {"filter": {"or": [{"title": str(n)} for n in range(10_000)]}},
        {"filter": {"and": [{"or": [{"title": "x"}] * 90}] * 90}},
        {"filter": {"title": {"in": [str(n) for n in range(10_000)]}}},
        {"filter": {"title": {"contains": "%" * 100_000}}}, {"q": "a" * 100_000},
        {"q": "a " * 50_000}, {"sort": ",".join(["title"] * 1000)}, {"sort": "title," * 4},
        {"fields": ["x"] * 50_000}, {"include": ["x"] * 50_000}, {"cursor": "A" * 500_000},
    ],
    ids=lambda body: str(body)[:60],
)  # fmt: skip
def test_query_that_costs_too_much_is_refused_soon(
    platform: Platform, admin: Client, body: Any
) -> None:
    """Limit=10^9, ten thousand conditions, nested filters, endless sorts and words."""
    url = f"{BASE}/leads/search"
    refused(platform, admin, (400, 413, 422), url=url, json=body)
    if "limit" in body:
        refused(platform, admin, (400,), method="GET", url=f"{BASE}/leads", params=body)


def test_the_dearest_lawful_query_ends_in_time(platform: Platform, admin: Client) -> None:
    """As many conditions, values and words as are allowed, on every column."""
    words = [{"comments": {"contains": f"%{n}%_a"}} for n in range(97)]
    body = {
        "filter": {"not": {"or": [*words, {"title": {"in": [str(n) for n in range(500)]}}]}},
        "q": "a b c d e f g h i j",
        "sort": "-amount,title,created_at",
        "count": "exact",
        "limit": 500,
        "include": ["owner"],
    }
    began = time.monotonic()
    answer = admin.post("/leads/search", body)
    check_answer(answer)
    assert answer.status_code in (200, 400, 422), answer.text
    assert time.monotonic() - began < 4.0
    assert json.loads(answer.text)


@pytest.mark.parametrize("stalled", ["idle", "head", "body", "chunks", "answer", "leaving"])
def test_slow_clients_keep_nobody_else_waiting(
    platform: Platform, admin: Client, stalled: str
) -> None:
    """Many connections that send a byte now and then, or read none."""
    first = {
        "idle": b"",
        "head": b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
        "body": head(admin, "/leads", "Content-Length: 5000") + b"{",
        "chunks": head(admin, "/leads", "Transfer-Encoding: chunked") + b"5\r\n{",
        "leaving": b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
        "answer": b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 20,
    }[stalled]
    with ExitStack() as stack:
        slow = [stack.enter_context(connection(platform)) for _ in range(24)]
        for opened in slow:
            opened.sendall(first)
        time.sleep(0.2)
        for _ in range(3):
            began = time.monotonic()
            with httpx.Client(base_url=platform.url, timeout=SOON) as other:
                assert other.get("/health/live").status_code == 200
            assert admin.get("/leads", limit=1).status_code == 200
            assert time.monotonic() - began < SOON
            for opened in slow if stalled in ("head", "body") else ():
                opened.sendall(b" ")


@pytest.mark.full
@pytest.mark.parametrize("path", ["/leads", "/auth/login"])
def test_body_that_never_comes_is_not_waited_for(apart: Platform, path: str) -> None:
    """A byte a second, so that no single wait is a long one."""
    with connection(apart) as opened:
        opened.sendall(head(apart.administrator(), path, "Content-Length: 5000") + b"{")
        opened.settimeout(1.0)
        began, ended = time.monotonic(), False
        while not ended and time.monotonic() - began < 20:
            try:
                opened.sendall(b" ")
                ended = opened.recv(4096) is not None
            except TimeoutError:
                continue
            except ConnectionError:
                ended = True
    assert ended
