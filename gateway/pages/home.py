"""Home: what a person sees first in the morning. The page calls nobody; its panels do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from babel.dates import format_date

from chassis import wire
from chassis.errors import Forbidden, Refusal
from contracts.access import Level
from contracts.catalogue import ENTITIES
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.pages.charts import CHARTS, Chart, drawn
from gateway.pages.descriptions import Description
from gateway.pages.due import Row, asking, unseen
from gateway.pages.house import House
from gateway.pages.lists import PAGE
from gateway.pages.morning import Panel, Part, panels
from gateway.pages.navigation import icon_of, navigation
from gateway.pages.viewer import Viewer, locale_of, viewer_of, zone_of
from gateway.permissions import Granted, SignedIn
from gateway.registry import Route
from gateway.texts import sentence

_LIMIT: Final = 8
_ANY_DAY: Final = date(2000, 1, 1)
_NOON, _EVENING = 12, 18


def home_pages(house: House) -> Iterator[Route]:
    """Where one comes in, and its panels."""
    yield Route(
        method="GET", path="/", name="home", area="pages", page=True, permission=SignedIn(),
        summary="Where one comes in", replies=PAGE, answer=lambda asked: _home(house, asked),
    )  # fmt: skip
    for panel in panels(_ANY_DAY):
        yield Route(
            method="GET", path=f"/home/{panel.name}", name=f"pages.home.{panel.name}",
            area="pages", page=True, summary=panel.title, replies=PAGE,
            permission=Granted(panel.entity, "read"), answer=_Panel(house, panel.name),
        )  # fmt: skip
    for chart in CHARTS:
        yield Route(
            method="GET", path=f"/home/charts/{chart.name}", name=f"pages.home.{chart.name}",
            area="pages", page=True, summary=chart.title, replies=PAGE,
            permission=Granted(chart.entity, "read"), answer=_Drawn(house, chart),
        )  # fmt: skip


def _home(house: House, asked: Asked) -> Answer:
    assert asked.user is not None
    rights, viewer = asked.user.rights, viewer_of(asked)
    if not navigation(rights, viewer):
        raise Forbidden("No role of yours opens anything yet.", code="operation_not_granted")
    shown = [
        (panel, icon_of(panel.entity), wire.dumps(panel.filter).decode(), ENTITIES[panel.entity])
        for panel in panels(viewer.today)
        if rights.anywhere(panel.entity, "read") is not Level.none
    ]
    charts = [each for each in CHARTS if rights.anywhere(each.entity, "read") is not Level.none]
    name = asked.user.member.name.split()[0]
    return house.page(
        asked, "home.html", panels=shown, charts=charts, greeting=_greeting(viewer), name=name,
        day=format_date(viewer.today, "full", locale=locale_of(viewer.language)),
    )  # fmt: skip


def _greeting(viewer: Viewer) -> str:
    """An English text: what to say to somebody at their time of the day."""
    hour = datetime.now(zone_of(viewer.zone)).hour
    if hour < _NOON:
        return "Good morning, {name}"
    return "Good afternoon, {name}" if hour < _EVENING else "Good evening, {name}"


@dataclass(frozen=True)
class _Listed:
    """What a part of a panel shows."""

    part: Part
    filter: str
    rows: list[Row]
    total: int | None
    more: bool


@dataclass(frozen=True)
class _Panel:
    house: House
    name: str

    def __call__(self, asked: Asked) -> Answer:
        viewer = viewer_of(asked)
        panel = next(each for each in panels(viewer.today) if each.name == self.name)
        description = self.house.descriptions.of(asked, ENTITIES[panel.entity])
        if unseen(description, panel.filter):
            return self.house.page(asked, "home_note.html", note="Your roles hide what this needs.")
        found = self._listed(asked, description, panel)
        return self.house.page(
            asked, "home_panel.html", panel=panel, parts=[each for each in found if each.rows],
            description=description, entity=description.entity,
        )  # fmt: skip

    def _listed(self, asked: Asked, description: Description, panel: Panel) -> list[_Listed]:
        parts = panel.parts or (Part("", panel.filter),)
        calls = [
            asking(description, part.filter, panel.sort, _LIMIT, count="estimate") for part in parts
        ]
        answers = asked.gather(calls)
        for answer in answers:
            if isinstance(answer, Refusal):
                raise answer
        return [
            _part(viewer_of(asked), description, part, answer)
            for part, answer in zip(parts, answers, strict=True)
        ]


def _part(viewer: Viewer, description: Description, part: Part, answer: Any) -> _Listed:
    rows = [Row(description, record, viewer) for record in answer["items"]]
    total = answer.get("total")
    return _Listed(part, wire.dumps(part.filter).decode(), rows, total,
                   bool(answer.get("next_cursor")))  # fmt: skip


@dataclass(frozen=True)
class _Drawn:
    house: House
    chart: Chart

    def __call__(self, asked: Asked) -> Answer:
        viewer, chart = viewer_of(asked), self.chart
        description = self.house.descriptions.of(asked, ENTITIES[chart.entity])
        wanted = chart.filter(description, viewer)
        if unseen(description, wanted) or chart.grouped not in description.fields:
            return self.house.page(asked, "home_note.html", note="Your roles hide what this needs.")
        try:
            said = asked.call(description.entity.service, "report", {
                "entity": chart.entity, "query": chart.query(wanted, description),
            })  # fmt: skip
        except Forbidden as refusal:
            words = sentence(refusal.code, viewer.language, refusal.detail, refusal.status)
            return self.house.page(asked, "home_note.html", note=words)
        return self.house.page(
            asked, "home_chart.html", chart=chart, description=description,
            entity=description.entity, filter=wire.dumps(wanted).decode(),
            figures=drawn(chart, description, viewer, said),
        )  # fmt: skip
