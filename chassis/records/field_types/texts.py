"""Texts: one line, many lines, a code, an e-mail address that is a plain column."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any, ClassVar

from email_validator import EmailNotValidError, validate_email

from chassis.errors import Fault
from chassis.records.field_types.base import EQUALITY, ORDER, TEXT, FieldType, wrong_type

TEXT_LIMIT = 255
LONG_TEXT_LIMIT = 20_000
# PostgreSQL keeps no NUL in a text, and UTF-8 has no lone surrogates.
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")
# Whatever some reader takes for the end of a line: in a mail it would begin a new header.
_LINE_END = re.compile("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
KEEPABLE_PATTERN = r"^[^\u0000]*$"


def text_faults(value: str, limit: int, pointer: str = "") -> list[Fault]:
    """What stands against keeping `value` as a text of at most `limit` characters."""
    if _UNKEEPABLE.search(value):
        return [Fault(pointer, "invalid_characters", "Holds characters that cannot be kept.")]
    if len(value) > limit:
        return [Fault(pointer, "too_long", f"At most {limit} characters.")]
    return []


def line_faults(value: str, limit: int, pointer: str = "") -> list[Fault]:
    """What stands against keeping `value` as one line of at most `limit` characters."""
    if _LINE_END.search(value):
        return [Fault(pointer, "invalid_characters", "Must be one line.")]
    return text_faults(value, limit, pointer)


def as_text(value: Any, pointer: str = "") -> str:
    """`value` without surrounding blanks; Malformed unless it is a text."""
    if not isinstance(value, str):
        raise wrong_type("a text", pointer)
    return value.strip()


@dataclass(kw_only=True)
class TextField(FieldType):
    """One line of text. Surrounding blanks are dropped; an empty text is no value."""

    type: ClassVar[str] = "text"
    operators: ClassVar[tuple[str, ...]] = (*EQUALITY, *ORDER, *TEXT)
    grouping: ClassVar[bool] = True
    one_line: ClassVar[bool] = True

    limit: int = TEXT_LIMIT
    pattern: str | None = None
    unique: bool = False

    def parse(self, value: Any) -> str | None:
        return as_text(value) or None

    def check(self, value: str) -> list[Fault]:
        faults = (line_faults if self.one_line else text_faults)(value, self.limit)
        if not faults and self.pattern and not re.fullmatch(self.pattern, value):
            faults.append(Fault("", "format", f"Must look like {self.pattern}."))
        return faults

    def erased(self, number: int) -> str | None:
        return f"erased-{number}" if self.required else None

    @property
    def value_schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.limit}

    @property
    def input_schema(self) -> dict[str, Any]:
        # Blanks at the ends are dropped before the length is measured, so it is not stated here.
        return {"type": "string"}

    def described(self) -> dict[str, Any]:
        return {"limit": self.limit}


@dataclass(kw_only=True)
class LongTextField(TextField):
    """Text of many lines; searched, never sorted."""

    type: ClassVar[str] = "long_text"
    widget: ClassVar[str] = "textarea"
    operators: ClassVar[tuple[str, ...]] = ("empty", "nempty", *TEXT)
    orderable: ClassVar[bool] = False
    grouping: ClassVar[bool] = False
    one_line: ClassVar[bool] = False

    limit: int = LONG_TEXT_LIMIT


def normal_email(address: str) -> str:
    """`address` lower-cased and in one spelling; ValueError when it cannot be one."""
    if len(address) > 320:
        raise ValueError("too long")
    if not unicodedata.is_normalized("NFKC", unicodedata.normalize("NFC", address)):
        raise ValueError("letters that only look like others")
    try:
        checked = validate_email(
            address, check_deliverability=False, globally_deliverable=False, strict=False
        )
    except EmailNotValidError as error:
        raise ValueError(str(error)) from error
    return checked.normalized.lower()


@dataclass(kw_only=True)
class EmailField(TextField):
    """One e-mail address in a column of its own, lower-cased."""

    type: ClassVar[str] = "email"
    widget: ClassVar[str] = "email"

    def settle(self, value: str, organisation: Any) -> tuple[Any, list[Fault]]:
        try:
            return normal_email(value), []
        except ValueError:
            return value, [Fault("", "format", "Must be an e-mail address.")]

    def erased(self, number: int) -> str | None:
        return f"erased-{number}@erased.invalid" if self.required else None
