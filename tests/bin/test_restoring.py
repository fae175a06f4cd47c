"""What comes back from the recycle bin is what went in: links, owner, history, permissions."""

from __future__ import annotations

import pytest

from contracts.catalogue import ENTITIES
from tests.bin.house import House
from tests.bin.samples import LISTED, MODELS

MOVED_ON = ("version", "updated_at", "updated_by")


def lasting(record):
    return {name: value for name, value in record.items() if name not in MOVED_ON}


@pytest.mark.parametrize("entity", LISTED)
def test_a_restored_record_is_the_one_that_was_deleted(house: House, entity: str):
    keeper, samples = house.keeper(entity), house.samples(entity)
    record = house.made(entity, samples.body(entity))
    keeper.changed(house.path(record), {"tags": ["again"]})
    before, told = house.whole(keeper, record), house.history(keeper, record)
    referring = [field for field in MODELS[entity].reference_fields if field.writable]
    assert all(before[field.name] for field in referring if field.name != "owner_id")

    house.deleted(keeper, record)
    assert keeper.get(house.path(record)).status_code == 404
    assert record["id"] in house.bin(keeper, entity)

    answer = keeper.post(f"{house.path(record)}/restore")
    assert answer.status_code == 200, answer.text
    assert lasting(house.whole(keeper, record)) == lasting(before)
    after = house.history(keeper, record)
    assert after[2:] == told
    assert [each["name"] for each in after[:2]] == [f"{entity}.restored", f"{entity}.deleted"]
    assert record["id"] not in house.bin(keeper, entity)
    again = keeper.post(f"{house.path(record)}/restore")
    assert (again.status_code, again.json()["code"]) == (409, "not_deleted")


@pytest.mark.parametrize("entity", LISTED)
def test_who_may_not_delete_a_record_may_not_restore_it(house: House, entity: str):
    keeper = house.keeper(entity)
    record = house.made(entity, house.samples(entity).body(entity, whole=False))
    house.deleted(keeper, record)
    restore = f"{house.path(record)}/restore"
    governed = ENTITIES[entity].setting is not None
    if not governed:
        assert record["id"] not in house.bin(house.stranger, entity)
        assert record["id"] in house.bin(house.reader, entity)
    assert house.stranger.post(restore).status_code == (403 if governed else 404)
    assert house.reader.post(restore).status_code == 403
    assert record["id"] in house.bin(keeper, entity)
    assert keeper.post(restore).status_code == 200
