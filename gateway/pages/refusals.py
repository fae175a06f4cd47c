"""A refusal as a person meets it: a page that says so, or a line in the part that failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from flask import Request, Response, g

from chassis.errors import Refusal, Unauthenticated, Unavailable
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.pages import cookies
from gateway.pages.house import House, inner_path, moved
from gateway.pages.viewer import viewer_of
from gateway.problems import problem
from gateway.texts import sentence

if TYPE_CHECKING:
    from gateway.app import Gateway
    from gateway.registry import Route
    from gateway.sessions import SignedInUser

SIGN_IN: Final = "/sign-in"
_LONGEST_NEXT: Final = 2_000


def wants_page(request: Request, route: Route | None) -> bool:
    """Whether `request` came from somebody looking at a page."""
    if route is not None:
        return route.page
    return "text/html" in request.headers.get("Accept", "") and not request.path.startswith("/api")


def respond(app: Gateway, request: Request, route: Route | None, refusal: Refusal) -> Response:
    """`refusal` for whoever looks at a page; who is not signed in is asked to."""
    asked = Asked(
        route or next(iter(app.registry)), app.calls, g.call_id,
        user=_known(app, request) if route is None else g.get("user"),
        cookies=request.cookies, fragment="HX-Request" in request.headers,
        languages=request.headers.get("Accept-Language"),
    )  # fmt: skip
    if isinstance(refusal, Unauthenticated):
        return _to_sign_in(asked, request).response()
    try:
        answer = _page(app.house, asked, request, refusal)
    except Unavailable as unbuilt:
        answer = Answer(raw=unbuilt.detail.encode(), status=503, media_type="text/plain")
    response = answer.response()
    if refusal.status in (429, 503):
        response.headers["Retry-After"] = str(max(1, round(refusal.extra.get("retry_after") or 1)))
    return response


def _page(house: House, asked: Asked, request: Request, refusal: Refusal) -> Answer:
    if refusal.status == 404 and not asked.fragment:
        # Whatever is absent looks the same: whether it is there at all is told to nobody.
        return house.page(asked, "not_found.html", status=404)
    language = viewer_of(asked).language
    document = problem(refusal, language, request.path, g.call_id)
    if refusal.status == 503:
        # The name of a process says nothing to somebody who looks at a page.
        document["detail"] = sentence(refusal.code, language, "", refusal.status)
    template = "refusal_part.html" if asked.fragment else "refusal.html"
    return house.page(asked, template, status=refusal.status, problem=document)


def _known(app: Gateway, request: Request) -> SignedInUser | None:
    """Who asked for what is nobody's path, so that they find their way on from there."""
    try:
        return app.sessions.user(
            cookies.authorization(request.cookies),
            lambda: app.rates.require_guess(request.remote_addr or ""),
        )
    except Refusal:
        return None


def _to_sign_in(asked: Asked, request: Request) -> Answer:
    wanted = request.full_path.rstrip("?") if request.method == "GET" else "/"
    if asked.fragment:
        current = request.headers.get("HX-Current-URL", "")
        wanted = "/" + current.partition("://")[2].partition("/")[2]
    wanted = inner_path(wanted)[:_LONGEST_NEXT]
    if cookies.viewing(request.cookies):
        # The time of looking as somebody else is over; their own session goes on.
        return moved(asked, wanted, {"Set-Cookie": cookies.no_view(request)})
    path = SIGN_IN if wanted == "/" else f"{SIGN_IN}?next={quote(wanted, safe='')}"
    return moved(asked, path)
