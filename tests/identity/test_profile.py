"""What people set up for themselves: language, time zone, looks, and what pages keep."""

from __future__ import annotations

import pytest

from chassis.errors import Forbidden, Invalid, Malformed


@pytest.fixture
def ana(identity):
    """Somebody without any role."""
    return identity.user("ana")


def test_language_and_zone_are_the_users_and_known_at_once(identity, ana):
    shown = identity.service.update_me(
        identity.context(ana["id"]), {"locale": "pt-BR", "time_zone": "America/Manaus"}
    )
    assert (shown["locale"], shown["time_zone"]) == ("pt-BR", "America/Manaus")
    user = identity.context(ana["id"]).organisation.users[identity.context(ana["id"]).user_id]
    assert user.time_zone == "America/Manaus"
    assert (
        identity.service.update_me(identity.context(ana["id"]), {"locale": None})["locale"] is None
    )


def test_preferences_are_merged_and_nobody_elses(identity, ana):
    change = identity.service.update_me
    mine = identity.context(ana["id"])
    assert identity.service.me(mine)["preferences"] == {
        "theme": "system", "currency": None, "default_views": {}, "pages": {},
    }  # fmt: skip
    version = identity.context(None).organisation.version
    change(mine, {"theme": "dark", "pages": {"lead": {"columns": ["title"], "folded": True}}})
    change(mine, {"currency": "USD", "pages": {"lead": {"folded": None}, "deal": {"x": 1}}})
    assert identity.service.me(mine)["preferences"] == {
        "theme": "dark", "currency": "USD", "default_views": {},
        "pages": {"lead": {"columns": ["title"]}, "deal": {"x": 1}},
    }  # fmt: skip
    assert identity.context(None).organisation.version == version
    other = identity.context(identity.admin_id)
    assert identity.service.me(other)["preferences"]["theme"] == "system"
    assert "preferences" not in identity.service.get(other, "user", ana["id"])


WRONG = [
    ({"role_codes": ["administrator"]}, Malformed, "/role_codes"),
    ({"email": "x@example.com"}, Malformed, "/email"),
    ({"theme": 1}, Malformed, "/theme"),
    ({"pages": []}, Malformed, "/pages"),
    ({"theme": "pink"}, Invalid, "/theme"),
    ({"currency": "XXX9"}, Invalid, "/currency"),
    ({"time_zone": "Mars/Olympus"}, Invalid, "/time_zone"),
    ({"locale": "fr"}, Invalid, "/locale"),
    ({"default_views": {"unicorn": None}}, Invalid, "/default_views/unicorn"),
    ({"default_views": {"lead": "x"}}, Malformed, "/default_views/lead"),
    ({"pages": {"a": "x" * 60_000}}, Invalid, "/pages"),
    ({"pages": {"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": 1}}}}}}}}}, Invalid, "/pages"),
]  # fmt: skip


def test_what_breaks_a_rule_changes_nothing(identity, ana):
    mine = identity.context(ana["id"])
    for values, kind, at in WRONG:
        with pytest.raises(kind) as refusal:
            identity.service.update_me(mine, {"theme": "dark", **values})
        assert at in [fault.pointer for fault in refusal.value.faults]
    assert identity.service.me(mine)["preferences"]["theme"] == "system"


def test_a_token_changes_them_only_when_it_may(identity, ana):
    narrow = identity.context(ana["id"], scopes=("lead:read",))
    with pytest.raises(Forbidden):
        identity.service.update_me(narrow, {"theme": "dark"})
    wide = identity.context(ana["id"], scopes=("profile:update",))
    assert identity.service.update_me(wide, {"theme": "dark"})["preferences"]["theme"] == "dark"
