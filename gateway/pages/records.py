"""The page of one record, the form of a new one, and editing a field where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from chassis.errors import Conflict, Forbidden, Invalid, Malformed, NotFound, Refusal
from chassis.identifiers import new_id
from contracts.speech import EntityContract
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.pages.descriptions import Description, Field
from gateway.pages.editing import Clashing, create, read_record, save
from gateway.pages.forms import asked_fields, base_of, read_base, values_of
from gateway.pages.house import House, moved
from gateway.pages.lists import PAGE
from gateway.pages.navigation import icon_of, plural_label
from gateway.pages.pickers import pipelines_of
from gateway.pages.undoing import COMPLETING, changing_back, offered, restoring, step_back
from gateway.pages.viewer import viewer_of
from gateway.parameters import text
from gateway.permissions import Granted
from gateway.registry import Route
from gateway.routes.records import record_id
from gateway.texts import sentence

_PLACE: Final = text("place", "`cell` or `field`: where the value stands.", enum=["cell", "field"])
_REFUSED: Final = (Invalid, Malformed, Conflict, Forbidden)


def record_pages(house: House, entity: EntityContract) -> Iterator[Route]:
    """The pages of one record of `entity`."""
    pages = _Pages(house, entity)
    one = f"/{entity.plural}/{{id}}"

    def row(method: str, path: str, name: str, operation: str, answer: Any, **parts: Any) -> Route:
        return Route(
            method=method, path=path, name=f"pages.{entity.plural}.{name}", area="pages",
            page=True, permission=Granted(entity.name, operation), replies=PAGE, answer=answer,
            repeatable=parts.get("writes", False), renews=parts.get("writes", False)
            and entity.setting is not None, **parts,
        )  # fmt: skip

    yield row("GET", f"/{entity.plural}/new", "new", "add", pages.new,
              summary=f"The form of a new {entity.name}",
              parameters=(text("link", "What it is about, as `type:id`."),))  # fmt: skip
    yield row("POST", f"/{entity.plural}/new", "create", "add", pages.create, writes=True,
              summary=f"Create a {entity.name}")  # fmt: skip
    yield row("GET", one, "one", "read", pages.one, summary=f"The page of a {entity.name}")
    yield row("GET", f"{one}/edit", "edit", "update", pages.edit,
              summary=f"The form of a {entity.name}")  # fmt: skip
    yield row("POST", f"{one}/edit", "save", "update", pages.save, writes=True,
              summary=f"Change a {entity.name}")  # fmt: skip
    yield row("GET", f"{one}/values/{{field}}", "value", "read", pages.value, parameters=(_PLACE,),
              summary=f"A value of a {entity.name}")  # fmt: skip
    yield row("GET", f"{one}/inputs/{{field}}", "input", "update", pages.input,
              parameters=(_PLACE,), summary=f"The input of a value of a {entity.name}")  # fmt: skip
    yield row("POST", f"{one}/values/{{field}}", "change", "update", pages.change, writes=True,
              parameters=(_PLACE,), summary=f"Change a value of a {entity.name}")  # fmt: skip
    yield row("POST", f"{one}/delete", "delete", "delete", pages.delete, writes=True,
              summary=f"Put a {entity.name} into the recycle bin")  # fmt: skip
    yield row("POST", f"{one}/restore", "restore", "delete", pages.restore, writes=True,
              summary=f"Bring a {entity.name} back")  # fmt: skip


class _Pages:
    def __init__(self, house: House, entity: EntityContract) -> None:
        self.house = house
        self.entity = entity

    def described(self, asked: Asked) -> Description:
        return self.house.descriptions.of(asked, self.entity)

    def one(self, asked: Asked) -> Answer:
        description = self.described(asked)
        record = read_record(asked, description, record_id(asked))
        return self.house.page(
            asked, "record.html", description=description, entity=self.entity, record=record,
            stages=description.stages_of(record), place_icon=icon_of(self.entity.name),
            plural=plural_label(self.entity, viewer_of(asked)),
        )  # fmt: skip

    def new(self, asked: Asked) -> Answer:
        record = _usual(self.described(asked))
        link_type, _, link_id = (asked.query.get("link") or "").partition(":")
        if link_id:
            record["links"] = [{"type": link_type, "id": link_id}]
        return self._form(asked, self.described(asked), record)

    def create(self, asked: Asked) -> Answer:
        description = self.described(asked)
        fields = asked_fields(description, creating=True)
        values = values_of(asked.form, fields, viewer_of(asked))
        try:
            record = create(asked, description, values)
        except _REFUSED as refusal:
            return self._form(asked, description, values, refusal=refusal)
        if asked.form.get("again") == "true":
            return moved(asked, f"/{self.entity.plural}/new")
        return moved(asked, f"/{self.entity.plural}/{record['id']}")

    def edit(self, asked: Asked) -> Answer:
        description = self.described(asked)
        record = read_record(asked, description, record_id(asked))
        return self._form(asked, description, record, record)

    def save(self, asked: Asked) -> Answer:
        description, identifier = self.described(asked), record_id(asked)
        fields = asked_fields(description, creating=False)
        values = values_of(asked.form, fields, viewer_of(asked))
        base = read_base(asked.form)
        shown = {**base, **values, "id": identifier, "version": _version(asked)}
        try:
            save(asked, description, identifier, _version(asked), values, base)
        except Clashing as clash:
            shown |= {"version": clash.current["version"]}
            return self._form(asked, description, shown, clash.current, clash=clash)
        except _REFUSED as refusal:
            return self._form(asked, description, shown, base, refusal=refusal)
        return moved(asked, f"/{self.entity.plural}/{identifier}")

    def value(self, asked: Asked) -> Answer:
        description = self.described(asked)
        record = read_record(asked, description, record_id(asked))
        return self._value(asked, description, self._field(asked, description), record)

    def input(self, asked: Asked) -> Answer:
        description = self.described(asked)
        field = self._field(asked, description)
        record = read_record(asked, description, record_id(asked))
        return self._input(asked, description, field, record, record)

    def change(self, asked: Asked) -> Answer:
        description, identifier = self.described(asked), record_id(asked)
        field, base = self._field(asked, description), read_base(asked.form)
        values = values_of(asked.form, [field], viewer_of(asked))
        record = {**base, **values, "id": identifier, "version": _version(asked)}
        try:
            save(asked, description, identifier, _version(asked), values, base)
        except Clashing as clash:
            record["version"] = clash.current["version"]
            return self._input(asked, description, field, record, clash.current, clash=clash)
        except _REFUSED as refusal:
            return self._input(asked, description, field, record, base, refusal=refusal)
        saved = read_record(asked, description, identifier)
        return self._value(asked, description, field, saved,
                           self._completed(asked, description, field, base, saved))  # fmt: skip

    def delete(self, asked: Asked) -> Answer:
        identifier = record_id(asked)
        arguments = {"entity": self.entity.name, "id": identifier,
                     "expected_version": _version(asked)}  # fmt: skip
        asked.call(self.entity.service, "delete", arguments)
        undo = restoring(self.entity, [identifier])
        undo["page"] = f"/{self.entity.plural}/{identifier}"
        words = viewer_of(asked).text("Moved to the recycle bin.")
        return moved(asked, f"/{self.entity.plural}", offered(undo, words))

    def restore(self, asked: Asked) -> Answer:
        arguments = {"entity": self.entity.name, "id": record_id(asked)}
        asked.call(self.entity.service, "restore", arguments)
        return moved(asked, f"/{self.entity.plural}/{arguments['id']}")

    def _field(self, asked: Asked, description: Description) -> Field:
        field = description.fields.get(asked.path["field"])
        if field is None or not (field.editable or asked.route.method == "GET"):
            raise NotFound("There is nothing here.", code="no_such_path")
        return field

    def _value(
        self, asked: Asked, description: Description, field: Field, record: Mapping[str, Any],
        headers: Mapping[str, str] | None = None,
    ) -> Answer:  # fmt: skip
        return self.house.page(
            asked, "value.html", headers=headers, description=description, entity=self.entity,
            field=field, record=record, place=asked.query.get("place") or "field",
        )  # fmt: skip

    def _completed(
        self, asked: Asked, description: Description, field: Field, base: Mapping[str, Any],
        saved: Mapping[str, Any],
    ) -> dict[str, str]:  # fmt: skip
        """The offer to open again what was finished with by `field`."""
        if field.name not in COMPLETING or not saved.get(field.name):
            return {}
        before = {"id": saved["id"], field.name: base.get(field.name)}
        step = step_back(asked, description, before, {field.name: True}, saved)
        words = viewer_of(asked).text("Marked as done." if field.name == "done" else "Changed.")
        return offered(changing_back(self.entity, [step]), words) if step else {}

    def _input(
        self, asked: Asked, description: Description, field: Field, record: Mapping[str, Any],
        base: Mapping[str, Any], *, refusal: Refusal | None = None, clash: Clashing | None = None,
    ) -> Answer:  # fmt: skip
        return self.house.page(
            asked, "input.html", status=422 if refusal or clash else 200, field=field,
            description=description, entity=self.entity, record=record,
            base=base_of(base, [field]), key=new_id().hex, clash=clash,
            place=asked.query.get("place") or "field", **self._said(asked, refusal),
            pipelines=pipelines_of(asked, self.entity, [field]),
        )  # fmt: skip

    def _form(
        self, asked: Asked, description: Description, record: Mapping[str, Any],
        base: Mapping[str, Any] | None = None, *, refusal: Refusal | None = None,
        clash: Clashing | None = None,
    ) -> Answer:  # fmt: skip
        fields = asked_fields(description, creating=base is None)
        return self.house.page(
            asked, "form_part.html" if asked.fragment else "form.html", entity=self.entity,
            status=422 if refusal or clash else 200, description=description, record=record,
            base=base_of(base, fields) if base is not None else "", key=new_id().hex, clash=clash,
            creating=base is None, fields=fields, **self._said(asked, refusal),
            plural=plural_label(self.entity, viewer_of(asked)),
            pipelines=pipelines_of(asked, self.entity, fields),
        )  # fmt: skip

    @staticmethod
    def _said(asked: Asked, refusal: Refusal | None) -> dict[str, Any]:
        """What is wrong with each field, and with the whole."""
        if refusal is None:
            return {"faults": {}, "said": ""}
        language = viewer_of(asked).language
        faults: dict[str, list[str]] = {}
        for fault in refusal.faults:
            name = fault.pointer.strip("/").partition("/")[0]
            words = sentence(fault.code, language, fault.detail, None)
            faults.setdefault(name, []).append(words)
        return {
            "faults": faults,
            "said": sentence(refusal.code, language, refusal.detail, refusal.status),
        }


def _usual(description: Description) -> dict[str, Any]:
    """What a new record has unless somebody says otherwise, where that is a yes or a no."""
    return {
        name: field.said["default"]
        for name, field in description.fields.items()
        if field.type == "boolean" and "default" in field.said
    }


def _version(asked: Asked) -> int | str:
    given = asked.form.get("version", "")
    if not (given.isascii() and given.isdigit() and len(given) < 16):
        raise Malformed("The form names no version.", code="version_required")
    return int(given)
