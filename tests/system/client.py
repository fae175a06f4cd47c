"""A small client of the HTTP API, as an integrator would write it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx

BASE = "/api/v1"


class Client:
    """One session with the API. `token` is sent with every request once signed in."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=30)
        self.user: dict[str, Any] = {}

    def sign_in(self, email: str, password: str) -> None:
        """Open a session; raises when it is refused."""
        answer = self.post("/auth/login", {"email": email, "password": password})
        assert answer.status_code == 200, answer.text
        body = answer.json()
        self.http.headers["Authorization"] = f"Bearer {body['token']}"
        self.user = body["user"]

    def get(self, path: str, **parameters: Any) -> httpx.Response:
        """GET under `/api/v1`."""
        return self.http.get(BASE + path, params=parameters)

    def post(self, path: str, body: Any = None, *, key: str | None = None) -> httpx.Response:
        """POST a JSON body, with an `Idempotency-Key` when `key` is given."""
        headers = {"Idempotency-Key": key} if key else {}
        return self.http.post(BASE + path, json=body, headers=headers)

    def patch(self, path: str, body: Any, *, version: int | None = None) -> httpx.Response:
        """PATCH a JSON body against `version`."""
        headers = {} if version is None else {"If-Match": f'"{version}"'}
        return self.http.patch(BASE + path, json=body, headers=headers)

    def delete(self, path: str, *, version: int | None = None, **parameters: Any) -> httpx.Response:
        """DELETE against `version`."""
        headers = {} if version is None else {"If-Match": f'"{version}"'}
        return self.http.delete(BASE + path, headers=headers, params=parameters)

    def made(self, path: str, body: Any) -> dict[str, Any]:
        """Create and return the record; raises when it is refused."""
        answer = self.post(path, body, key=uuid4().hex)
        assert answer.status_code == 201, answer.text
        record: dict[str, Any] = answer.json()
        return record

    def changed(self, path: str, body: Any) -> dict[str, Any]:
        """Change a record at its newest version and return it; raises when it is refused."""
        for _ in range(5):
            current = self.get(path)
            assert current.status_code == 200, current.text
            answer = self.patch(path, body, version=current.json()["version"])
            # What follows an event, such as the links of a story, may have come in between.
            if answer.status_code != 412:
                break
        assert answer.status_code == 200, answer.text
        record: dict[str, Any] = answer.json()
        return record
