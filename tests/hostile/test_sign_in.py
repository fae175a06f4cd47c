"""Attacks on signing in: guessing, telling users apart, fixed sessions, forged hosts."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.hostile.attack import Attack, problem
from tests.hostile.conftest import from_address
from tests.system.client import BASE, Client
from tests.system.people import PASSWORD, People, make_person
from tests.system.platform import ADMIN_EMAIL, ADMIN_PASSWORD, Platform

LOGIN = "/auth/login"
_HOSTS = count(2)
TURNS = 20  # at most; what a password costs shows long before


@pytest.fixture
def elsewhere(platform: Platform) -> Iterator[Client]:
    """A client from an address that nothing failed from yet."""
    client = from_address(platform, f"127.0.77.{next(_HOSTS)}")
    yield client
    client.http.close()


def attempt(client: Client, email: Any, password: Any = "wrong password") -> httpx.Response:
    """One try to sign in."""
    return client.post(LOGIN, {"email": email, "password": password})


def test_guessing_an_account_is_stopped_whatever_address_it_comes_from(
    attack: Attack, platform: Platform, people: People
) -> None:
    """Passwords of one account are guessed from many addresses, also in parallel."""
    victim = make_person(platform, people.administrator, "Victim", "manager", [])
    email = victim.user["email"]
    sources = [from_address(platform, f"127.0.88.{host}") for host in range(2, 22)]
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda source: attempt(source, email), sources))
    statuses = [answer.status_code for answer in answers]
    assert set(statuses) == {401, 429}
    assert statuses.count(401) <= 5
    last = attempt(sources[0], email.upper())
    assert last.status_code == 429
    assert int(last.headers["Retry-After"]) > 60
    assert attempt(sources[1], email, PASSWORD).status_code == 429
    assert victim.get("/me").status_code == 200


def test_guessing_from_an_address_is_stopped_whatever_account_it_tries(
    attack: Attack, elsewhere: Client, people: People
) -> None:
    """One address tries a password at many accounts, with a forged origin each."""
    statuses = []
    for number in range(12):
        headers = {"X-Forwarded-For": f"9.9.9.{number}", "X-Real-IP": "8.8.8.8",
                   "Forwarded": "for=7.7.7.7"}  # fmt: skip
        body = {"email": f"{uuid4().hex}@example.com", "password": "wrong password"}
        answer = elsewhere.http.post(BASE + LOGIN, json=body, headers=headers)
        statuses.append(answer.status_code)
    assert statuses[:5] == [401] * 5
    assert set(statuses[6:]) == {429}
    assert attempt(elsewhere, ADMIN_EMAIL, ADMIN_PASSWORD).status_code == 429
    # From where the guessing did not come, the very same account signs in.
    assert people.administrator.get("/me").status_code == 200


def test_unknown_wrong_and_deactivated_accounts_are_told_apart_by_nothing(
    attack: Attack, platform: Platform, people: People
) -> None:
    """The answer or its time tells which e-mail addresses have an account."""
    kinds = {
        "unknown": lambda: (f"{uuid4().hex}@example.com", "wrong password"),
        "deactivated": lambda: (make_known(people, active=False), PASSWORD),
        "known": lambda: (make_known(people), "wrong password"),
        "no address": lambda: (uuid4().hex, "wrong password"),
    }
    seconds: dict[str, list[float]] = {kind: [] for kind in kinds}
    texts = set()
    for turn in range(TURNS):
        for kind, subject in kinds.items():
            client = from_address(platform, f"127.0.{90 + turn}.{1 + len(texts) + turn}")
            email, password = subject()
            began = time.perf_counter()
            answer = attempt(client, email, password)
            seconds[kind].append(time.perf_counter() - began)
            assert answer.status_code == 401
            texts.add(str(problem(answer)))
        if turn >= 3 and alike(seconds):
            break
    assert len(texts) == 1
    assert alike(seconds), seconds
    assert statistics.median(seconds["unknown"]) > 0.01


def alike(seconds: dict[str, list[float]]) -> bool:
    """Whether no kind's shortest time gives it away; other work on the machine only adds to it."""
    shortest = [min(taken) for taken in seconds.values()]
    return max(shortest) < 2.5 * min(shortest)


def make_known(people: People, active: bool = True) -> str:
    """The address of a new account, deactivated at once unless `active`."""
    email = f"{uuid4().hex}@example.com"
    body = {"email": email, "name": "Known", "password": PASSWORD}
    made = people.administrator.made("/users", body)
    if not active:
        people.administrator.changed(f"/users/{made['id']}", {"active": False})
    return email


def test_deactivated_user_is_out_at_once(
    attack: Attack, platform: Platform, people: People
) -> None:
    """Sessions and tokens of whoever was deactivated, deleted or renamed."""
    leaver = make_person(platform, people.administrator, "Leaver", "manager", [])
    token = leaver.post("/tokens", {"name": "Script", "scopes": ["*"]}).json()["token"]
    script = Client(platform.url)
    script.http.headers["Authorization"] = f"Bearer {token}"
    assert script.get("/leads").status_code == 200
    people.administrator.changed(f"/users/{leaver.user['id']}", {"active": False})
    for client in (leaver, script):
        attack(client, "GET", "/leads", (401,))
        attack(client, "POST", "/leads", (401,), json={"title": "x"})
        attack(client, "POST", "/auth/logout", (401,))
    people.administrator.changed(f"/users/{leaver.user['id']}", {"active": True})
    attack(leaver, "GET", "/leads", (401,))
    attack(script, "GET", "/leads", (401,))


def test_session_is_never_one_that_the_client_brought(
    attack: Attack, platform: Platform, people: People
) -> None:
    """A session is planted by cookie, header, body or query before the sign-in."""
    victim = make_person(platform, people.administrator, "Fixed", "manager", [])
    planted = f"rap_{'A' * 43}"
    old = victim.http.headers["Authorization"].removeprefix("Bearer ")
    fresh = Client(platform.url)
    for brought in (planted, old):
        answer = fresh.http.post(
            f"{BASE}{LOGIN}",
            json={"email": victim.user["email"], "password": PASSWORD},
            headers={"Authorization": f"Bearer {brought}", "X-Session-Id": brought,
                     "Cookie": f"session={brought}; rapport={brought}; token={brought}"},
        )  # fmt: skip
        assert answer.status_code == 200
        assert answer.json()["token"] not in (planted, old)
        assert "set-cookie" not in answer.headers
    for name in ("token", "session", "session_id", "access_token"):
        params = {name: planted}
        body = {"email": victim.user["email"], "password": PASSWORD}
        attack(fresh, "POST", LOGIN, params=params, json=body)
        attack(fresh, "POST", LOGIN, json=body | params)
        attack(fresh, "GET", "/me", (400, 401), params={name: old})
    fresh.http.headers["Authorization"] = f"Bearer {planted}"
    attack(fresh, "GET", "/me", (401,))
    # A session that was signed out is dead, in every spelling.
    assert victim.post("/auth/logout").status_code == 204
    for said in (f"Bearer {old}", f"bearer  {old}", f"BEARER {old}", f"Token {old}", old,
                 f"Basic {old}", f"Bearer {old}, Bearer {old}"):  # fmt: skip
        fresh.http.headers["Authorization"] = said
        attack(fresh, "GET", "/me", (401,))


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer null", "Bearer undefined", "Bearer rap_", "Basic YTpi",
     "Bearer " + "A" * 5000, "Bearer ../../x", "Bearer a b c d e f", "Bearer {}", "Bearer ' OR 1=1",
     "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9."],
)  # fmt: skip
def test_token_that_is_none_lets_nobody_in(attack: Attack, stranger: Client, header: str) -> None:
    """Empty, foreign and unsigned tokens."""
    stranger.http.headers["Authorization"] = header
    for method, path in (("GET", "/me"), ("GET", "/leads"), ("POST", "/leads"), ("GET", "/users")):
        answer = attack(stranger, method, path, (401,))
        assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("target", ["//evil.example", "/\\evil", "javascript:alert(1)"])
def test_sign_in_leads_nowhere(
    attack: Attack, stranger: Client, people: People, target: str
) -> None:
    """After the sign-in the browser is sent to an address in the query."""
    body = {"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}
    for name in ("next", "return_to", "redirect_uri"):
        answer = attack(stranger, "POST", LOGIN, (400,), params={name: target}, json=body)
        assert "location" not in answer.headers
    plain = stranger.http.post(BASE + LOGIN, json=body, headers={"Referer": target})
    assert plain.status_code == 200
    assert target not in plain.text
    assert "location" not in plain.headers


def test_line_break_in_a_name_is_refused(attack: Attack, people: People) -> None:
    """A line break in a name or an address goes on as a header of a mail."""
    for text in ("Ana\r\nBcc: all@example.com", "Ana\nX", "Ana\rX", "Ana\u2028X", "Ana\x0bX"):
        values = {"email": f"{uuid4().hex}@example.com", "name": text, "password": PASSWORD}
        attack(people.administrator, "POST", "/users", (422,), json=values)
        attack(people.ana, "POST", "/leads", (422,), json={"first_name": text})
        attack(people.ana, "POST", "/leads", (422,), json={"title": text})
        email = f"a@example.com{text[3:]}"
        attack(people.ana, "POST", "/leads", (422,), json={"emails": [{"value": email}]})
        values = {"email": email, "name": "Ana", "password": PASSWORD}
        attack(people.administrator, "POST", "/users", (422,), json=values)
