"""What a list comes to: how many records, and how much money in each currency.

A panel of its own, since it costs a report: the list does not wait for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from chassis.errors import Forbidden
from contracts.speech import EntityContract
from gateway import parameters
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.pages.house import House
from gateway.permissions import Granted
from gateway.registry import Reply, Route

_QUERY: Final = tuple(each for each in parameters.LIST if each.name in ("q", "filter"))


def total_pages(house: House, entity: EntityContract) -> Iterator[Route]:
    """The totals of the list of `entity`."""
    yield Route(
        method="GET", path=f"/{entity.plural}/totals", name=f"pages.{entity.plural}.totals",
        area="pages", page=True, summary=f"What a list of {entity.plural} comes to",
        permission=Granted(entity.name, "read"), parameters=_QUERY,
        replies={200: Reply("A page.", media_type="text/html")},
        answer=lambda asked: _totals(house, entity, asked),
    )  # fmt: skip


def _totals(house: House, entity: EntityContract, asked: Asked) -> Answer:
    description = house.descriptions.of(asked, entity)
    added = [field for field in description.fields.values()
             if field.type == "money" and "sum" in field.said["measures"]]  # fmt: skip
    said = {name: asked.query[name] for name in ("q", "filter") if asked.query.get(name)}
    query = {**said, "measure": ",".join(["count", *(f"sum({field.name})" for field in added)])}
    try:
        found = asked.call(entity.service, "report", {"entity": entity.name, "query": query})
    except Forbidden:
        # Roles may hide totals: then there is nothing to say here.
        return house.page(asked, "totals.html", count=None, sums=[])
    figures: Mapping[str, Any] = found["groups"][0]["figures"] if found["groups"] else {"count": 0}
    sums = [(field.label, _amounts(figures.get(f"sum({field.name})"))) for field in added]
    return house.page(asked, "totals.html", count=figures["count"],
                      sums=[(label, amounts) for label, amounts in sums if amounts])  # fmt: skip


def _amounts(figure: Any) -> list[Mapping[str, Any]]:
    """The sums by currency that there are."""
    by_currency = figure.get("by_currency") if isinstance(figure, Mapping) else None
    return [one for one in by_currency or () if one.get("amount") is not None]
