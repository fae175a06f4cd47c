"""Reports of activities count what the list shows, whatever makes it visible, and name no text."""

from __future__ import annotations

import pytest

from chassis.errors import Malformed
from tests.activities.house import House

PEOPLE = ("ana", "bruno", "carla", "head", "chief", "root")


def test_figures_are_those_of_the_list_for_everybody(house: House) -> None:
    lead, deal = house.know("lead", "ana"), house.know("deal", "carla")
    house.create("root", ("lead", lead), ("deal", deal), kind="call")
    house.create("ana", ("lead", lead), kind="meeting")
    house.create("bruno", kind="note")
    house.create("carla", ("deal", deal), kind="call")
    for who in PEOPLE:
        query = {"group": "kind,owner_id", "filter": {"kind": {"ne": "email"}}}
        report = house.service.report(house.as_(who), "activity", query)
        shown = {
            group["key"]["kind"] + str(group["key"]["owner_id"]): group["figures"]["count"]
            for group in report["groups"]
        }
        listed: dict[str, int] = {}
        for item in house.seen(who):
            key = item["kind"] + str(item["owner_id"])
            listed[key] = listed.get(key, 0) + 1
        assert shown == listed
        for group in report["groups"]:
            drilled = house.seen(who, filter=group["filter"])
            assert len(drilled) == group["figures"]["count"]


def test_texts_that_an_absent_owner_withholds_group_nothing(house: House) -> None:
    for name in ("subject", "body"):
        with pytest.raises(Malformed) as refusal:
            house.service.report(house.as_("root"), "activity", {"group": name})
        assert [fault.code for fault in refusal.value.faults] == ["not_groupable"]
