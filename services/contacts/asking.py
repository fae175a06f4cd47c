"""From what a caller asks about to the keys it is recognised by."""

from __future__ import annotations

from typing import Any, Final, NoReturn

from chassis.access.organisation import Organisation
from chassis.errors import Fault, Malformed
from chassis.records.field_types.points import PointsField
from chassis.records.field_types.texts import text_faults
from services.contacts.rules import Key, keys_of

ASKED_LIMIT: Final = 50
_TEXT_LIMIT: Final = 320


def asked_keys(
    organisation: Organisation,
    phones: Any,
    emails: Any,
    tax_id: Any,
    name: Any,
    company_name: Any,
) -> list[Key]:
    """The keys of all that was given; Malformed for anything but texts and lists of texts."""
    numbers = [
        PointsField(point="phone").comparable(text, organisation)
        for text in _texts(phones, "phones")
    ]
    addresses = [
        PointsField(point="email").comparable(text, organisation)
        for text in _texts(emails, "emails")
    ]
    person = {"first_name": _text(name, "/name"), "company_name": _text(company_name, "/company")}
    company = {"tax_id": _text(tax_id, "/tax_id")}
    found = [*keys_of("lead", person, numbers, addresses), *keys_of("company", company, (), ())]
    return list(dict.fromkeys(found))


def _texts(given: Any, name: str) -> list[str]:
    if not isinstance(given, list | tuple) or len(given) > ASKED_LIMIT:
        _refuse(f"/{name}", f"A list of at most {ASKED_LIMIT} texts.")
    texts = (_text(item, f"/{name}/{index}") for index, item in enumerate(given))
    return [text for text in texts if text]


def _text(given: Any, pointer: str) -> str | None:
    if given is None:
        return None
    if not isinstance(given, str) or text_faults(given, _TEXT_LIMIT):
        _refuse(pointer, f"A text of at most {_TEXT_LIMIT} characters.")
    return given.strip() or None


def _refuse(pointer: str, detail: str) -> NoReturn:
    raise Malformed(detail, code="wrong_type", faults=[Fault(pointer, "wrong_type", detail)])
