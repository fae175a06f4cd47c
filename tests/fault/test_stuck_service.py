"""A service that hangs: its callers are answered by the deadline, then at once, and others work."""

from __future__ import annotations

import os
import signal
import time
from uuid import uuid4

from tests.fault.scenes import twenty_times
from tests.system.platform import Platform

READ_DEADLINE = 2.0
AT_ONCE = 0.5


@twenty_times
def test_stuck_service_is_given_up_until_it_answers_again(platform: Platform, turn: int) -> None:
    client = platform.administrator()
    lead = client.made("/leads", {"title": uuid4().hex})
    process = platform.processes["leads"].pid
    os.killpg(process, signal.SIGSTOP)
    waited = []
    try:
        for _ in range(12):
            began = time.monotonic()
            answer = client.get(f"/leads/{lead['id']}")
            waited.append(time.monotonic() - began)
            assert answer.status_code == 503
            assert int(answer.headers["Retry-After"]) > 0
            assert client.get("/deals").status_code == 200
        assert max(waited) < READ_DEADLINE + 1.0
        # After a few that waited the breaker is open: nobody waits for what does not come.
        assert sorted(waited)[len(waited) // 2] < AT_ONCE
    finally:
        os.killpg(process, signal.SIGCONT)
    limit = time.monotonic() + 15
    while client.get(f"/leads/{lead['id']}").status_code != 200:
        assert time.monotonic() < limit, "the service was not found again"
        time.sleep(0.1)
    # What was given up had no late effect and left the service whole.
    assert client.post("/leads", {"title": uuid4().hex}).status_code == 201
