"""What pages know of an entity: what its service describes to this viewer, kept for seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from contracts.catalogue import ENTITIES
from contracts.speech import EntityContract

if TYPE_CHECKING:
    from gateway.asked import Asked

FRESH_SECONDS: Final = 10.0
_MOST: Final = 5_000
# What no list shows: it is long, has parts of its own, or tells people nothing.
_UNLISTED: Final = frozenset({"json", "custom", "uuid", "integers"})
# What a lead was converted to has a panel of its own.
_UNSHOWN: Final = frozenset({"id", "version", "deleted_at", "deleted_by", "custom", "converted_to"})
_BOOKKEEPING: Final = ("owner_id", "observer_ids", "open", "tags")
_RESPONSIBLE: Final = frozenset({"owner_id", "observer_ids", "open"})
_COLUMNS: Final = 8


@dataclass(frozen=True)
class Field:
    """One field, as `GET /{entity}/schema` describes it."""

    said: Mapping[str, Any]

    @property
    def name(self) -> str:
        """What it is called in records."""
        return str(self.said["name"])

    @property
    def type(self) -> str:
        """Its type; `widget` is how a form asks for it."""
        return str(self.said["type"])

    @property
    def widget(self) -> str:
        """How a form asks for it."""
        return str(self.said["widget"])

    @property
    def label(self) -> str:
        """What the viewer calls it."""
        return str(self.said.get("label") or self.name)

    @property
    def editable(self) -> bool:
        """Whether the viewer may change it in a record that is there."""
        return self.said["access"] == "edit" and not self.said["immutable"]

    @property
    def enterable(self) -> bool:
        """Whether the viewer may give it to a new record."""
        return self.said["access"] == "edit" and self.name != "id"

    @property
    def reference(self) -> str | None:
        """The entity that it refers to."""
        return self.said.get("reference")

    @property
    def include(self) -> str | None:
        """Under which name a record shows what it refers to."""
        return self.said.get("include")

    @property
    def choices(self) -> Sequence[str]:
        """The codes that it may have."""
        return self.said.get("choices") or ()

    def code_label(self, code: Any, language: str) -> str:
        """What people call one of its codes."""
        labels = (self.said.get("code_labels") or {}).get(code) or {}
        return str(labels.get(language) or labels.get("en") or code)

    @property
    def codes_of(self) -> str | None:
        """The entity whose codes its values are."""
        return self.said.get("codes_of")

    @property
    def operators(self) -> Sequence[str]:
        """How lists can be filtered by it."""
        return list(self.said["operators"])

    @property
    def listed(self) -> bool:
        """Whether a list can show it."""
        return self.type not in _UNLISTED and self.name not in _UNSHOWN


@dataclass(frozen=True)
class Description:
    """An entity as one viewer sees it."""

    entity: EntityContract
    said: Mapping[str, Any]

    @cached_property
    def fields(self) -> dict[str, Field]:
        """The fields that the viewer sees, in order."""
        # What a setting governs is nobody's in particular: everyone who holds it may change it.
        left_out = _RESPONSIBLE if self.entity.setting else frozenset()
        fields = (field for field in self.said["fields"] if field["name"] not in left_out)
        return {field["name"]: Field(field) for field in fields}

    @property
    def label(self) -> str:
        """What the viewer calls one of them."""
        return str(self.said["label"])

    @cached_property
    def title(self) -> Field | None:
        """What names a record to people."""
        return self.fields.get(self.entity.title) or self.fields.get("number")

    @cached_property
    def stage(self) -> Field | None:
        """Where a record stands."""
        return next((each for each in self.fields.values() if each.type == "stage"), None)

    @property
    def phrases(self) -> Mapping[str, str]:
        """How each operator reads, `{field}` and `{value}` standing for what it joins."""
        phrases: Mapping[str, str] = self.said["phrases"]
        return phrases

    @property
    def stages(self) -> Sequence[Mapping[str, Any]]:
        """The stages, of all pipelines."""
        return self.said.get("stages") or ()

    @property
    def default_sort(self) -> str:
        """How a list is sorted when nobody says."""
        return ",".join(self.said["default_sort"])

    def stages_of(self, record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """The stages that `record` goes through."""
        pipeline = record.get("pipeline_id")
        return [s for s in self.stages if pipeline is None or s.get("pipeline_id") == pipeline]

    def stage_of(self, record: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The stage that `record` stands in."""
        code = record.get(self.stage.name) if self.stage else None
        return next((s for s in self.stages_of(record) if s["code"] == code), None)

    def may(self, operation: str) -> bool:
        """Whether the viewer may add, update or delete any of them."""
        return bool(self.said["operations"].get(operation))

    @cached_property
    def listed(self) -> dict[str, Field]:
        """The fields that a list can show."""
        return {name: field for name, field in self.fields.items() if field.listed}

    @cached_property
    def default_columns(self) -> tuple[str, ...]:
        """The columns of a list for somebody who has chosen none."""
        first = [field.name for field in (self.title, self.stage) if field is not None]
        ranked = sorted(self.listed.values(), key=_rank)
        named = [field.name for field in ranked if _rank(field) < _LAST]
        if "company_name" in named:
            # What a lead says of its company tells more than which record that became.
            named = [name for name in named if name != "company_id"]
        return tuple(dict.fromkeys((*first, *named)))[:_COLUMNS]

    @cached_property
    def sections(self) -> list[tuple[str, list[Field]]]:
        """The fields of a record's page under headings, which are English texts."""
        found: dict[str, list[Field]] = {"Details": [], "Reach": [], "Notes": [], "Record": []}
        shown = (f for f in self.fields.values() if f.name not in _UNSHOWN and f is not self.stage)
        for field in shown:
            found[_section(field)].append(field)
        return [(heading, fields) for heading, fields in found.items() if fields]

    @property
    def includes(self) -> list[str]:
        """Every name under which a record shows what it refers to."""
        return [field.include for field in self.fields.values() if field.include]

    def includes_of(self, columns: Sequence[str]) -> list[str]:
        """Those that `columns` need."""
        named = (self.fields[name].include for name in columns)
        return [include for include in named if include]


_RANKS: Final = {
    "company_id": 1, "companies": 1, "emails": 2, "phones": 3, "money": 4, "deadline": 1,
    "occurred_at": 1, "links": 2, "priority": 3, "done": 3, "industry": 2, "kind": 2, "email": 2,
    "active": 3, "department_ids": 4, "role_codes": 5, "company_name": 1, "expected_close": 5,
    "owner_id": 6, "next_activity_at": 7, "created_at": 8,
}  # fmt: skip
_LAST: Final = 9


def _rank(field: Field) -> int:
    """How early a field stands in a list: reach and money before bookkeeping."""
    return _RANKS.get(field.name) or _RANKS.get(field.type) or _LAST


def _section(field: Field) -> str:
    if field.widget == "textarea":
        return "Notes"
    if field.widget in ("points", "parts"):
        return "Reach"
    system = field.said["system"] or field.said["read_only"]
    return "Record" if system or field.name in _BOOKKEEPING or field.type == "uuid" else "Details"


class Descriptions:
    """The descriptions that viewers were given in the last seconds. A change of rights is in the
    key, so that only what administrators change of fields and stages waits."""

    def __init__(self) -> None:
        self._kept: dict[Any, tuple[float, Description]] = {}
        self._lock = threading.Lock()

    def of(self, asked: Asked, entity: EntityContract) -> Description:
        """`entity` as who asks sees it. Raises what its service refuses with."""
        key = _key(asked, entity)
        at, known = self._kept.get(key, (float("-inf"), None))
        if known is not None and time.monotonic() - at < FRESH_SECONDS:
            return known
        return self._keep(key, entity, asked.call(entity.service, "schema", _named(entity)))

    def known(self, asked: Asked, names: Sequence[str]) -> Iterator[Description]:
        """Those of `names` that answer, asked for at the same time."""
        wanted = [ENTITIES[name] for name in names]
        missing = [each for each in wanted if self._kept.get(_key(asked, each)) is None]
        answers = asked.gather([(each.service, "schema", _named(each)) for each in missing])
        for entity, answer in zip(missing, answers, strict=True):
            if isinstance(answer, Mapping):
                self._keep(_key(asked, entity), entity, answer)
        for entity in wanted:
            if (found := self._kept.get(_key(asked, entity))) is not None:
                yield found[1]

    def forget(self, entity: EntityContract) -> None:
        """Ask anew what there is to say of `entity`: somebody changed it through here."""
        with self._lock:
            self._kept = {key: kept for key, kept in self._kept.items() if key[0] != entity.name}

    def _keep(self, key: Any, entity: EntityContract, said: Mapping[str, Any]) -> Description:
        found = Description(entity, said)
        with self._lock:
            if len(self._kept) >= _MOST:
                self._kept.clear()
            self._kept[key] = (time.monotonic(), found)
        return found


def _named(entity: EntityContract) -> dict[str, str]:
    return {"entity": entity.name}


def _key(asked: Asked, entity: EntityContract) -> tuple[Any, ...]:
    assert asked.user is not None
    rights, member = asked.user.rights, asked.user.member
    return entity.name, member.id, member.locale, rights.scopes, rights.organisation.version
