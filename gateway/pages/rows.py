"""The cells of a list's rows: a page draws hundreds of them, so that what a column has in common
with itself is settled once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from markupsafe import Markup

from gateway.pages.cells import cell, html
from gateway.pages.descriptions import Description, Field
from gateway.pages.viewer import Viewer

_NUMERIC: Final = frozenset({"money", "integer", "decimal"})


class Rows:
    """Draws the cells of records with these columns, for one viewer."""

    def __init__(self, viewer: Viewer, description: Description, columns: Sequence[str]) -> None:
        self._viewer = viewer
        self._description = description
        self._path = f"/{description.entity.plural}"
        self._title = description.title.name if description.title else ""
        self._edits = description.may("update")
        self._columns = [self._column(description.fields[name]) for name in columns]

    def name(self, record: Mapping[str, Any]) -> str:
        """What the record is called: a note or a message, which has no subject, by its kind."""
        kind, fields = record.get("kind"), self._description.fields
        if kind and not record.get(self._title) and "kind" in fields:
            return fields["kind"].code_label(kind, self._viewer.language)
        return str(record.get(self._title) or f"#{record.get('number', '')}")

    def cells(self, record: Mapping[str, Any]) -> Markup:
        """The cells of `record`, with whatever people typed escaped."""
        identifier, drawn = record["id"], []
        for field, pattern, addressed in self._columns:
            if field.name == self._title:
                shown: Any = self.name(record)
            else:
                shown = cell(self._viewer, self._description, field, record)
            drawn.append(html(pattern, *((identifier, shown) if addressed else (shown,))))
        return Markup("").join(drawn)

    def _column(self, field: Field) -> tuple[Field, str, bool]:
        """The field, how its cells are drawn, and whether they name the record."""
        if field.name == self._title:
            return field, f'<td class="title"><a href="{self._path}/%s" data-open>%s</a></td>', True
        numeric = ' class="numeric"' if field.type in _NUMERIC else ""
        if not (field.editable and self._edits):
            return field, f"<td{numeric}>%s</td>", False
        edit = f' data-edit="{self._path}/%s/inputs/{field.name}?place=cell" tabindex="-1"'
        return field, f"<td{numeric}{edit}>%s</td>", True
