"""What leaves the recycle bin leaves every database; a journal without personal values stays."""

from __future__ import annotations

from uuid import uuid4

import pytest

from contracts.catalogue import ENTITIES
from tests.bin.house import House
from tests.bin.samples import LISTED, MODELS

# Where something of a record that is gone may stand: who did what when, without personal values,
# and which records are known to be gone.
KEPT_IN = ("journal", "labels", "commands", "organisation_marks", "inbox")


def purge(client, house, record, *, version="*", key=None):
    path = f"/api/v1/{ENTITIES[record['type']].plural}/bin/{record['id']}"
    headers = {"If-Match": version if version == "*" else f'"{version}"'}
    headers |= {"Idempotency-Key": key} if key else {}
    return client.http.delete(path, headers=headers)


def said(item):
    """What an item of a list says: a phone its number, an item of a checklist its text."""
    return item.get("value", item.get("text"))


def personal_words(entity, record):
    """What stands in the personal fields of `record`, as texts that stand nowhere else."""
    words = []
    for name, field in MODELS[entity].fields.items():
        value = record.get(name) if field.personal else None
        parts = value.values() if isinstance(value, dict) else [value]
        for part in parts if not isinstance(value, list) else map(said, value):
            if isinstance(part, str) and part != "1987-06-05":
                words.append(part.lstrip("+"))
    return words


@pytest.mark.parametrize("entity", LISTED)
def test_a_purged_record_is_nowhere_any_more(house: House, entity: str):
    keeper = house.keeper(entity)
    record = house.made(entity, house.samples(entity).body(entity))
    keeper.changed(house.path(record), {"tags": ["changed"]})
    words = personal_words(entity, record)
    house.deleted(keeper, record)

    key = uuid4().hex
    assert purge(house.root, house, record, key=key).status_code == 204
    assert purge(house.root, house, record, key=key).status_code == 204
    assert purge(house.root, house, record).status_code == 404
    assert house.root.post(f"{house.path(record)}/restore").status_code == 404
    assert house.root.get(house.path(record)).status_code == 404
    assert record["id"] not in house.bin(house.root, entity)
    assert house.traceless(*words) == []
    left = house.wait_for(lambda: only_kept(house.traces(record["id"])))
    assert "journal" in " ".join(left)


def only_kept(traces):
    return [] if any(t.split(".")[1].split(":")[0] not in KEPT_IN for t in traces) else traces


@pytest.mark.parametrize("entity", LISTED)
def test_only_who_may_delete_anybodys_record_purges_it(house: House, entity: str):
    keeper = house.keeper(entity)
    record = house.made(entity, house.samples(entity).body(entity, whole=False))
    governed = ENTITIES[entity].setting is not None
    alive = purge(house.root, house, record)
    assert (alive.status_code, alive.json()["code"]) == (409, "not_deleted")
    house.deleted(keeper, record)
    if not governed:
        assert purge(house.worker, house, record).status_code == 403
        missing = house.root.http.delete(f"/api/v1/{ENTITIES[entity].plural}/bin/{record['id']}")
        assert missing.status_code == 428
    assert purge(house.stranger, house, record).status_code == (403 if governed else 404)
    assert purge(house.reader, house, record).status_code == 403
    assert purge(house.root, house, record, version=1).status_code == 412
    assert record["id"] in house.bin(keeper, entity)
    assert purge(house.root, house, record, version=2).status_code == 204


def test_what_points_at_a_purged_record_reads_as_empty(house: House):
    contact = house.made("contact", {"last_name": "Purged"})
    body = {"title": "Points", "contacts": [{"id": contact["id"]}]}
    deal = house.made("deal", body, house.worker)
    assert house.whole(house.worker, deal)["contacts"][0]["name"] == "Purged"
    house.deleted(house.worker, contact)
    purge(house.root, house, contact)

    def emptied():
        shown = house.seen(house.root, deal)["contacts"]
        return shown if shown[0]["name"] is None else None

    assert house.wait_for(emptied)[0]["id"] == contact["id"]
    assert house.worker.changed(house.path(deal), {"title": "Still"})["title"] == "Still"


def test_nothing_stays_noted_about_a_purged_lead(house: House):
    lead = house.made("lead", {"title": "Noted"})

    def noted():
        return [each for each in house.traces(lead["id"]) if each.startswith("activities.activit")]

    house.wait_for(noted)
    house.deleted(house.worker, lead)
    assert purge(house.root, house, lead).status_code == 204
    house.wait_for(lambda: not noted())


def test_a_purged_role_is_nobodys_when_its_code_is_used_again(house: House):
    code = f"again_{uuid4().hex[:8]}"
    role = house.made("role", {"code": code, "name": "First", "settings": ["pipelines"]})
    body = house.samples("user").body("user", whole=False) | {"role_codes": [code]}
    held, binned = house.made("user", body), house.made("user", {**body, "email": f"{code}@x.org"})
    house.deleted(house.root, binned)
    house.deleted(house.root, role)
    assert purge(house.root, house, role).status_code == 204
    assert house.root.get(house.path(held)).json()["role_codes"] == []
    house.made("role", {"code": code, "name": "Second", "settings": ["roles", "users"]})
    restored = house.root.post(f"{house.path(binned)}/restore").json()
    assert restored["role_codes"] == []


def test_the_journals_are_whole_after_all_of_that(house: House):
    assert house.breaks() == []
