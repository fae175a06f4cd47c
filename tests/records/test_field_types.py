"""Kinds of field: what they accept, keep and answer, whatever is thrown at them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.access.organisation import Organisation
from chassis.errors import Malformed
from chassis.records.describe import accepted_schema
from chassis.records.field_types.points import settle_phone
from chassis.records.schema import settle_values
from services.leads.models import Lead

BRAZIL = Organisation(settings={"default_locale": "pt-BR", "base_currency": "BRL"})
NOWHERE = Organisation()
FIELDS = Lead.entity.fields

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)
point = st.fixed_dictionaries(
    {"value": st.text()}, optional={"kind": st.text(), "primary": st.booleans()}
)
amount = st.fixed_dictionaries(
    {"amount": st.decimals(allow_nan=False, allow_infinity=False).map(str) | st.floats()},
    optional={"currency": st.text(max_size=4) | st.sampled_from(["BRL", "USD"])},
)


def settled(name: str, value: Any, organisation: Organisation = BRAZIL) -> Any:
    """The value as it is kept; fails when a rule stands against it."""
    field = FIELDS[name]
    values, faults = settle_values(Lead.entity, {name: field.parse(value)}, organisation)
    assert faults == []
    return values[name]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(FIELDS)), anything | st.lists(point) | amount)
def test_any_json_is_kept_or_refused_and_never_a_defect(name: str, value: Any) -> None:
    field = FIELDS[name]
    if value is None:
        return
    try:
        parsed = field.parse(value)
    except Malformed:
        return
    values, faults = settle_values(Lead.entity, {name: parsed}, BRAZIL)
    if not faults and field.writable:
        field.store(values[name], BRAZIL)


@pytest.mark.parametrize(
    ("given_", "kept", "digits"),
    [
        ("(11) 95351-1234", "+5511953511234", "5511953511234"),
        ("+1 212 555 0100", "+12125550100", "12125550100"),
        ("+351 912 345 678", "+351912345678", "351912345678"),
    ],
)
def test_phone_is_kept_as_e164(given_: str, kept: str, digits: str) -> None:
    assert settle_phone(given_, "BR") == (kept, digits)


def test_national_phone_without_a_country_keeps_its_digits() -> None:
    [phone] = settled("phones", [{"value": "11 95351-1234"}], NOWHERE)
    assert (phone.value, phone.normalized) == ("11 95351-1234", "11953511234")


@pytest.mark.parametrize("value", ["abc", "+", "12", "+5511" + "9" * 30, "²²²²²²²²"])
def test_what_is_no_phone_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="phone"):
        settle_phone(value, "BR")


def test_first_point_is_primary_unless_another_says_so_and_doubles_are_one() -> None:
    mails = settled("emails", [{"value": "A@B.example"}, {"value": "a@b.EXAMPLE", "kind": "home"}])
    assert [(mail.value, mail.primary, mail.kind) for mail in mails] == [
        ("a@b.example", True, "work")
    ]
    two = settled("emails", [{"value": "a@b.example"}, {"value": "c@b.example", "primary": True}])
    assert [mail.primary for mail in two] == [False, True]


def test_whole_number_may_be_written_with_a_point_but_not_with_a_fraction() -> None:
    assert FIELDS["number"].parse(1.0) == 1
    for wrong in (1.5, 1e300, True, "1"):
        with pytest.raises(Malformed):
            FIELDS["number"].parse(wrong)


def test_moment_is_read_in_any_zone_and_answered_in_utc() -> None:
    moment = FIELDS["created_at"].parse("2026-01-31T23:30:00.5-03:00")
    assert FIELDS["created_at"].wire(moment) == "2026-02-01T02:30:00.500000Z"
    for wrong in ("2026-01-31", "2026-13-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "٢٠٢٦"):
        with pytest.raises(Malformed):
            FIELDS["created_at"].parse(wrong)


def test_every_field_says_what_it_accepts_and_answers() -> None:
    for field in FIELDS.values():
        assert (
            accepted_schema(field) and field.value_schema and set(field.labels) == {"en", "pt-BR"}
        )
