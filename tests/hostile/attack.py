"""Sends what a hostile client sends, and checks of every answer what must hold for all of them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import httpx

from tests.matrix.state import State, difference
from tests.system.client import BASE, Client

INTERNALS = re.compile(
    r"Traceback|\bFile \"|\.py\b|site-packages|/usr/|/srv/|/tmp/|/home/|psycopg|sqlalchemy|nameko"
    r"|\bkombu\b|\bamqp\b|SELECT\b.{0,300}\bFROM\b|INSERT INTO|UPDATE \w+ SET|DETAIL:|\bpg_\w+"
    r"|password_hash|secret_hash|\$argon2",
    re.DOTALL,
)
# What repeats the request is the client's own words.
ECHOES = ("instance", "request_id", "pointer")


def said(answer: httpx.Response) -> str:
    """What the answer tells on its own account: all of it but what repeats the request."""
    text = _told(answer)
    for value in answer.request.url.params.values():
        text = text.replace(json.dumps(value, ensure_ascii=False)[1:-1], "")
    return text


def _told(answer: httpx.Response) -> str:
    try:
        body = answer.json()
    except ValueError:
        return answer.text
    if isinstance(body, dict) and "errors" in body:
        body = {name: value for name, value in body.items() if name not in ECHOES}
        body["errors"] = [
            {name: value for name, value in error.items() if name not in ECHOES}
            for error in body["errors"]
        ]
    return json.dumps(body, ensure_ascii=False)


def check_answer(answer: httpx.Response) -> None:
    """No failure of ours, nothing of our insides, and a problem document for every refusal."""
    about = f"{answer.request.method} {answer.request.url} -> {answer.status_code} {answer.text}"
    assert answer.status_code < 500, about[:2000]
    if answer.status_code >= 400 and answer.content:
        assert answer.headers["content-type"] == "application/problem+json", about[:2000]
        assert INTERNALS.search(said(answer)) is None, about[:2000]
    server = " ".join(f"{name}: {value}" for name, value in answer.headers.items())
    assert re.search(r"python|flask|werkzeug|eventlet", server, re.IGNORECASE) is None, server


@dataclass
class Attack:
    """A way in for hostile requests: a refused one must have left every record as it was."""

    state: State

    def __call__(
        self,
        client: Client,
        method: str,
        path: str,
        statuses: Collection[int] = (400,),
        **request: Any,
    ) -> httpx.Response:
        """The answer to one request under `/api/v1`, whose status must be one of `statuses`."""
        return self.watched(lambda: client.http.request(method, BASE + path, **request), statuses)

    def watched(
        self, send: Callable[[], httpx.Response], statuses: Collection[int]
    ) -> httpx.Response:
        """The answer that `send` gets."""
        before = self.state.digest()
        answer = send()
        check_answer(answer)
        about = f"{answer.request.method} {str(answer.request.url)[:300]}"
        assert answer.status_code in statuses, f"{about} -> {answer.status_code} {answer.text}"
        if answer.status_code >= 400:
            changed = difference(before, self.state.digest())
            assert not changed, f"{about} -> {answer.status_code} changed {changed}"
        return answer


def problem(answer: httpx.Response) -> dict[str, Any]:
    """The problem document without what is its request's own."""
    return {name: value for name, value in answer.json().items() if name not in ECHOES}


def if_match(version: Any) -> dict[str, str]:
    """The header that names the version to change."""
    return {"If-Match": f'"{version}"'}
