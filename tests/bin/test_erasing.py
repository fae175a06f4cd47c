"""Erasing a person: no database holds a word of theirs any more, and every journal is whole."""

from __future__ import annotations

from uuid import uuid4

import pytest
from psycopg2.extras import Json

from contracts.catalogue import LISTENERS
from tests.bin.house import House
from tests.bin.samples import LISTED, MODELS
from tests.bin.test_purging import personal_words, purge
from tests.system.platform import command

PEOPLE = [name for name in LISTED if any(f.personal for f in MODELS[name].fields.values())]


def plain_texts(entity, samples):
    """Another value for every personal text of `entity`."""
    fields = MODELS[entity].fields.values()
    wanted = [f for f in fields if f.personal and f.writable and f.type in ("text", "long_text")]
    return {f.name: samples.text() for f in wanted if f.name != "reason"}


def park(house, entity, record_id, word):
    """An event that holds `word`, given up by every listener that hears of `entity`."""
    for listener in LISTENERS:
        if entity in listener.entities:
            connection = house.database(listener.consumer)
            with connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO parked_events (listener, event_id, source, record_id, position,"
                    " event, state, blocks) VALUES (%s, %s, %s, %s, 1, %s, 'dead', false)",
                    (listener.queue, str(uuid4()), listener.source, record_id,
                     Json({"record": {"name": word}})),
                )  # fmt: skip
            connection.close()


@pytest.mark.parametrize("entity", PEOPLE)
def test_nothing_personal_is_left_of_an_erased_record(house: House, entity: str):
    keeper, samples = house.keeper(entity), house.samples(entity)
    record = house.made(entity, samples.body(entity))
    changes = plain_texts(entity, samples)
    changed = keeper.changed(house.path(record), changes)
    words = [*personal_words(entity, record), *personal_words(entity, changed)]
    park(house, entity, record["id"], words[0])
    assert len(house.traces(words[0])) > 1
    before = house.history(keeper, record)

    key = uuid4().hex
    answer = house.root.post(f"{house.path(record)}/erase", key=key)
    assert answer.status_code == 204, answer.text
    assert house.root.post(f"{house.path(record)}/erase", key=key).status_code == 204
    assert house.traceless(*words) == []

    stub = house.bin(keeper, entity)[record["id"]]
    assert personal_words(entity, stub) == [
        stub[f.name] for f in MODELS[entity].fields.values() if f.personal and f.required
    ]
    kept = [f.name for f in MODELS[entity].fields.values() if not (f.personal or f.system)]
    assert {n: stub[n] for n in kept if n in stub} == {n: changed[n] for n in kept if n in stub}

    assert keeper.post(f"{house.path(record)}/restore").status_code == 200
    told = house.history(keeper, record)
    assert [each["name"] for each in told[:2]] == [f"{entity}.restored", f"{entity}.erased"]
    assert [each["id"] for each in told[2:]] == [each["id"] for each in before]
    assert told[2]["changes"] == dict.fromkeys(changes) | (
        {"name": None} if entity == "contact" else {}
    )
    house.deleted(keeper, record)
    assert purge(house.root, house, record).status_code == 204


def test_only_who_may_delete_anybodys_record_erases_it(house: House):
    contact = house.made("contact", {"last_name": "Kept"})
    erase = f"{house.path(contact)}/erase"
    assert house.worker.post(erase).status_code == 403
    assert house.stranger.post(erase).status_code == 404
    assert house.reader.post(erase).status_code == 403
    assert house.root.post(f"/contacts/{uuid4()}/erase").status_code == 404
    assert house.worker.get(house.path(contact)).json()["last_name"] == "Kept"
    group = house.made("group", {"name": "Nobody in particular"})
    refused = house.root.post(f"{house.path(group)}/erase")
    assert (refused.status_code, refused.json()["code"]) == (422, "nothing_personal")


def test_an_erased_user_is_signed_out_and_signs_in_no_more(house: House):
    body = house.samples("user").body("user", whole=False)
    user = house.made("user", body)
    theirs = house.platform.client(body["email"], body["password"])
    assert theirs.get("/me").status_code == 200
    assert house.root.post(f"{house.path(user)}/erase").status_code == 204
    house.wait_for(lambda: theirs.get("/me").status_code == 401)
    again = {"email": body["email"], "password": body["password"]}
    assert house.platform.client().post("/auth/login", again).status_code == 401


def test_who_runs_rapport_erases_from_the_command_line(house: House):
    body = house.samples("contact").body("contact")
    first, second = house.made("contact", body), house.made("lead", {"title": "Mr Line"})
    words = personal_words("contact", first)
    said = command(house.platform.environment, "erase", "--yes", "contact", first["id"])
    assert said == f"Erased contact {first['id']}.\n"
    assert house.traceless(*words) == []
    command(house.platform.environment, "erase", "--yes", "lead", second["id"])
    assert house.traceless("Mr Line") == []
    with pytest.raises(AssertionError, match="There is no such record"):
        command(house.platform.environment, "erase", "--yes", "contact", str(uuid4()))


def test_the_journals_are_whole_after_all_of_that(house: House):
    assert house.breaks() == []
