"""Sellers who write all the time and keep their own log of every request and answer."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle, takewhile
from typing import Any
from uuid import uuid4

import httpx

RETRIES = 3


@dataclass
class Write:
    """One request as its client saw it. `status` is None when no answer ever came."""

    key: str
    record_id: str
    kind: str
    value: str
    began: float
    status: int | None = None
    version: int | None = None
    attempts: int = 0
    ended: float = 0.0
    refusal: str = ""

    @property
    def acknowledged(self) -> bool:
        """Whether the platform said that the write took effect."""
        return self.status in (200, 201)


class _Gateways:
    """Where a seller's requests go: to one of `urls` until that gives no answer."""

    def __init__(self, urls: Sequence[str]) -> None:
        self._urls = cycle(urls)
        self._url = next(self._urls)

    def at(self, path: str) -> str:
        """The whole URL of `path` at the gateway of now."""
        return f"{self._url}/api/v1{path}"

    def turn_to_next(self) -> None:
        """Try another gateway from now on."""
        self._url = next(self._urls)


@dataclass
class Load:
    """Threads that create leads and update them while its block runs; `writes` is their log.

    Whoever gets no answer from `url` goes on with the next of `others`.
    """

    url: str
    token: str
    others: Sequence[str] = ()
    threads: int = 8
    pause: float = 0.0
    writes: list[Write] = field(default_factory=list)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _running: list[threading.Thread] = field(default_factory=list)
    _log: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Load:
        for seed in range(self.threads):
            thread = threading.Thread(target=self._work, args=(seed,), daemon=True)
            self._running.append(thread)
            thread.start()
        return self

    def __exit__(self, *_failure: object) -> None:
        """Finish the requests under way."""
        self._stopping.set()
        for thread in self._running:
            thread.join(60)
            assert not thread.is_alive(), "a request hung past every deadline"

    @property
    def acknowledged(self) -> list[Write]:
        """The writes that the platform said yes to."""
        return [write for write in self.writes if write.acknowledged]

    def recent(self, seconds: float) -> int:
        """How many writes were acknowledged in the last `seconds`."""
        since = time.monotonic() - seconds
        newest = takewhile(lambda write: write.ended > since, reversed(self.writes))
        return sum(write.acknowledged for write in newest)

    def rate(self) -> float:
        """Acknowledged writes a second, from the first request to the last answer."""
        began = min(write.began for write in self.writes)
        ended = max(write.ended for write in self.writes)
        return len(self.acknowledged) / (ended - began)

    def _work(self, seed: int) -> None:
        chance = random.Random(seed)
        with httpx.Client(timeout=20) as http:
            http.headers["Authorization"] = f"Bearer {self.token}"
            gateways = _Gateways((self.url, *self.others))
            mine: list[tuple[str, int]] = []
            while not self._stopping.is_set():
                if mine and chance.random() < 0.5:
                    place = chance.randrange(len(mine))
                    record_id, version = mine[place]
                    newer = self._update(http, gateways, record_id, version)
                    if newer is None:
                        del mine[place]
                    else:
                        mine[place] = (record_id, newer)
                else:
                    made = self._create(http, gateways)
                    if made is not None:
                        mine.append(made)
                time.sleep(self.pause)

    def _create(self, http: httpx.Client, gateways: _Gateways) -> tuple[str, int] | None:
        write = Write(uuid4().hex, str(uuid4()), "create", uuid4().hex, time.monotonic())
        body = {"id": write.record_id, "title": write.value}
        version = self._send(http, gateways, write, "POST", "/leads", body, {})
        return None if version is None else (write.record_id, version)

    def _update(
        self, http: httpx.Client, gateways: _Gateways, record_id: str, version: int
    ) -> int | None:
        write = Write(uuid4().hex, record_id, "update", uuid4().hex, time.monotonic())
        headers = {"If-Match": f'"{version}"'}
        path, body = f"/leads/{record_id}", {"comments": write.value}
        return self._send(http, gateways, write, "PATCH", path, body, headers)

    def _send(
        self,
        http: httpx.Client,
        gateways: _Gateways,
        write: Write,
        method: str,
        path: str,
        body: dict[str, Any],
        headers: dict[str, str],
    ) -> int | None:
        """Send until an answer other than 503 comes, at most `RETRIES` times, with one key."""
        for attempt in range(RETRIES):
            write.attempts = attempt + 1
            try:
                answer = http.request(
                    method, gateways.at(path), json=body,
                    headers={"Idempotency-Key": write.key, **headers},
                )  # fmt: skip
                write.status = answer.status_code
                write.refusal = answer.text if answer.is_error else ""
                if answer.status_code != 503:
                    break
            except httpx.HTTPError:
                write.status = None
                gateways.turn_to_next()
            time.sleep(0.2 * (attempt + 1))
        write.ended = time.monotonic()
        if write.acknowledged:
            write.version = answer.json()["version"]
        with self._log:
            self.writes.append(write)
        return write.version
