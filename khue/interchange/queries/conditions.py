"""Điều kiện của một danh sách: what a filter of OneRoster asks, as a condition on our rows.

Rows are read by querysets (Q) or by statements of our own (Clause); both know `&`, `|` and `~`, so
a field says once how it is compared. A record without a field meets no condition on it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F, Q, TextField, Value
from django.db.models.functions import Cast, Collate
from django.db.models.lookups import (
    Contains,
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    LessThan,
    LessThanOrEqual,
)
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from khue.interchange.queries.pages import changed_numbers
from khue.interchange.rules.filters import Condition, FilterUnreadable, compare
from khue.interchange.rules.ids import Kind, number_of
from khue.interchange.rules.oneroster import LONG_AGO
from kit.statements import keys_array
from kit.windows import Clause

LOOKUPS = {
    "=": Exact,
    ">": GreaterThan,
    ">=": GreaterThanOrEqual,
    "<": LessThan,
    "<=": LessThanOrEqual,
    "~": Contains,
}
NUMBER = re.compile(r"-?[0-9]{1,6}([.][0-9]{1,6})?", re.ASCII)
MILLISECOND = timedelta(milliseconds=1)


class Rows:
    """Conditions of a queryset; a column is its name or an expression."""

    every, none = ~Q(pk__in=[]), Q(pk__in=[])

    def compared(self, column: Any, operator: str, value: Any) -> Any:
        left = F(column) if isinstance(column, str) else column
        if operator == "!=":
            return ~Q(Exact(left, Value(value)))
        if operator == "~":
            left = Cast(left, TextField())
        elif isinstance(value, str) and operator != "=":
            left = Collate(left, "C")
        return Q(LOOKUPS[operator](left, Value(value)))

    def among(self, column: Any, numbers: Sequence[int]) -> Any:
        return Q(**{f"{column}__in": list(numbers)})

    def order(self, column: Any, *, text: bool, falling: bool) -> Any:
        left = F(column) if isinstance(column, str) else column
        left = Collate(left, "C") if text else left
        return left.desc(nulls_last=True) if falling else left.asc(nulls_last=True)


class Statement:
    """Conditions of a statement of our own; a column is the name it has there."""

    every, none = Clause("true"), Clause("false")

    def compared(self, column: str, operator: str, value: Any) -> Any:
        left = f"{{{column}}}"
        if operator == "~":
            return Clause(f"position({{}} in {left}::text) > 0", (str(value),))
        return Clause(f"{left} {'<>' if operator == '!=' else operator} {{}}", (value,))

    def among(self, column: str, numbers: Sequence[int]) -> Any:
        return Clause(f"{{{column}}} = any({{}}::bigint[])", (keys_array(numbers),))

    def order(self, column: str, *, text: bool, falling: bool) -> Any:
        return f"{{{column}}} {'desc' if falling else 'asc'} nulls last"


Language = Rows | Statement
ROWS, STATEMENT = Rows(), Statement()


@dataclass(frozen=True)
class Field:
    """How a field of a record narrows its rows, and what sorts them (None: nothing does).

    `test` is given an operator and the text of a filter; it raises FilterUnreadable for a value
    or an operator that the field does not know.
    """

    test: Callable[[str, str], Any]
    order: Callable[[bool], Any] | None = None


Fields = Mapping[str, Field]


def text(language: Language, column: Any, only: Any = None) -> Field:
    """A text; `only`: the rows whose text is told at all."""

    def test(operator: str, value: str) -> Any:
        found = language.compared(column, operator, value)
        filled = language.compared(column, ">", "")
        return found & filled if only is None else found & filled & only

    if only is not None:
        return Field(test)
    return Field(test, lambda falling: language.order(column, text=True, falling=falling))


def day(language: Language, column: str) -> Field:
    """A day, as 2026-09-05."""

    def test(operator: str, value: str) -> Any:
        if operator == "~":
            return language.compared(column, operator, value)
        return language.compared(column, operator, _day(value))

    return Field(test, lambda falling: language.order(column, text=False, falling=falling))


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as unreadable:
        raise FilterUnreadable(value) from unreadable


def tenths(language: Language, column: str) -> Field:
    """A mark out of ten, kept in tenths."""

    def test(operator: str, value: str) -> Any:
        if operator == "~" or not NUMBER.fullmatch(value):
            raise FilterUnreadable(value)
        return language.compared(column, operator, Decimal(value) * 10)

    return Field(test, lambda falling: language.order(column, text=False, falling=falling))


def choice(
    language: Language,
    told: Mapping[str, Any],
    order: Callable[[bool], Any] | None = None,
) -> Field:
    """One of few values, each with the rows that tell it."""

    def test(operator: str, value: str) -> Any:
        found = language.none
        for one, rows in told.items():
            found = found | rows if compare(one, operator, value) else found
        return found

    return Field(test, order)


def constant(language: Language, value: str) -> Field:
    """A value that every row tells."""
    return choice(language, {value: language.every})


def key(language: Language, columns: Mapping[Kind, str] | str, kind: Kind | None = None) -> Field:
    """The id of a record with a number: `columns` by the kinds of ids that it may name."""
    named = {kind: columns} if kind is not None and isinstance(columns, str) else columns
    assert isinstance(named, Mapping)

    def equal(value: str) -> Any:
        found = language.none
        for one, column in named.items():
            number = number_of(value, one)
            if number is not None:
                found = language.compared(column, "=", number)
        return found

    return named_by(equal)


def person(language: Language, column: str) -> Field:
    """The id of a person."""

    def equal(value: str) -> Any:
        own = as_uuid(value)
        return language.none if own is None else language.compared(column, "=", own)

    return named_by(equal)


def named_by(equal: Callable[[str], Any]) -> Field:
    """An id, which is the same or another, and nothing else."""

    def test(operator: str, value: str) -> Any:
        if operator not in ("=", "!="):
            raise FilterUnreadable(operator)
        return equal(value) if operator == "=" else ~equal(value)

    return Field(test)


def as_uuid(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None


def changed(
    language: Language, kinds: Sequence[str], column: str = "pk", *, made: str = ""
) -> Field:
    """The moment of the last change, which the ledger knows; `made`: when a row came to be."""

    def since(moment: datetime, operator: str) -> Any:
        if moment <= LONG_AGO:
            return language.every
        numbers = changed_numbers(moment, kinds)
        if numbers is None and operator in (">", ">="):
            return language.every
        if numbers is None:
            raise FilterUnreadable(operator)
        found = language.among(column, numbers)
        return found | language.compared(made, ">=", moment) if made else found

    return Field(lambda operator, value: by_moment(operator, value, since))


def by_moment(operator: str, value: str, since: Callable[[datetime, str], Any]) -> Any:
    """A condition on a moment, made of "changed at or after"; a record tells milliseconds."""
    moment = moment_of(value)
    if operator == "~" or not 1000 < moment.year < 9000:
        raise FilterUnreadable(operator)
    if operator in (">=", "<"):
        found = since(moment, operator)
        return found if operator == ">=" else ~found
    later = since(moment + MILLISECOND, operator)
    if operator in (">", "<="):
        return later if operator == ">" else ~later
    same = since(moment, operator) & ~later
    return same if operator == "=" else ~same


def moment_of(value: str) -> datetime:
    """A moment as ISO 8601 tells it; a day is its beginning in Viet Nam."""
    try:
        moment = parse_datetime(value) or datetime.combine(date.fromisoformat(value), time())
    except ValueError as unreadable:
        raise FilterUnreadable(value) from unreadable
    return moment if moment.tzinfo else timezone.make_aware(moment)


def narrowed(
    language: Language, fields: Fields, conditions: Sequence[Condition], *, both: bool
) -> Any:
    """The rows that the conditions of a filter leave; every row when there are none."""
    tests = [_tested(language, fields, one) for one in conditions]
    found = language.every
    for place, test in enumerate(tests):
        found = test if place == 0 else found & test if both else found | test
    return found


def _tested(language: Language, fields: Fields, condition: Condition) -> Any:
    field = fields.get(condition.field)
    return language.none if field is None else field.test(condition.operator, condition.value)
