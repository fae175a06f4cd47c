"""Each status that the API promises, in the order of its checks, as a problem document."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import httpx
import pytest

from tests.gateway.small_services import id_of

SignIn = Callable[[str], httpx.Client]
X = f"/leads/{id_of('x')}"


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, object]:
    """The problem document of a refusal."""
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["type"] == f"/problems/{code}"
    assert problem["title"]
    assert problem["detail"]
    assert problem["instance"] == answer.request.url.path
    assert answer.headers["x-request-id"] == problem["request_id"]
    return dict(problem)


def test_login_gives_a_token_that_works_when_the_password_is_right(http: httpx.Client) -> None:
    body = {"email": "ana@example.com", "password": "ana"}
    answer = http.post("/api/v1/auth/login", json=body)
    assert answer.status_code == 200
    headers = {"Authorization": f"Bearer {answer.json()['token']}"}
    me = http.get("/api/v1/me", headers=headers)
    assert me.json()["id"] == str(id_of("ana"))


def test_login_is_401_when_the_password_is_wrong(http: httpx.Client) -> None:
    body = {"email": "ana@example.com", "password": "wrong"}
    refused(http.post("/api/v1/auth/login", json=body), 401, "wrong_credentials")


@pytest.mark.parametrize(
    ("body", "status", "pointer", "code"),
    [
        ({"email": 3, "password": "x"}, 400, "/email", "wrong_type"),
        ({"email": "a", "password": "x", "role": "admin"}, 400, "/role", "unknown_field"),
        ({"email": "a"}, 422, "/password", "required"),
    ],
)
def test_login_names_the_fault_when_the_body_is_wrong(
    http: httpx.Client, body: dict[str, object], status: int, pointer: str, code: str
) -> None:
    answer = http.post("/api/v1/auth/login", json=body)
    assert answer.status_code == status
    (fault,) = answer.json()["errors"]
    assert (fault["pointer"], fault["code"]) == (pointer, code)
    assert fault["detail"]


@pytest.mark.parametrize(
    "header", [None, "Bearer", "Bearer x", "Basic YTpi", "Bearer rap_nobody_at_all"]
)
def test_call_is_401_without_a_valid_token(http: httpx.Client, header: str | None) -> None:
    headers = {"Authorization": header} if header else {}
    answer = http.get("/api/v1/leads", headers=headers)
    refused(answer, 401, "unauthenticated")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("identifier", [str(id_of("x")), str(uuid4()), "no-uuid"])
def test_call_is_403_for_every_id_when_no_role_grants_it(
    signed_in: SignIn, identifier: str
) -> None:
    refused(signed_in("eva").get(f"/leads/{identifier}"), 403, "operation_not_granted")


def test_403_comes_before_400_and_404_but_after_413(signed_in: SignIn) -> None:
    eva = signed_in("eva")
    refused(eva.get("/leads?nonsense=1"), 403, "operation_not_granted")
    refused(eva.post("/leads", content=b"{"), 403, "operation_not_granted")
    refused(eva.post("/leads", content=b"x" * (1 << 21)), 413, "body_too_large")


def test_401_comes_before_413(http: httpx.Client) -> None:
    refused(http.post("/api/v1/leads", content=b"x" * (1 << 21)), 401, "unauthenticated")


def test_record_has_an_etag_and_absent_ones_are_404(signed_in: SignIn) -> None:
    ana = signed_in("ana")
    answer = ana.get(X)
    assert answer.headers["etag"] == '"7"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["title"] == "X"
    refused(ana.get(f"/leads/{uuid4()}"), 404, "not_found")
    refused(ana.get("/leads/not-a-uuid"), 404, "not_found")


def test_list_passes_the_query_on(signed_in: SignIn) -> None:
    answer = signed_in("ana").get(
        "/leads", params={"limit": 5, "sort": "-created_at", "filter": '{"status": "new"}'}
    )
    query = answer.json()["items"][0]["query"]
    assert query == {"limit": 5, "sort": "-created_at", "filter": {"status": "new"}}


def test_search_is_the_same_by_body_and_knows_no_bin(signed_in: SignIn) -> None:
    ana = signed_in("ana")
    body = {"limit": 5, "filter": {"status": "new"}}
    assert ana.post("/leads/search", json=body).json()["items"][0]["query"] == body
    refused(ana.post("/leads/search", json={"deleted": True}), 400, "malformed")
    assert ana.get("/leads/bin").json()["items"][0]["query"] == {"deleted": True}


@pytest.mark.parametrize(
    "query",
    [
        "nope=1",
        "limit=1&limit=2",
        "limit=ten",
        "limit=1_0",
        "filter={",
        "filter=%00",
        "limit=%EF%BC%91",
    ],
)
def test_list_is_400_when_a_parameter_cannot_be_understood(signed_in: SignIn, query: str) -> None:
    refused(signed_in("ana").get(f"/leads?{query}"), 400, "bad_parameter")


def test_create_answers_201_with_location_and_passes_the_key(signed_in: SignIn) -> None:
    ana = signed_in("ana")
    answer = ana.post("/leads", json={"title": "X"}, headers={"Idempotency-Key": "k-1"})
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/api/v1/leads/{id_of('x')}"
    assert answer.headers["etag"] == '"1"'
    assert answer.json()["command_key"] == "k-1"
    assert ana.post("/leads", json={"title": "X"}).json()["command_key"].startswith("once-")


def test_broken_rule_of_a_service_is_422_with_a_pointer(signed_in: SignIn) -> None:
    answer = signed_in("ana").post("/leads", json={"title": ""})
    problem = refused(answer, 422, "invalid")
    assert problem["errors"] == [
        {"pointer": "/title", "code": "required", "detail": "This is required."}
    ]


@pytest.mark.parametrize("key", ["", "k" * 256, "two words"])
def test_write_is_400_when_its_key_is_no_key(signed_in: SignIn, key: str) -> None:
    answer = signed_in("ana").post("/leads", json={}, headers={"Idempotency-Key": key})
    refused(answer, 400, "bad_idempotency_key")


def test_patch_passes_the_version_and_tells_what_differs_when_it_is_stale(
    signed_in: SignIn,
) -> None:
    ana = signed_in("ana")
    done = ana.patch(X, json={"title": "Y"}, headers={"If-Match": '"7"'})
    assert done.status_code == 200
    assert done.headers["etag"] == '"8"'
    assert ana.patch(X, json={}, headers={"If-Match": "*"}).status_code == 200
    problem = refused(ana.patch(X, json={}, headers={"If-Match": '"6"'}), 412, "stale_version")
    assert problem["version"] == 7
    assert problem["fields"] == ["title"]


@pytest.mark.parametrize("value", ["7", 'W/"7"', '"7", "8"', '"x"', '"'])
def test_patch_is_400_when_if_match_is_no_strong_tag(signed_in: SignIn, value: str) -> None:
    answer = signed_in("ana").patch(X, json={}, headers={"If-Match": value})
    refused(answer, 400, "bad_if_match")


def test_unknown_path_is_404_and_other_methods_are_405(http: httpx.Client) -> None:
    refused(http.get("/api/v1/dragons"), 404, "no_such_path")
    answer = http.put("/api/v1/leads")
    refused(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "GET, HEAD, POST"
    assert http.request("DELETE", "/api/v1/leads/bin").status_code == 405


def test_defect_is_500_that_tells_nothing(signed_in: SignIn) -> None:
    answer = signed_in("ana").get(f"/leads/{id_of('defect')}")
    refused(answer, 500, "internal_error")
    assert "secret" not in answer.text
    assert "RuntimeError" not in answer.text


def test_service_that_is_down_is_503_with_retry_after(signed_in: SignIn) -> None:
    answer = signed_in("ana").get("/jobs/activities-00000000-0000-0000-0000-000000000000")
    refused(answer, 503, "service_unavailable")
    assert int(answer.headers["retry-after"]) >= 1


def test_texts_are_in_the_language_asked_for_and_codes_are_not(
    signed_in: SignIn, http: httpx.Client
) -> None:
    english = http.get("/api/v1/nope", headers={"Accept-Language": "fr, en;q=0.5"}).json()
    portuguese = http.get("/api/v1/nope", headers={"Accept-Language": "pt-BR"}).json()
    assert english["code"] == portuguese["code"]
    assert (english["title"], portuguese["title"]) == ("Not found", "Não encontrado")
    eva = signed_in("eva").get(X)
    assert eva.json()["title"] == "Não permitido"
    assert eva.headers["content-language"] == "pt-BR"
