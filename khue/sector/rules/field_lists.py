"""Danh mục trường dữ liệu: what a message may hold, read from the published lists.

The lists are data. What they leave in words (a condition, a slip, a tier of government that ended)
stands in a second table of adjustments, with the day until which it holds.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

# Names of files of codes in the published lists -> names of our dated lists.
DATED_LISTS = {
    "provinces-63": "provinces",
    "communes-2020": "communes",
    "districts-2020": "districts",
}
ANY_VALUE = "*"


@dataclass(frozen=True)
class Condition:
    """Khi nào bắt buộc: another field holds one of some values; "*" is any value at all."""

    field: str
    values: tuple[str, ...]

    def holds(self, message: Mapping[str, object]) -> bool:
        given = message.get(self.field)
        if given is None or given == "":
            return False
        return ANY_VALUE in self.values or _same_code(str(given), self.values)


def _same_code(given: str, codes: Iterable[str]) -> bool:
    """A code is text, but a field of whole numbers drops its leading zeros."""
    return any(given == code or given == code.lstrip("0") for code in codes)


@dataclass(frozen=True)
class FieldSpec:
    """Trường dữ liệu: one line of a list."""

    name: str
    type: str
    title: str
    required: bool = False
    condition: Condition | None = None
    codes: str = ""
    note: str = ""
    ends: date | None = None
    """The last day on which the list still asks for it."""

    @property
    def may_be_asked(self) -> bool:
        """Whether some message must hold it; the others are looked at only where they are given."""
        return self.required or self.condition is not None

    def is_asked(self, message: Mapping[str, object], on: date) -> bool:
        """Whether the field must not be empty in this message on a day."""
        if self.ends is not None and on > self.ends:
            return False
        return self.required or (self.condition is not None and self.condition.holds(message))


FieldList = tuple[FieldSpec, ...]


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def read_fields(text: str, part: str, adjustments: str) -> FieldList:
    """The fields of one part of the message, in the order of the published list."""
    changes = {row["field"]: row for row in rows_of(adjustments) if row["part"] == part}
    plain = [_plain(row) for row in rows_of(text)]
    return tuple(_adjusted(one, changes.get(one.name)) for one in plain)


def _plain(row: Mapping[str, str]) -> FieldSpec:
    listed = row["code_list"].removesuffix(".csv")
    return FieldSpec(
        name=row["field"],
        type=row["type"],
        title=row["name_vi"] or row["field"],
        required=row["required"] == "x",
        codes=DATED_LISTS.get(listed, listed),
        note=row["note"],
    )


def _adjusted(spec: FieldSpec, change: Mapping[str, str] | None) -> FieldSpec:
    if change is None:
        return spec
    values = tuple(change["when_values"].split(";"))
    return replace(
        spec,
        type=change["type"] or spec.type,
        title=change["title"] or spec.title,
        condition=Condition(change["when_field"], values) if change["when_field"] else None,
        ends=date.fromisoformat(change["valid_to"]) if change["valid_to"] else None,
    )
