"""What every page is made with: templates, assets and descriptions, in one place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from gateway.answers import Answer
from gateway.pages import cells, cookies, forgery
from gateway.pages.assets import VENDOR, Assets
from gateway.pages.descriptions import Descriptions
from gateway.pages.navigation import administers, navigation, viewed_by
from gateway.pages.own_places import own_places
from gateway.pages.setups import Setups
from gateway.pages.viewer import viewer_of

if TYPE_CHECKING:
    from gateway.asked import Asked

MEDIA_TYPE: Final = "text/html; charset=utf-8"
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    # Forms tell where they were sent from, and nobody else is told.
    "Referrer-Policy": "same-origin",
    "Vary": "Cookie, HX-Request, Accept-Encoding",
}
_MISSING_ICON: Final = "circle"
_SYMBOL: Final = re.compile(r'id="icon-([a-z0-9-]+)"')


@dataclass
class House:
    """Makes pages. `render` is the only way to HTML, and escapes whatever it is given.

    `paths` are the paths of all pages, so that links lead only to what is there.
    """

    assets: Assets = field(default_factory=Assets)
    descriptions: Descriptions = field(default_factory=Descriptions)
    setups: Setups = field(default_factory=Setups)
    paths: frozenset[str] = frozenset()

    def page(
        self,
        asked: Asked,
        template: str,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **values: Any,
    ) -> Answer:
        """The page of `template`; when a part of it was asked for, its part."""
        html = self.render(asked, template, **values)
        return Answer(
            status=status, raw=html.encode(), media_type=MEDIA_TYPE,
            headers={**_HEADERS, **(headers or {})},
        )  # fmt: skip

    def render(self, asked: Asked, template: str, **values: Any) -> str:
        """`template` as whoever asks reads it."""
        viewer = viewer_of(asked)
        user = asked.user
        return self._templates.get_template(template).render(
            _=viewer.text,
            viewer=viewer,
            asked=asked,
            user=user.member if user else None,
            rights=user.rights if user else None,
            menu=navigation(user.rights, viewer) if user else [],
            administers=administers(user.rights) if user else False,
            viewed_by=viewed_by(user) if user else None,
            csrf=forgery.token_of(user) if user else "",
            theme=cookies.theme(asked.cookies),
            **values,
        )

    @cached_property
    def _templates(self) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip
        environment.globals.update(
            asset=self.assets.url,
            icon=self._icon,
            cell=cells.cell,
            person=cells.person,
            stage_badge=cells.stage_badge,
            record_link=cells.record_link,
            point_link=cells.point_link,
            choice_name=cells.choice_name,
            query=_query,
            own_places=own_places,
        )
        return environment

    @cached_property
    def _drawn(self) -> dict[str, Markup]:
        """The icons that were drawn before: names come from templates, so they are few."""
        return {}

    @cached_property
    def _icons(self) -> frozenset[str]:
        sprite = VENDOR / "icons.svg"
        return frozenset(_SYMBOL.findall(sprite.read_text())) if sprite.exists() else frozenset()

    def _icon(self, name: str) -> Markup:
        drawn = self._drawn.get(name)
        if drawn is None:
            drawn = self._drawn[name] = self._draw(name)
        return drawn

    def _draw(self, name: str) -> Markup:
        known = name if name in self._icons else _MISSING_ICON
        link = f"{self.assets.url('icons.svg')}#icon-{known}"
        mark = '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"></use></svg>'
        return Markup(mark).format(link)


def _query(path: str, **values: Any) -> str:
    """`path` with those of `values` that say something."""
    said = {name: value for name, value in values.items() if value not in (None, "")}
    return f"{path}?{urlencode(said)}" if said else path


def moved(asked: Asked, path: str, headers: Mapping[str, str | list[str]] | None = None) -> Answer:
    """Send the browser on to `path`, which is one of ours."""
    if asked.fragment:
        return Answer(status=204, headers={"HX-Redirect": path, **(headers or {})})
    return Answer(raw=b"", status=303, media_type=MEDIA_TYPE,
                  headers={"Location": path, **_HEADERS, **(headers or {})})  # fmt: skip


def inner_path(given: str | None, fallback: str = "/") -> str:
    """`given` when it is a path on this very site, else `fallback`: no link leads elsewhere."""
    text = given or ""
    plain = text.isascii() and text.isprintable() and "\\" not in text
    return text if plain and text.startswith("/") and not text.startswith("//") else fallback
