"""The stage a record stands in: its code outside, its id in the row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from chassis.errors import Fault
from chassis.records.field_types.base import EQUALITY, FieldType
from chassis.records.field_types.texts import as_text


@dataclass(kw_only=True)
class StageField(FieldType):
    """A stage (of a lead: its status) out of the entity's rows in `stages`.

    The row keeps the id. Whoever reads rows adds the code under `stage_code`
    (`chassis.records.dump.complete`), which is what `value` and `dump` give. The success stage of
    entities with a `by_command` (leads: `convert`) is reached through that command alone.

    With `within`, the field that keeps a pipeline, the stages are those of the record's pipeline.
    `guarded` ones leave a final stage only for roles with the switch `reopen`. `tied` are the
    fields that follow from the stage, so that a write of them asks where the record stands.
    """

    type: ClassVar[str] = "stage"
    widget: ClassVar[str] = "stage"
    operators: ClassVar[tuple[str, ...]] = EQUALITY
    grouping: ClassVar[bool] = True

    by_command: str | None = None
    within: str = ""
    guarded: bool = False
    tied: tuple[str, ...] = ()

    @property
    def telling(self) -> tuple[str, ...]:
        """The fields whose writing says, or depends on, where the record stands."""
        return (self.name, "reason", *((self.within,) if self.within else ()), *self.tied)

    def parse(self, value: Any) -> str | None:
        return as_text(value) or None

    def check(self, value: str) -> list[Fault]:
        return []

    def store(self, value: Any, organisation: Any) -> dict[str, Any]:
        return {}

    def value(self, row: Mapping[str, Any]) -> Any:
        return row["stage_code"]

    @property
    def value_schema(self) -> dict[str, Any]:
        return {"type": "string"}
