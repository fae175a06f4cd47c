"""Settings are read once, typed, and refused with a sentence that says what to set."""

from __future__ import annotations

from pathlib import Path

import pytest

from chassis.settings import SETTINGS, SettingError, Settings, load


def test_every_setting_is_an_attribute():
    assert {each.attribute for each in SETTINGS} == set(Settings.__slots__)


def test_an_empty_environment_is_the_newcomers():
    settings = load({})
    assert settings.embedded_bus
    assert settings.embedded_database
    assert settings.port == 8000
    assert settings.home == Path.cwd() / ".rapport"
    assert settings.keys == settings.home / "keys"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORT", "80000"),
        ("PORT", "eighty"),
        ("AMQP_URI", "localhost"),
        ("DATABASE_URL", "postgresql://one@host/for-all"),
        ("DATABASE_ADMIN_URL", "mysql://root@host/x"),
        ("RAPPORT_ADMIN_EMAIL", "nobody"),
        ("RAPPORT_DEMO", "maybe"),
        ("RAPPORT_READ_DEADLINE", "0"),
        ("RAPPORT_GATEWAY_THREADS", "-1"),
        ("RAPPORT_LOG_LEVEL", "LOUD"),
    ],
)
def test_a_wrong_value_says_what_to_set(variable, value):
    with pytest.raises(SettingError, match=rf"Set {variable} to .+\.$"):
        load({variable: value})


def test_a_secret_is_not_repeated_in_the_complaint():
    with pytest.raises(SettingError) as error:
        load({"DATABASE_URL": "postgresql://u:hunter2@host/x"})
    assert "hunter2" not in str(error.value)


def test_each_service_has_its_own_database():
    settings = load({"DATABASE_URL": "postgresql://r_{service}:pw@host/r_{service}"})
    assert settings.database_url_for("leads") == "postgresql://r_leads:pw@host/r_leads"
