"""The order of refusals: 401, 403 by type, 400, 404, 403 by row, 428, 412, 422."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.matrix.door import Door, Request
from tests.matrix.expectations import Facts, Role
from tests.matrix.kinds import COMPANY, CONTACT, DEAL, LEAD, Kind

PUBLIC = {
    ("POST", "/api/v1/auth/login"), ("POST", "/api/v1/auth/password/forgot"),
    ("POST", "/api/v1/auth/password/reset"), ("GET", "/health/live"), ("GET", "/health/ready"),
    ("GET", "/metrics"), ("GET", "/"), ("GET", "/api/v1/openapi.json"), ("GET", "/api/docs"),
    ("GET", "/api/docs/{asset}"),
}  # fmt: skip
# A change that breaks a rule of the kind.
BROKEN: dict[Kind, dict[str, object]] = {
    LEAD: {"status": "junk"},
    CONTACT: {"emails": [{"value": "nothing"}]},
    COMPANY: {"name": None},
    DEAL: {"stage": "junk"},
}


def changes(path: str, version: int | None, body: dict[str, object]) -> tuple[Request, ...]:
    """A change and a removal of the record at `path`."""
    return (
        Request("PATCH", path, body=body, version=version),
        Request("DELETE", path, version=version),
    )


@pytest.mark.timeout(120)
@pytest.mark.parametrize("kind", BROKEN, ids=str)
def test_refusals_come_in_the_stated_order(door: Door, kind: Kind) -> None:
    own = door.world.make(Facts("self", kind=kind))
    seen, foreign = (door.world.record(who, kind=kind) for who in ("colleague", "south"))
    stale, missing = own.version + 5, f"{kind.path}/{uuid4()}"
    unknown, rule = {"nonsense": 1}, BROKEN[kind]
    door.give()
    for path in (own.path, foreign.path, missing, f"{kind.path}/no-uuid"):
        for request in changes(path, None, unknown):
            door.expect(request, 403, "nothing granted, unknown field, no If-Match")
        door.expect(Request("GET", path, {"nonsense": 1}), 403, "nothing granted")
    levels = {"read": "department", "update": "own", "delete": "own"}
    door.give(Role(levels, fields={"source": "read"}, kind=kind))
    for path in (own.path, seen.path, foreign.path, missing):
        for version in (None, stale):
            request = Request("PATCH", path, body=unknown, version=version)
            door.expect(request, 400, "unknown field before 404, 403, 428, 412")
        mixed = {"nonsense": 1, "source": "x", **rule}
        door.expect(Request("PATCH", path, body=mixed), 400, "before read-only")
        door.expect(Request("GET", path, {"fields": "nonsense"}), 400)
    for version in (None, stale, 1):
        for path in (foreign.path, missing):
            for request in changes(path, version, {"source": "x"}):
                door.expect(request, 404, "unreadable before read-only, 428, 412")
        for request in changes(seen.path, version, rule):
            door.expect(request, 403, "not allowed before 428, 412, 422")
        request = Request("PATCH", own.path, body={"source": "x"}, version=version)
        door.expect(request, 403, "read-only before 428, 412")
    for request in changes(own.path, None, rule):
        door.expect(request, 428, "before 422")
    for request in changes(own.path, stale, rule):
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
            real = path.replace("{id}", door.world.record("self").id).replace("{code}", "new")
            for stranger in strangers:
                answer = stranger.http.request(method.upper(), real, json={"nonsense": 1})
                door.tally.requests += 1
                door.tally.status(401, answer.status_code, f"stranger {method.upper()} {path}")
    door.tally.settle(at_least=60)
