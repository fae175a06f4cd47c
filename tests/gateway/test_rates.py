"""Rate limits: announced, enforced per token, never above 401 and never for health."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse

from chassis.service.host import Host
from chassis.settings import Settings
from gateway.app import Gateway, create_app
from tests.gateway.small_services import SmallIdentity


@pytest.fixture
def strict(small_settings: Settings, small_host: Host) -> Iterator[Gateway]:
    """A gateway that allows three requests a minute."""
    app = create_app(dataclasses.replace(small_settings, rate_limit=3))
    yield app
    app.close()


def get(app: Gateway, path: str, token: str | None = None) -> TestResponse:
    """GET, with a token when one is given."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return app.test_client().get(path, headers=headers, base_url="http://127.0.0.1")


def test_token_is_429_with_retry_after_when_its_minute_is_used_up(strict: Gateway) -> None:
    left = []
    for _ in range(3):
        answer = get(strict, "/api/v1/me", "rap_ana_0000000")
        assert answer.status_code == 200
        assert answer.headers["RateLimit-Policy"] == '"default";q=3;w=60'
        left.append(answer.headers["RateLimit"].split(";")[1])
    assert left == ["r=2", "r=1", "r=0"]
    refused = get(strict, "/api/v1/me", "rap_ana_0000000")
    assert refused.status_code == 429
    assert refused.json is not None
    assert refused.json["code"] == "too_many_requests"
    assert "allowance" not in refused.json
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["RateLimit"].startswith('"default";r=0')
    assert get(strict, "/api/v1/me", "rap_adm_0000000").status_code == 200


def test_guessed_tokens_are_429_after_as_many(strict: Gateway) -> None:
    statuses = [get(strict, "/api/v1/me", f"rap_guess_{n}").status_code for n in range(5)]
    assert statuses == [401, 401, 401, 429, 429]


def test_guesses_beyond_the_limit_cost_identity_nothing(strict: Gateway) -> None:
    for _ in range(2):  # The first organisation that comes makes a gateway forget its sessions.
        assert get(strict, "/api/v1/me", "rap_adm_0000000").status_code == 200
    for n in range(3):
        get(strict, "/api/v1/me", f"rap_more_{n}")
    asked = SmallIdentity.sessions_asked
    for n in range(3, 9):
        assert get(strict, "/api/v1/me", f"rap_more_{n}").status_code == 429
    assert SmallIdentity.sessions_asked == asked
    assert get(strict, "/api/v1/me", "rap_adm_0000000").status_code == 200


def test_health_is_never_limited(strict: Gateway) -> None:
    assert {get(strict, "/health/live").status_code for _ in range(10)} == {200}
