"""What happens to every request, in the order that clients may rely on.

401, 429, 413, type-level 403 and then 400 are decided here; the service decides the rest.
"""

from __future__ import annotations

from typing import Any, Final

from flask import Request, Response, g, request

from chassis.errors import Malformed, Unauthenticated
from gateway import preconditions
from gateway.asked import Asked
from gateway.body import parse_form, parse_object, read_body
from gateway.calls import Calls
from gateway.pages import cookies, forgery
from gateway.parameters import read_query, require_utf8
from gateway.rates import Rates
from gateway.registry import Body, Route
from gateway.sessions import Sessions, SignedInUser
from gateway.validation import require_shape
from gateway.watching import OrganisationWatch

_LONGEST_AGENT: Final = 200


class Pipeline:
    """Takes requests through their checks to the route's answer."""

    def __init__(
        self, calls: Calls, sessions: Sessions, watch: OrganisationWatch, rates: Rates
    ) -> None:
        self._calls = calls
        self._sessions = sessions
        self._watch = watch
        self._rates = rates

    def run(self, route: Route, path: dict[str, str]) -> Response:
        """The response to the current request; raises the refusal that ends it."""
        user = self._signed_in(request, route) if route.permission.signed_in else None
        if route.limited:
            g.allowance = self._rates.take(_who(user))
        data = read_body(request)
        if route.page and route.writes:
            forgery.require_same_site(request)
        if user is not None:
            route.permission.require(user.rights)
        asked = self._parsed(route, path, user, data)
        answer = route.answer(asked)
        if route.renews:
            self._watch.refresh()
        return answer.response()

    def _signed_in(self, incoming: Request, route: Route) -> SignedInUser:
        address = incoming.remote_addr or ""
        authorization = incoming.headers.get("Authorization")
        if route.page:
            # Only pages know cookies: what the API does, no other site can make a browser do.
            authorization = cookies.authorization(incoming.cookies)
        try:
            user = self._sessions.user(authorization, lambda: self._rates.require_guess(address))
        except Unauthenticated:
            if authorization:
                self._rates.require_guess(address)
                self._rates.count_guess(address)
            raise
        g.user = user
        return user

    def _parsed(
        self, route: Route, path: dict[str, str], user: SignedInUser | None, data: bytes
    ) -> Asked:
        headers = request.headers
        asked = Asked(route, self._calls, g.call_id, path, user=user)
        require_utf8(request.query_string)
        asked.query = read_query(route, request.args)
        if route.body is not None:
            asked.body = _parsed_body(route.body, data, headers.get("Content-Type", ""))
        if route.page:
            self._read_page(asked, data)
        if route.versioned:
            asked.version = preconditions.expected_version(headers.get("If-Match"))
        if route.writes and user is not None:
            given = asked.form.get("key") if route.page else headers.get("Idempotency-Key")
            asked.key = preconditions.command_key(given)
        asked.address = request.remote_addr or ""
        asked.user_agent = headers.get("User-Agent", "")[:_LONGEST_AGENT]
        return asked

    @staticmethod
    def _read_page(asked: Asked, data: bytes) -> None:
        headers = request.headers
        asked.cookies, asked.languages = request.cookies, headers.get("Accept-Language")
        asked.fragment = "HX-Request" in headers
        if asked.route.writes:
            asked.form = parse_form(data, headers.get("Content-Type", ""))
            if asked.user is not None:
                forgery.require_token(asked.user, headers.get(forgery.HEADER), asked.form)


def _parsed_body(body: Body, data: bytes, content_type: str) -> dict[str, Any]:
    if not data:
        if body.required:
            raise Malformed("This needs a JSON body.", code="body_required")
        return {}
    value = parse_object(data, content_type, body.media_types)
    if body.checked:
        require_shape(value, body.schema)
    return value


def _who(user: SignedInUser | None) -> str:
    if user is None:
        return f"address:{request.remote_addr}"
    return f"token:{user.token_hash}"
