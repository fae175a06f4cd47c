"""The order of refusals: 401, 403 by type, 400, 404, 403 by row, 428, 412, 422."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.matrix.door import Door, Request
from tests.matrix.expectations import Facts, Role
from tests.matrix.world import Lead

PUBLIC = {
    ("POST", "/api/v1/auth/login"), ("GET", "/health/live"), ("GET", "/health/ready"),
    ("GET", "/metrics"), ("GET", "/"), ("GET", "/api/v1/openapi.json"), ("GET", "/api/docs"),
    ("GET", "/api/docs/{asset}"),
}  # fmt: skip
READ_ONLY = Role(
    {"read": "department", "update": "own", "delete": "own"}, fields={"source": "read"}
)


def changes(lead_id: str, version: int | None, body: dict[str, object]) -> tuple[Request, ...]:
    """A change and a removal of a lead."""
    path = f"/leads/{lead_id}"
    return (
        Request("PATCH", path, body=body, version=version),
        Request("DELETE", path, version=version),
    )


@pytest.mark.timeout(120)
def test_refusals_come_in_the_stated_order(door: Door) -> None:
    own: Lead = door.world.make_lead(Facts("self"))
    seen, foreign = door.world.lead("colleague"), door.world.lead("south")
    stale, absent = own.version + 5, str(uuid4())
    unknown, rule = {"nonsense": 1}, {"status": "junk"}
    door.give()
    for lead_id in (own.id, foreign.id, absent, "no-uuid"):
        for request in changes(lead_id, None, unknown):
            door.expect(request, 403, "nothing granted, unknown field, no If-Match")
        door.expect(Request("GET", f"/leads/{lead_id}", {"nonsense": 1}), 403, "nothing granted")
    door.give(READ_ONLY)
    for lead_id in (own.id, seen.id, foreign.id, absent):
        for version in (None, stale):
            request = Request("PATCH", f"/leads/{lead_id}", body=unknown, version=version)
            door.expect(request, 400, "unknown field before 404, 403, 428, 412")
        mixed = {"nonsense": 1, "source": "x", **rule}
        door.expect(Request("PATCH", f"/leads/{lead_id}", body=mixed), 400, "before read-only")
        door.expect(Request("GET", f"/leads/{lead_id}", {"fields": "nonsense"}), 400)
    for version in (None, stale, 1):
        for lead_id in (foreign.id, absent):
            for request in changes(lead_id, version, {"source": "x"}):
                door.expect(request, 404, "unreadable before read-only, 428, 412")
        for request in changes(seen.id, version, rule):
            door.expect(request, 403, "not allowed before 428, 412, 422")
        request = Request("PATCH", own.path, body={"source": "x"}, version=version)
        door.expect(request, 403, "read-only before 428, 412")
    for request in changes(own.id, None, rule):
        door.expect(request, 428, "before 422")
    for request in changes(own.id, stale, rule):
        door.expect(request, 412, "before 422")
    door.expect(Request("PATCH", own.path, body=rule, version=own.version), 422, "at last")
    door.tally.settle(at_least=50)


@pytest.mark.timeout(120)
def test_every_route_refuses_strangers(door: Door) -> None:
    paths = door.world.administrator.http.get("/api/v1/openapi.json").json()["paths"]
    strangers = door.world.platform.client(), door.world.platform.client()
    strangers[1].http.headers["Authorization"] = "Bearer rap_nobody"
    for path, methods in sorted(paths.items()):
        for method in sorted(methods):
            if (method.upper(), path) in PUBLIC or method not in ("get", "post", "patch", "delete"):
                continue
            real = path.replace("{id}", door.world.lead("self").id).replace("{code}", "new")
            for stranger in strangers:
                answer = stranger.http.request(method.upper(), real, json={"nonsense": 1})
                door.tally.requests += 1
                door.tally.status(401, answer.status_code, f"stranger {method.upper()} {path}")
    door.tally.settle(at_least=60)
