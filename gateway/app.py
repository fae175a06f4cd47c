"""The one wiring point of the gateway: settings in, WSGI application out."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter

from chassis.access.clock import Clock
from chassis.access.keys import load_signer
from chassis.bus.client import BusClient
from chassis.errors import InternalError, Refusal
from chassis.settings import Settings
from contracts import identity
from gateway import observing, preconditions, problems
from gateway.body import LARGEST_BODY
from gateway.calls import Calls
from gateway.health import Health
from gateway.openapi.document import Document
from gateway.pages import refusals
from gateway.pages.compressing import compress
from gateway.pages.house import House
from gateway.pages.routes import every_page
from gateway.pipeline import Pipeline
from gateway.rates import Rates
from gateway.registry import Registry, Route
from gateway.routes import every_route
from gateway.routes.records import RESERVED
from gateway.safety import secure
from gateway.sessions import Sessions
from gateway.watching import OrganisationWatch

_IDENTITY: Final = identity.SERVICE


class _Segment(BaseConverter):
    """One segment of a path that is none of the names with a route of their own."""

    regex = f"(?!(?:{'|'.join(RESERVED)})(?:/|$))[^/]{{1,200}}"


class Gateway(Flask):
    """The WSGI application. `close` stops what runs behind it."""

    def __init__(self, settings: Settings, client: BusClient, own_client: bool) -> None:
        super().__init__("gateway", static_folder=None, template_folder=None)
        clock = Clock()
        signer = load_signer(settings.keys, "gateway", clock)
        self.calls = Calls(client, signer, settings)
        self.watch = OrganisationWatch(self._changes, clock)
        self.sessions = Sessions(self._session, self.watch.holder, signer)
        self.watch.on_ended = self.sessions.end
        self.watch.on_gap = self.sessions.forget_all
        self.rates = Rates(settings.rate_limit)
        self.pipeline = Pipeline(self.calls, self.sessions, self.watch, self.rates)
        self.settings = settings
        self.registry = Registry(())
        self.house = House()
        self._client = client if own_client else None

    def close(self) -> None:
        """Stop watching the organisation and leave the bus if it was joined here."""
        self.watch.stop()
        if self._client is not None:
            self._client.close()

    def _changes(self, since: int) -> dict[str, Any]:
        answer: dict[str, Any] = self.calls.own(
            _IDENTITY, "organisation_changes", {"since": since}, self.settings.read_deadline
        )
        return answer

    def _session(self, token_hash: str) -> dict[str, Any] | None:
        arguments = {"token_hash": token_hash}
        found: dict[str, Any] | None = self.calls.own(
            _IDENTITY, "session", arguments, self.settings.read_deadline
        )
        return found


def create_app(settings: Settings, client: BusClient | None = None) -> Gateway:
    """The gateway, ready to serve. Raises RouteError when a route is declared incompletely.

    Without `client` it joins the bus of `settings`. Identity need not be there yet.
    """
    bus = client or BusClient(settings.amqp_uri, "gateway")
    app = Gateway(settings, bus, own_client=client is None)
    # One byte more than we take: werkzeug cuts a chunked body off at its limit without a word.
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_BODY + 1, TRUSTED_HOSTS=settings.trusted_hosts)
    document = Document(app.calls)
    health = Health(app.calls, app.watch)
    api = every_route(app.sessions, health, document, metrics=settings.metrics)
    registry = Registry((*api, *every_page(app.house, app.sessions)))
    app.registry, document.routes = registry, tuple(registry)
    app.url_map.converters["segment"] = _Segment
    for route in registry:
        _serve(app, route)
    registry.require_complete(app.url_map.iter_rules(), document.build())
    _surround(app)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=0, x_port=0, x_prefix=0
        )
    app.watch.start()
    return app


def _serve(app: Gateway, route: Route) -> None:
    def view(**path: str) -> Response:
        return app.pipeline.run(route, path)

    rule = route.path.replace("{", "<segment:").replace("}", ">")
    app.add_url_rule(
        rule, route.name, view, methods=[route.method], provide_automatic_options=False,
        strict_slashes=True, merge_slashes=False,
    )  # fmt: skip


def _surround(app: Gateway) -> None:
    """What happens before and after every request, also one that no route takes."""

    @app.before_request
    def begin() -> None:
        _begin()

    @app.after_request
    def finish(response: Response) -> Response:
        _begin()
        allowance = g.get("allowance")
        if allowance is not None and response.status_code != 429:
            response.headers.extend(allowance.headers)
        over_https = request.is_secure or app.settings.secure_cookies
        observing.observe(response)
        compress(request, response)
        return secure(response, g.call_id, over_https)

    refused: Callable[[Refusal], Response] = _refused
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(HTTPException, _refused_by_flask)
    app.register_error_handler(Exception, _broken)


def _begin() -> None:
    """Note when the request came and under which id, once; routing may fail before we are asked."""
    if "call_id" not in g:
        g.started = time.perf_counter()
        g.call_id = preconditions.call_id(request.headers.get("X-Request-Id"))


def _refused(refusal: Refusal) -> Response:
    _begin()
    g.code = refusal.code
    app: Gateway = current_app  # type: ignore[assignment]
    route = app.registry.named(request.endpoint)
    if refusals.wants_page(request, route):
        return refusals.respond(app, request, route, refusal)
    user = g.get("user")
    organisation = app.watch.holder.current
    locale = (user.member.locale if user else None) or organisation.settings.get("default_locale")
    tongue = problems.language(request.headers.get("Accept-Language"), locale)
    return problems.respond(refusal, tongue, request.path, g.call_id)


def _refused_by_flask(error: HTTPException) -> Response:
    refusal, headers = problems.from_http(error)
    response = _refused(refusal)
    response.headers.extend(headers)
    return response


def _broken(error: Exception) -> Response:
    _begin()
    observing.defect(error)
    return _refused(InternalError())
