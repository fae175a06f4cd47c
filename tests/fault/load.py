"""Sellers who write all the time and keep their own log of every request and answer."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass, field
from itertools import takewhile
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

    @property
    def acknowledged(self) -> bool:
        """Whether the platform said that the write took effect."""
        return self.status in (200, 201)


@dataclass
class Load:
    """Threads that create leads and update them while its block runs; `writes` is their log."""

    url: str
    token: str
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
        with httpx.Client(base_url=f"{self.url}/api/v1", timeout=20) as http:
            http.headers["Authorization"] = f"Bearer {self.token}"
            mine: list[tuple[str, int]] = []
            while not self._stopping.is_set():
                if mine and chance.random() < 0.5:
                    place = chance.randrange(len(mine))
                    record_id, version = mine[place]
                    newer = self._update(http, record_id, version)
                    if newer is None:
                        del mine[place]
                    else:
                        mine[place] = (record_id, newer)
                else:
                    made = self._create(http)
                    if made is not None:
                        mine.append(made)
                time.sleep(self.pause)

    def _create(self, http: httpx.Client) -> tuple[str, int] | None:
        write = Write(uuid4().hex, str(uuid4()), "create", uuid4().hex, time.monotonic())
        body = {"id": write.record_id, "title": write.value}
        version = self._send(http, write, "POST", "/leads", body, {})
        return None if version is None else (write.record_id, version)

    def _update(self, http: httpx.Client, record_id: str, version: int) -> int | None:
        write = Write(uuid4().hex, record_id, "update", uuid4().hex, time.monotonic())
        headers = {"If-Match": f'"{version}"'}
        return self._send(
            http, write, "PATCH", f"/leads/{record_id}", {"comments": write.value}, headers
        )

    def _send(
        self,
        http: httpx.Client,
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
                    method, path, json=body, headers={"Idempotency-Key": write.key, **headers}
                )
                write.status = answer.status_code
                if answer.status_code != 503:
                    break
            except httpx.HTTPError:
                write.status = None
            time.sleep(0.2 * (attempt + 1))
        write.ended = time.monotonic()
        if write.acknowledged:
            write.version = answer.json()["version"]
        with self._log:
            self.writes.append(write)
        return write.version
