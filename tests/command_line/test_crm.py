"""`crm` as an operator uses it: commands in processes of their own, on a real database."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import text

from chassis.command_line.__main__ import needs_green_threads
from chassis.journal.numbering import end_of_chain, number_pending
from chassis.ports import free_port
from contracts.catalogue import SERVICES, SPEAKERS


def crm(environment: Mapping[str, str], *arguments: str, given: str = "") -> tuple[int, str]:
    """The status and output of `crm ARGUMENTS`."""
    clean = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    finished = subprocess.run(
        [sys.executable, "-m", "chassis.command_line", *arguments],
        cwd=Path(__file__).parents[2],
        env={**clean, **environment},
        input=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=110,
        check=False,
    )
    return finished.returncode, finished.stdout


@pytest.fixture
def environment(postgres, tmp_path) -> dict[str, str]:
    name = f"crm_{tmp_path.name.replace('-', '_')}"[:40].lower()
    server = postgres.admin_url.rpartition("@")[2].rpartition("/")[0]
    return {
        "DATABASE_ADMIN_URL": postgres.admin_url,
        "DATABASE_URL": f"postgresql://{name}_{{service}}:pw@{server}/{name}_{{service}}",
        "RAPPORT_HOME": str(tmp_path / "home"),
        "RAPPORT_ADMIN_EMAIL": "first@example.com",
        "RAPPORT_ADMIN_PASSWORD": "correct horse battery",
    }


def test_migrate_makes_everything_once(environment, tmp_path):
    status, said = crm(environment, "migrate", "--check")
    assert status == 1
    status, said = crm(environment, "migrate")
    assert status == 0, said
    assert "leads: 0001" in said
    for speaker in SPEAKERS:
        assert (tmp_path / "home" / "keys" / f"{speaker}.key").stat().st_mode & 0o077 == 0
    assert crm(environment, "migrate") == (0, "Up to date.\n")
    assert crm(environment, "migrate", "--check") == (0, "Every database is up to date.\n")
    status, said = crm(environment, "check")
    assert status == 0, said


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"RAPPORT_ADMIN_PASSWORD": "short"}, "Set RAPPORT_ADMIN_PASSWORD to something else"),
        ({"AMQP_URI": "amqp://u:p@127.0.0.1:1//"}, "Set AMQP_URI to a bus that answers"),
    ],
)
def test_a_setting_that_shows_wrong_later_ends_with_one_sentence(environment, wrong, sentence):
    status, said = crm(environment | wrong, "migrate")
    assert status == 1
    assert said.splitlines()[-1].startswith(f"crm: {sentence}")
    assert "Traceback" not in said


def test_people_and_data_are_added_from_the_command_line(environment):
    assert crm(environment, "migrate")[0] == 0
    status, said = crm(environment, "user", "add", "second@example.com", "--admin")
    assert status == 0, said
    assert "with the password" in said
    status, said = crm(environment, "user", "add", "second@example.com")
    assert status == 1
    assert "Traceback" not in said
    status, said = crm(
        environment, "user", "add", "weak@example.com", "--password-stdin", given="short\n"
    )
    assert status == 1
    assert "Traceback" not in said
    status, said = crm(environment, "seed", "--leads", "700")
    assert (status, said.splitlines()[-1]) == (0, "700 leads added.")
    status, said = crm(environment, "seed", "--contacts", "30", "--companies", "20")
    assert status == 0, said
    assert said.splitlines()[-2:] == ["20 companies added.", "30 contacts added."]
    assert crm(environment, "dead", "list", "leads") == (0, "0 dead events.\n")


@pytest.mark.parametrize(
    ("environment_", "arguments", "sentence"),
    [
        ({"PORT": "http"}, ("run", "--all"), "Set PORT to a port"),
        ({}, ("run", "leads"), "Set AMQP_URI to a RabbitMQ"),
        ({}, ("run", "gateway"), "Set AMQP_URI to the RabbitMQ"),
        ({"AMQP_URI": "amqp://h//"}, ("run", "leads"), "Set DATABASE_URL to a URL"),
        ({"RAPPORT_HOME": "/proc/nowhere"}, ("run", "--all"), "Set RAPPORT_HOME to a folder"),
        ({}, ("run",), "Name what to run"),
        ({}, ("run", "sales"), "There is no 'sales'"),
        ({"DATABASE_URL": "postgresql://u:p@127.0.0.1:1/{service}"}, ("migrate",), "answer"),
    ],
)
def test_a_wrong_setting_ends_with_one_sentence(tmp_path, environment_, arguments, sentence):
    status, said = crm({"RAPPORT_HOME": str(tmp_path), **environment_}, *arguments)
    assert status != 0
    assert sentence in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("arguments", "green"),
    [
        (["run", "--all"], True),
        (["run", "leads"], True),
        (["run", "gateway"], False),
        (["migrate"], False),
    ],
)
def test_only_processes_of_services_are_green(arguments, green):
    assert needs_green_threads(arguments) is green


def test_a_second_process_on_the_same_data_is_refused(environment, tmp_path):
    (tmp_path / "home").mkdir()
    with (tmp_path / "home" / "running.lock").open("a") as opened:
        fcntl.flock(opened, fcntl.LOCK_EX)
        status, said = crm(environment | {"PORT": str(free_port())}, "run", "--all")
    assert status == 1
    assert said.strip().splitlines() == [
        f"crm: Set RAPPORT_HOME to another folder: a Rapport runs on {tmp_path / 'home'} already."
    ]


def test_tampering_with_a_journal_shows_in_the_audit(
    environment, postgres, make_database, tmp_path
):
    assert crm(environment, "migrate")[0] == 0
    assert crm(environment, "seed", "--leads", "40")[0] == 0
    name = environment["DATABASE_URL"].rpartition("/")[2].format(service="leads")
    database = make_database(service="leads", url=postgres.url(name))
    with database.transaction() as connection:
        number_pending(connection, end_of_chain(connection), 1_000)

    status, said = crm(environment, "audit", "anchor")
    assert status == 0, said
    anchors = tmp_path / "anchors"
    anchors.write_text(said)
    assert [line.split()[0] for line in said.splitlines()[1:]] == list(SERVICES)
    status, said = crm(environment, "audit", "verify", "--anchors", str(anchors))
    assert status == 0, said
    assert "leads: whole, 40 events, with an anchor" in said

    def with_all_rights(*statements: str) -> None:
        with database.transaction() as connection:
            connection.execute(text("ALTER TABLE journal DISABLE TRIGGER journal_insert_only"))
            for statement in statements:
                connection.execute(text(statement))

    with_all_rights(
        "DELETE FROM journal WHERE id IN (SELECT event_id FROM journal_positions "
        "WHERE position > 30)",
        "DELETE FROM journal_positions WHERE position > 30",
        "UPDATE sequencer_state SET position = 30, hash = "
        "(SELECT hash FROM journal_positions WHERE position = 30)",
    )
    assert crm(environment, "audit", "verify", "leads")[0] == 0
    status, said = crm(environment, "audit", "verify", "leads", "--anchors", str(anchors))
    assert status == 1
    assert "leads: position 40: an anchored position is missing" in said

    with_all_rights("UPDATE journal SET silent = NOT silent")
    status, said = crm(environment, "audit", "verify", "leads", "contacts")
    assert status == 1
    assert "leads: position 1, event " in said
    assert "leads: 30 breaks, 30 events, without an anchor" in said
    assert "contacts: whole" in said
    anchors.write_text("leads thirty abc\n")
    status, said = crm(environment, "audit", "verify", "--anchors", str(anchors))
    assert (status, "is no anchor" in said) == (2, True)
