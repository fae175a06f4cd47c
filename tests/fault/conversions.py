"""Sellers who convert leads without a pause, and what must be true of it once all has settled."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import uuid4

import httpx

from tests.fault.checker import read

SETTLE_SECONDS = 60.0
RETRIES = 20
BODY = {"contact": {"create": {}}, "company": {"create": {}}, "deal": {"create": {}}}
TABLES = {"contact": ("contacts", "contacts"), "company": ("contacts", "companies"),
          "deal": ("deals", "deals")}  # fmt: skip


@dataclass
class Converting:
    """Threads that, while its block runs, create leads and convert each until told it is done."""

    url: str
    token: str
    threads: int = 4
    done: list[str] = field(default_factory=list)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _running: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Converting:
        for _ in range(self.threads):
            thread = threading.Thread(target=self._work, daemon=True)
            self._running.append(thread)
            thread.start()
        return self

    def __exit__(self, *_failure: object) -> None:
        """Finish what is under way."""
        self._stopping.set()
        for thread in self._running:
            thread.join(120)
            assert not thread.is_alive(), "a conversion hung"

    def _work(self) -> None:
        with httpx.Client(base_url=f"{self.url}/api/v1", timeout=20) as http:
            http.headers["Authorization"] = f"Bearer {self.token}"
            while not self._stopping.is_set():
                lead = {"id": str(uuid4()), "title": uuid4().hex, "company_name": "Acme"}
                self._send(http, "/leads", lead, f"c{lead['id']}", {201})
                if self._send(http, f"/leads/{lead['id']}/convert", BODY, lead["id"], {200}):
                    self.done.append(lead["id"])

    def _send(self, http: httpx.Client, path: str, body: object, key: str, good: set[int]) -> bool:
        for _ in range(RETRIES):
            try:
                answer = http.post(path, json=body, headers={"Idempotency-Key": key})
                if answer.status_code in good:
                    return True
            except httpx.HTTPError:
                pass
            time.sleep(0.2)
        return False


def settle(url: str, seconds: float = SETTLE_SECONDS) -> float:
    """Wait until every conversion has ended; the seconds it took. `url` names `{service}`."""
    began = time.monotonic()
    query = "SELECT count(*) FROM sagas WHERE state IN ('running', 'undoing')"
    while (left := read(url.replace("{service}", "leads"), query)[0][0]) > 0:
        assert time.monotonic() - began < seconds, f"{left} conversions did not end"
        time.sleep(0.25)
    return time.monotonic() - began


def faults(url: str, done: Collection[str], undone: Collection[str] = ()) -> list[str]:
    """Everything that is not as promised: each conversion whole or undone, no orphan, no double.

    `undone` are the leads whose conversion was taken back on demand; all others must be done.
    """
    rows = read(url.replace("{service}", "leads"), """
        SELECT s.subject, s.state, l.contact_id, l.company_id, l.deal_id, l.closed_at,
               l.conversion_id
        FROM sagas s JOIN leads l ON l.id = s.subject""")  # fmt: skip
    whole = {str(row.subject): row for row in rows if row.state == "done"}
    free = {str(row.subject): row for row in rows if row.state == "undone"}
    wrong = [
        row for row in rows if row.state != ("undone" if str(row.subject) in undone else "done")
    ]
    found = [f"{row.subject} ended {row.state}" for row in wrong]
    found += [f"{lead} was told to be done and is not" for lead in done if lead not in whole]
    found += [f"{lead} was told to be undone and is not" for lead in undone if lead not in free]
    found += [f"{lead} is done and open" for lead, row in whole.items() if row.closed_at is None]
    found += [f"{lead} is undone and not free" for lead, row in free.items()
              if row.closed_at is not None or row.conversion_id is not None]  # fmt: skip
    for entity, (service, table) in TABLES.items():
        made = read(
            url.replace("{service}", service),
            f"SELECT id, lead_id FROM {table} WHERE lead_id IS NOT NULL AND deleted_at IS NULL",
        )
        count = Counter(str(row.lead_id) for row in made)
        found += [f"{lead} has {n} of {entity}" for lead, n in count.items() if n > 1]
        found += [f"{entity} of {lead} is an orphan" for lead in count.keys() - whole.keys()]
        by_lead = {str(row.lead_id): row.id for row in made}
        for lead, row in (whole | free).items():
            if by_lead.get(lead) != getattr(row, f"{entity}_id"):
                found.append(f"{lead} does not know its {entity}")
    return found
