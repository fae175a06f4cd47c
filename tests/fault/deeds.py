"""What a client has done to a lead: converting it, or taking that back, repeated until it is."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from tests.fault.conversions import BODY
from tests.system.client import BASE, Client

# A client that does not wait for the gateway to give up repeats sooner, which is harsher.
_IMPATIENCE = 2.0
_PAUSE = 0.1


def new_lead(client: Client) -> str:
    """The id of a new lead, with something for each of what it may become."""
    email = f"{uuid4().hex}@example.com"
    body = {"title": uuid4().hex, "first_name": "Ana", "last_name": "Silva",
            "company_name": "Acme", "emails": [{"value": email}],
            "amount": {"amount": "10.00", "currency": "USD"}}  # fmt: skip
    return str(client.made("/leads", body)["id"])


@dataclass
class Deed:
    """One request, sent with one key until the conversion is in `state`, by a thread of its own."""

    client: Client
    path: str
    body: Any
    state: str
    answer: dict[str, Any] = field(default_factory=dict)
    answered: float = 0.0
    refused: list[str] = field(default_factory=list)
    _key: str = field(default_factory=lambda: uuid4().hex)
    _given_up: bool = False

    def begin(self) -> None:
        """Send it, and again until it is done."""
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    @property
    def done(self) -> bool:
        """Whether the client was told that it is done."""
        return bool(self.answer)

    def end(self, limit: float) -> dict[str, Any]:
        """The answer that says that it is done; fails when none came by the monotonic `limit`."""
        self._thread.join(max(0.0, limit - time.monotonic()))
        self._given_up = True
        assert self.done, f"{self.path} is not {self.state}; last answers: {self.refused[-3:]}"
        return self.answer

    def _work(self) -> None:
        with httpx.Client(
            base_url=self.client.http.base_url, headers=self.client.http.headers,
            timeout=_IMPATIENCE,
        ) as http:  # fmt: skip
            while not self.done and not self._given_up:
                try:
                    self._send(http)
                except httpx.HTTPError as error:
                    self.refused.append(type(error).__name__)
                time.sleep(_PAUSE)

    def _send(self, http: httpx.Client) -> None:
        answer = http.post(BASE + self.path, json=self.body, headers={"Idempotency-Key": self._key})
        if answer.status_code == 200 and answer.json()["state"] == self.state:
            self.answered = time.monotonic()
            self.answer = answer.json()
        else:
            self.refused.append(f"{answer.status_code} {answer.text[:300]}")


def converting(client: Client, lead: str) -> Deed:
    """Convert the lead into a contact, a company and a deal."""
    return Deed(client, f"/leads/{lead}/convert", BODY, "done")


def undoing(client: Client, conversion: str) -> Deed:
    """Take a conversion back."""
    return Deed(client, f"/conversions/{conversion}/undo", None, "undone")
