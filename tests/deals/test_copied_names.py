"""The name of a lead beside a deal is the lead's title, for those from whom that is not hidden."""

from __future__ import annotations

import pytest

from chassis.errors import Malformed
from chassis.identifiers import new_id
from tests.deals.house import House, event
from tests.leads.house import known


def test_title_hidden_by_a_role_is_hidden_where_it_is_copied(house: House) -> None:
    lead = new_id()
    facts = {"owner_id": str(known("dora")), "observer_ids": [str(known("ana"))], "open": False}
    with house.database.transaction() as connection:
        house.service.on_lead(connection, [event("lead", lead, title="Secret", **facts)])
    deal = house.create("dora", lead_id=str(lead), observer_ids=[str(known("ana"))])
    assert house.get("ana", deal, include="lead")["lead"]["name"] == "Secret"
    assert house.get("dora", deal, include="lead")["lead"] == {"id": str(lead), "name": None}
    query = {"filter": {"lead.name": "Secret"}}
    assert len(house.service.list(house.as_("ana"), "deal", query)["items"]) == 1
    for asked in (query, {"sort": "lead.name"}):
        with pytest.raises(Malformed):
            house.service.list(house.as_("dora"), "deal", asked)
