"""A value for every field of every entity, made from what its field declares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from chassis.command_line.services import load_services
from chassis.records.entity import Entity
from chassis.records.field_types.base import FieldType
from contracts.catalogue import ENTITIES

LISTED = [contract.name for contract in ENTITIES.values() if contract.listed]
MODELS: dict[str, Entity] = {
    model.entity.name: model.entity for service in load_services() for model in service.entities
}
# Values that no declaration tells, because they are rules or choices of another place.
_OWN: dict[str, dict[str, Any]] = {
    "user": {"role_codes": ["manager"], "time_zone": "UTC"},
    "role": {"settings": ["pipelines"]},
    # Only a failure has a reason.
    "lead": {"reason": None},
    "deal": {"reason": None},
    # What is done is not cancelled, and can be changed no more.
    "activity": {"done": None, "cancelled": None},
    "task": {"done": None, "cancelled": None},
}


@dataclass
class Samples:
    """Values that can be told from all others: texts hold `mark`. `refer(entity)` gives the id of a
    record to point at."""

    mark: str
    refer: Callable[[str], str]
    numbers: count[int] = field(default_factory=lambda: count(100))

    def body(self, name: str, *, whole: bool = True) -> dict[str, Any]:
        """What creates a record of entity `name`; with every field that can be given, or only with
        those that must be."""
        values = {}
        for each in MODELS[name].fields.values():
            wanted = whole or each.required or each.name == "password"
            if each.writable and wanted and each.name not in ("id", "owner_id", "open"):
                value = _OWN.get(name, {}).get(each.name, self.value(each))
                if value is not None:
                    values[each.name] = value
        if name == "contact":
            values.setdefault("last_name", self.text())
        return values

    def value(self, each: FieldType) -> Any:
        """A value of a field; None where a sample would mean something to other rules."""
        made = getattr(self, f"_{each.type}", None)
        return None if made is None else made(each)

    def text(self) -> str:
        """A word that stands nowhere else."""
        return f"{self.mark}{next(self.numbers)}"

    def _text(self, each: Any) -> Any:
        return each.choices[0] if each.choices else self.text()

    def _long_text(self, each: Any) -> str:
        return self.text()

    def _password(self, each: Any) -> str:
        return "a long pass phrase"

    def _email(self, each: Any) -> str:
        return f"{self.text()}@example.com"

    def _choice(self, each: Any) -> Any:
        return each.choices[0]

    def _tags(self, each: Any) -> list[str]:
        return [self.text()]

    def _integer(self, each: Any) -> int:
        return 7

    def _decimal(self, each: Any) -> str:
        return "7.00"

    def _money(self, each: Any) -> dict[str, str]:
        return {"amount": "7777.77", "currency": "BRL"}

    def _date(self, each: Any) -> str:
        return "1987-06-05"

    def _datetime(self, each: Any) -> str:
        return "2030-06-05T04:03:02Z"

    def _boolean(self, each: Any) -> bool:
        return True

    def _parts(self, each: Any) -> dict[str, str]:
        return {part: self.text() for part in each.parts}

    def _phones(self, each: Any) -> list[dict[str, Any]]:
        return self._points("+5511955{:06d}")

    def _emails(self, each: Any) -> list[dict[str, Any]]:
        return self._points(self.mark + "{}@mail.example")

    def _websites(self, each: Any) -> list[dict[str, Any]]:
        return self._points("https://" + self.mark + "{}.example")

    def _messengers(self, each: Any) -> list[dict[str, Any]]:
        return self._points(self.mark + "{}")

    def _points(self, pattern: str) -> list[dict[str, Any]]:
        return [
            {"value": pattern.format(next(self.numbers)), "primary": primary}
            for primary in (True, False)
        ]

    def _reference(self, each: Any) -> str:
        return self.refer(each.target)

    def _references(self, each: Any) -> list[str]:
        return [self.refer(each.target)]

    def _links(self, each: Any) -> list[dict[str, Any]]:
        return [
            {"id": self.refer(each.target), "primary": first, **dict.fromkeys(each.attributes, "x")}
            for first in (True, False)
        ]

    def _record_links(self, each: Any) -> list[dict[str, str]]:
        return [{"type": entity, "id": self.refer(entity)} for entity in each.entities]

    def _checklist(self, each: Any) -> list[dict[str, Any]]:
        return [{"text": self.text(), "done": done} for done in (True, False)]

    def _integers(self, each: Any) -> list[int]:
        return [30]

    def _name(self, each: Any) -> str:
        return self.text()
