"""Dữ liệu bổ sung: a value typed for a field that no other page of the product keeps."""

from __future__ import annotations

import re
from datetime import date

from khue.sector.rules.checking import day_of, timestamp
from khue.sector.rules.field_lists import FieldSpec
from kit.dates import parse_date, print_date
from kit.refusal import Refusal

_WHOLE = re.compile(r"\d{1,9}")
_DECIMAL = re.compile(r"(\d{1,9})(?:[.,](\d{1,4}))?")
_LONGEST = 200
_NOT_WHOLE = "“{title}” phải là số nguyên."
_NOT_NUMBER = "“{title}” phải là số, ví dụ 2,34."
_TOO_LONG = "“{title}” dài quá 200 chữ."


def parse_value(spec: FieldSpec, text: str) -> object | Refusal:
    """What was typed as the message carries it; an empty text is no value (None)."""
    tidied = " ".join(text.split())
    if not tidied:
        return None
    if spec.type == "integer":
        return _whole(spec, tidied)
    if spec.type == "float":
        return _decimal(spec, tidied)
    if spec.type == "timestamp":
        parsed = parse_date(tidied)
        return timestamp(parsed) if isinstance(parsed, date) else parsed
    if len(tidied) > _LONGEST:
        return Refusal("TOO_LONG", _TOO_LONG.format(title=spec.title))
    return tidied


def _whole(spec: FieldSpec, text: str) -> int | Refusal:
    if _WHOLE.fullmatch(text):
        return int(text)
    return Refusal("NOT_WHOLE", _NOT_WHOLE.format(title=spec.title))


def _decimal(spec: FieldSpec, text: str) -> float | Refusal:
    found = _DECIMAL.fullmatch(text)
    if found is None:
        return Refusal("NOT_A_NUMBER", _NOT_NUMBER.format(title=spec.title))
    decimals = found[2] or ""
    scale: int = 10 ** len(decimals)
    return int(found[1] + decimals) / scale


def shown_value(spec: FieldSpec, value: object) -> str:
    """A kept value as a person types it."""
    if value is None:
        return ""
    if spec.type == "timestamp":
        day = day_of(value)
        return print_date(day) if day else ""
    if spec.type == "float":
        return f"{value:g}".replace(".", ",") if isinstance(value, int | float) else str(value)
    return str(value)
