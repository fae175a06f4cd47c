"""A new password by mail: the link works once, for half an hour, and tells no stranger anything."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text

from chassis.errors import Conflict, Invalid, Malformed, TooMany, Unauthenticated
from chassis.testing.statements import StatementCounter
from chassis.work.due import DueWorker
from services.identity import password_reset
from tests.identity.conftest import PASSWORD
from tests.identity.mail_server import mail_server

EMAIL = "ana@example.com"
NEW = "quite another pass phrase"


@pytest.fixture
def server(identity, tmp_path):
    """A mail server, which the service was told of."""
    folder = tmp_path / "mails"
    folder.mkdir()
    with mail_server(folder) as running:
        configure(
            identity, smtp_url=running.url, base_url="https://crm.example.com",
            mail_from="Rapport <crm@example.com>",
        )  # fmt: skip
        yield running


def configure(identity, **values):
    parts = identity.service.parts
    object.__setattr__(parts, "settings", dataclasses.replace(parts.settings, **values))


def forget(identity, email=EMAIL, ip="10.0.0.9"):
    identity.service.request_password_reset(identity.system(), email, ip)


def work(identity, **options):
    worker = DueWorker(identity.database, identity.service.short_work(), **options)
    while worker.do_one([password_reset.MAIL]):
        pass


def token_of(link):
    return parse_qs(urlsplit(link).query)["token"][0]


def reset(identity, token, password=NEW):
    identity.service.reset_password(identity.system(), token, password)


def test_the_link_sets_a_password_once_and_ends_every_session(identity, server):
    user = identity.user("ana", locale="pt-BR")
    session = identity.login(EMAIL)["token"]
    forget(identity, " ANA@example.com")
    work(identity)
    [mail] = server.mails
    assert (mail["To"], mail["From"]) == (EMAIL, "Rapport <crm@example.com>")
    assert mail["Subject"] == "Sua nova senha do Rapport"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert server.link.startswith("https://crm.example.com/reset-password?token=")
    reset(identity, token_of(server.link))
    with pytest.raises(Unauthenticated):
        identity.alive(session)
    with pytest.raises(Unauthenticated):
        identity.login(EMAIL, PASSWORD)
    assert identity.login(EMAIL, NEW)["token"]
    with pytest.raises(Invalid) as refusal:
        reset(identity, token_of(server.link), "yet another pass phrase")
    assert refusal.value.code == "reset_link_expired"
    history = identity.service.history(identity.context(identity.admin_id), "user", user["id"])
    assert history["items"][0]["actor"]["id"] == user["id"]
    assert NEW not in str(history)


def test_a_link_expires_and_a_newer_one_voids_it(identity, server):
    identity.user("ana")
    forget(identity)
    work(identity)
    first = token_of(server.link)
    forget(identity)
    work(identity)
    second = token_of(server.link)
    with pytest.raises(Invalid):
        reset(identity, first)
    with identity.database.transaction() as connection:
        rows = connection.execute(text("SELECT expires_at - now() FROM password_resets")).scalars()
        assert timedelta(minutes=29) < rows.one() <= timedelta(minutes=30)
        connection.execute(text("UPDATE password_resets SET expires_at = now()"))
    with pytest.raises(Invalid):
        reset(identity, second)
    assert identity.login(EMAIL)["token"]


def test_nothing_kept_would_do_as_a_link(identity, server):
    identity.user("ana")
    forget(identity)
    work(identity)
    token = token_of(server.link)
    with identity.database.reading() as connection:
        for table in ("password_resets", "due_work", "journal", "journal_personal", "commands"):
            rows = str(connection.execute(text(f"SELECT t::text FROM {table} t")).all())
            assert token not in rows, table


def test_an_unknown_address_is_the_same_work_and_no_mail(identity, server):
    identity.user("ana")
    identity.user("gone", active=False)
    counts = []
    for email in (EMAIL, "nobody@example.com", "gone@example.com"):
        with StatementCounter()() as seen:
            forget(identity, email)
        counts.append(len(seen))
    assert len(set(counts)) == 1
    work(identity)
    assert [mail["To"] for mail in server.mails] == [EMAIL]
    with identity.database.reading() as connection:
        kind = {"kind": password_reset.MAIL}
        left = connection.execute(text("SELECT count(*) FROM due_work WHERE kind = :kind"), kind)
        assert left.scalar_one() == 0


def test_asking_too_often_is_refused_but_signing_in_is_not(identity, server):
    identity.user("ana")
    for address in range(6):
        forget(identity, ip=f"10.0.1.{address}")
    for email in (EMAIL, "nobody@example.com"):
        with pytest.raises(TooMany):
            for address in range(7):
                forget(identity, email, ip=f"10.0.2.{address}")
    assert identity.login(EMAIL)["token"]


def test_a_mail_that_is_not_taken_is_sent_again_with_a_link_of_its_own(identity, server):
    identity.user("ana")
    server.refuse("451 try later")
    forget(identity)
    at_once = (timedelta(0),) * 5
    worker = DueWorker(identity.database, identity.service.short_work(), delays=at_once)
    assert worker.do_one([password_reset.MAIL])
    assert server.mails == []
    server.refuse("")
    work(identity)
    reset(identity, token_of(server.link))


def test_a_mail_that_nobody_takes_is_given_up(identity, server):
    identity.user("ana")
    server.refuse("550 no such mailbox")
    forget(identity)
    work(identity)
    server.refuse("")
    work(identity)
    assert server.mails == []


def test_a_weak_password_leaves_the_link_as_it_was(identity, server):
    identity.user("ana")
    forget(identity)
    work(identity)
    for weak, code in (("short", "password_too_short"), (EMAIL, "password_too_common")):
        with pytest.raises(Invalid) as refusal:
            reset(identity, token_of(server.link), weak)
        assert refusal.value.code == code
    reset(identity, token_of(server.link))


def test_without_a_mail_server_or_an_address_of_our_own_nothing_is_sent(identity, server):
    for missing in ("smtp_url", "base_url"):
        before = getattr(identity.service.parts.settings, missing)
        configure(identity, **{missing: None})
        with pytest.raises(Conflict) as refusal:
            forget(identity)
        assert refusal.value.code == "mail_not_set_up"
        configure(identity, **{missing: before})
    for wrong in (None, 1, ["a"]):
        with pytest.raises(Malformed):
            forget(identity, wrong)
