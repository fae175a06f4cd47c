"""No route without a permission, none outside the document, and a document that is valid."""

from __future__ import annotations

import dataclasses

import httpx
import pytest
from openapi_spec_validator import validate

from chassis.settings import Settings
from contracts.catalogue import SERVICES
from gateway import routes
from gateway.app import Gateway, create_app
from gateway.registry import Registry, RouteError


def test_start_fails_when_a_rule_stands_in_no_row(gateway: Gateway) -> None:
    class Rule:
        endpoint, rule = "forgotten", "/api/v1/forgotten"

    with pytest.raises(RouteError, match=r"/api/v1/forgotten .* stands in no row"):
        Registry([]).require_complete([Rule()], {"paths": {}})


def test_start_fails_when_a_route_has_no_permission(
    small_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = routes.every_route

    def without(*parts: object, **more: object) -> object:
        for route in every(*parts, **more):  # type: ignore[arg-type]
            yield dataclasses.replace(route, permission=None) if route.name == "me" else route

    monkeypatch.setattr("gateway.app.every_route", without)
    with pytest.raises(RouteError, match="GET /api/v1/me declares no permission"):
        create_app(small_settings)


def test_start_fails_when_the_document_lacks_a_route(gateway: Gateway) -> None:
    (route, *_rest) = list(gateway.registry)
    with pytest.raises(RouteError, match="The OpenAPI document lacks"):
        Registry([route]).require_complete([], {"paths": {}})


def test_document_is_valid_and_holds_every_route(http: httpx.Client, gateway: Gateway) -> None:
    document = http.get("/api/v1/openapi.json").json()
    validate(document)
    assert document["openapi"].startswith("3.1")
    documented = {
        (method.upper(), path) for path, methods in document["paths"].items() for method in methods
    }
    api = [route for route in gateway.registry if not route.page]
    assert documented == {(route.method, route.path) for route in api}


def test_document_knows_the_fields_that_services_describe(http: httpx.Client) -> None:
    schemas = http.get("/api/v1/openapi.json").json()["components"]["schemas"]
    assert schemas["LeadCreate"]["properties"].keys() == {"title"}
    assert schemas["LeadCreate"]["required"] == ["title"]
    assert schemas["Lead"]["properties"]["number"] == {"type": "integer"}


def test_routes_that_need_no_session_are_these(gateway: Gateway) -> None:
    public = {route.name for route in gateway.registry if not route.permission.signed_in}
    assert public == {
        "auth.login", "auth.password.forgot", "auth.password.reset", "health.live",
        "health.ready", "metrics", "openapi", "docs", "docs.asset", "pages.asset",
        "pages.sign_in", "pages.signed_in", "pages.passwords.forgotten", "pages.passwords.ask",
        "pages.passwords.reset", "pages.passwords.set",
    }  # fmt: skip


def test_every_other_route_is_401_without_a_session(http: httpx.Client, gateway: Gateway) -> None:
    for route in gateway.registry:
        if route.permission.signed_in:
            path = route.path.replace("{id}", "0197a000-0000-7000-8000-000000000000")
            path = path.replace("{code}", "new").replace("{field}", "title")
            answer = http.request(route.method, path)
            if route.page:
                assert answer.status_code == 303, (route.method, route.path)
                assert answer.headers["location"].startswith("/sign-in")
            else:
                assert answer.status_code == 401, (route.method, route.path)


def test_documentation_pages_need_nothing_from_elsewhere(http: httpx.Client) -> None:
    page = http.get("/api/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert "http" not in page.text
    for asset in ("swagger-ui-bundle.js", "swagger-ui.css", "start.js", "favicon-32x32.png"):
        assert http.get(f"/api/docs/{asset}").status_code == 200
    assert http.get("/api/docs/..%2f..%2fsetup.py").status_code == 404


def test_readiness_names_the_service_that_is_down(http: httpx.Client) -> None:
    answer = http.get("/health/ready")
    assert answer.status_code == 503
    services = answer.json()["services"]
    answering = {name for name, one in services.items() if one["checks"].get("answers", True)}
    assert set(services) == set(SERVICES)
    assert answering == {"identity", "leads"}
    assert answer.json()["organisation"]["late"] is False


def test_figures_are_served_only_where_they_are_allowed(
    http: httpx.Client, small_settings: Settings
) -> None:
    assert "rapport_request_seconds" in http.get("/metrics").text
    private = create_app(dataclasses.replace(small_settings, metrics=False))
    assert private.test_client().get("/metrics", base_url="http://127.0.0.1").status_code == 404
    private.close()


def test_writes_that_the_bus_may_repeat_are_those_whose_services_know_keys(
    gateway: Gateway,
) -> None:
    writes = [route for route in gateway.registry if route.writes]
    assert all(route in writes for route in gateway.registry if route.repeatable)
    others = {route.name for route in writes if not route.repeatable}
    assert {"tokens.create", "auth.login"} <= others
    assert not others & {"leads.create", "leads.update", "users.delete", "me.password"}
