"""The filter operators: a table, a row each, of what they take, what they mean and how they read.

Operators that say no (`ne nin ncontains`) are what the positive one is not, so empty values satisfy
them. Texts are compared exactly by `eq` and without regard to case by `contains starts ends`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from sqlalchemy import and_, false, or_

from chassis.records.query.operands import Element, Operand, Truth, Words

Build: TypeAlias = Callable[[Element, Sequence[Operand]], Truth]

ONE, MANY, PAIR, TEXT, DAYS, FLAG = "one", "many", "pair", "text", "days", "flag"


@dataclass(frozen=True)
class Operator:
    """One operator. `takes` is the shape of its value; `build` compares one element with it.

    `negates` names the operator whose opposite this one is. `phrase` reads it to people, `{field}`
    and `{value}` standing for what it joins. Which fields it applies to, `FieldType.operators`
    says.
    """

    name: str
    takes: str
    build: Build | None
    phrase: Mapping[str, str]
    negates: str | None = None


def _equals(element: Element, operands: Sequence[Operand]) -> Truth:
    return operands[0].equals(element)


def _any_equals(element: Element, operands: Sequence[Operand]) -> Truth:
    if len(operands) == 1:
        return operands[0].equals(element)
    if all(type(operand) is Operand for operand in operands):
        return element.in_([operand.value for operand in operands])
    return or_(*(operand.equals(element) for operand in operands))


def _between(element: Element, operands: Sequence[Operand]) -> Truth:
    first, last = operands
    return and_(first.begins(element), last.finishes(element))


def _like(before: str, after: str) -> Build:
    def build(element: Element, operands: Sequence[Operand]) -> Truth:
        words = operands[0]
        assert isinstance(words, Words)
        if not words.value:
            return false()
        return element.ilike(f"{before}{words.escaped}{after}", escape="\\")

    return build


def _row(
    name: str, takes: str, build: Build | None, english: str, portuguese: str,
    negates: str | None = None,
) -> Operator:  # fmt: skip
    return Operator(name, takes, build, {"en": english, "pt-BR": portuguese}, negates)


_ROWS: Final = (
    _row("eq", ONE, _equals, "{field} is {value}", "{field} é {value}"),
    _row("ne", ONE, None, "{field} is not {value}", "{field} não é {value}", "eq"),
    _row("gt", ONE, lambda e, o: o[0].follows(e),
         "{field} is more than {value}", "{field} é maior que {value}"),
    _row("gte", ONE, lambda e, o: o[0].begins(e),
         "{field} is at least {value}", "{field} é no mínimo {value}"),
    _row("lt", ONE, lambda e, o: o[0].precedes(e),
         "{field} is less than {value}", "{field} é menor que {value}"),
    _row("lte", ONE, lambda e, o: o[0].finishes(e),
         "{field} is at most {value}", "{field} é no máximo {value}"),
    _row("between", PAIR, _between,
         "{field} is between {value}", "{field} está entre {value}"),
    _row("in", MANY, _any_equals, "{field} is one of {value}", "{field} é um de {value}"),
    _row("nin", MANY, None,
         "{field} is none of {value}", "{field} não é nenhum de {value}", "in"),
    _row("contains", TEXT, _like("%", "%"),
         "{field} contains {value}", "{field} contém {value}"),
    _row("ncontains", TEXT, None,
         "{field} does not contain {value}", "{field} não contém {value}", "contains"),
    _row("starts", TEXT, _like("", "%"),
         "{field} starts with {value}", "{field} começa com {value}"),
    _row("ends", TEXT, _like("%", ""),
         "{field} ends with {value}", "{field} termina com {value}"),
    _row("empty", FLAG, None, "{field} is empty", "{field} está vazio"),
    _row("nempty", FLAG, None, "{field} is not empty", "{field} não está vazio", "empty"),
    _row("within_last", DAYS, _equals,
         "{field} is in the last {value} days", "{field} está nos últimos {value} dias"),
    _row("within_next", DAYS, _equals,
         "{field} is in the next {value} days", "{field} está nos próximos {value} dias"),
)  # fmt: skip

OPERATORS: Final[Mapping[str, Operator]] = {row.name: row for row in _ROWS}
