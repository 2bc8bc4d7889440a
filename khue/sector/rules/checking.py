"""Kiểm tra bản ghi: a message against its list of fields and the codes that hold on a day."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from itertools import islice

from khue.sector.rules.faults import Fault, Problem
from khue.sector.rules.field_lists import FieldList, FieldSpec

Message = Mapping[str, object]
_TIMESTAMP = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d+")
_NOT_ASKED: tuple[object, ...] = ("", None, [], ())
_REMEDY = "Hãy bổ sung “{title}”."
_LEFT_OUT = "Bản ghi được gửi mà không có mục này."
_TYPES = {
    "integer": "số nguyên",
    "float": "số",
    "timestamp": "ngày giờ",
    "string": "chữ",
    "list": "danh sách",
}


@dataclass(frozen=True)
class CodeBook:
    """Danh mục mã: the codes that hold on the day of the report, and those that once did."""

    holding: Mapping[str, frozenset[str]]
    ever: Mapping[str, frozenset[str]]

    def knows(self, listed: str) -> bool:
        return listed in self.ever

    def holds(self, listed: str, value: object) -> bool:
        return _is_among(value, self.holding.get(listed, frozenset()))

    def held_once(self, listed: str, value: object) -> bool:
        return _is_among(value, self.ever.get(listed, frozenset()))


def _is_among(value: object, codes: frozenset[str]) -> bool:
    """A field of whole numbers carries the code without its leading zeros."""
    return value in _numbers(codes) if isinstance(value, int) else str(value) in codes


@lru_cache(maxsize=512)
def _numbers(codes: frozenset[str]) -> frozenset[int]:
    return frozenset(int(code) for code in codes if code.isdigit())


def is_given(value: object) -> bool:
    return value not in _NOT_ASKED


def check_message(message: Message, fields: FieldList, book: CodeBook, on: date) -> list[Fault]:
    """Every fault of one record, in the order of the list.

    A value that the list does not demand and cannot take is a warning: the record goes without it.
    """
    return [
        fault
        for spec in fields
        if spec.name in message or spec.may_be_asked
        for fault in _check_field(spec, message, book, on)
    ]


@dataclass(frozen=True)
class Sound:
    """Bản ghi gửi được: a message without the values that cannot be sent.

    `warned`: what was said of the values that were left out; `faults`: what is wrong with the rest.
    """

    message: Message
    warned: tuple[Fault, ...]
    faults: tuple[Fault, ...]


def sound_message(message: Message, fields: FieldList, book: CodeBook, on: date) -> Sound:
    """Leave out what cannot be sent; a value that goes may free others from being asked."""
    left, told = dict(message), list[Fault]()
    faults = check_message(left, fields, book, on)
    while found := [one for one in faults if not one.blocks]:
        told += found
        for one in found:
            del left[one.field]
        faults = check_message(left, fields, book, on)
    return Sound(left, tuple(told), tuple(faults))


def _check_field(spec: FieldSpec, message: Message, book: CodeBook, on: date) -> Iterator[Fault]:
    value, asked = message.get(spec.name), spec.is_asked(message, on)
    if not is_given(value):
        if asked:
            yield _missing(spec)
        return
    if not _fits(value, spec.type):
        yield _weighed(_wrong_type(spec), asked=asked)
    elif spec.codes and book.knows(spec.codes):
        for fault in _check_codes(spec, value, book):
            yield _weighed(fault, asked=asked)


def _weighed(fault: Fault, *, asked: bool) -> Fault:
    return (
        fault if asked else replace(fault, sentence=f"{fault.sentence} {_LEFT_OUT}", blocks=False)
    )


def _missing(spec: FieldSpec) -> Fault:
    problem = Problem.MISSING if spec.required else Problem.CONDITION
    why = "là trường bắt buộc" if spec.required else "là bắt buộc trong trường hợp này"
    sentence = f"“{spec.title}” {why} nhưng đang để trống."
    return Fault(spec.name, spec.title, problem, sentence, _REMEDY.format(title=spec.title))


def _wrong_type(spec: FieldSpec) -> Fault:
    wanted = _TYPES.get(spec.type, spec.type)
    sentence = f"“{spec.title}” phải là {wanted}."
    return Fault(
        spec.name, spec.title, Problem.TYPE, sentence, f"Hãy sửa “{spec.title}” cho đúng dạng."
    )


def _check_codes(spec: FieldSpec, value: object, book: CodeBook) -> Iterator[Fault]:
    """One code, or a list of them; the first that does not hold is told."""
    values = value if isinstance(value, list) else [value]
    wrong = (one for one in values if not book.holds(spec.codes, one))
    for one in islice(wrong, 1):
        yield _wrong_code(spec, one, book)


def _wrong_code(spec: FieldSpec, value: object, book: CodeBook) -> Fault:
    remedy = f"Hãy chọn lại “{spec.title}” trong danh mục."
    if book.held_once(spec.codes, value):
        said = f"Mã “{value}” của “{spec.title}” không còn hiệu lực vào ngày báo cáo."
        return Fault(spec.name, spec.title, Problem.ENDED_CODE, said, remedy)
    said = f"Mã “{value}” không có trong danh mục của “{spec.title}”."
    return Fault(spec.name, spec.title, Problem.CODE, said, remedy)


def _fits(value: object, wanted: str) -> bool:
    if wanted == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if wanted == "float":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if wanted == "timestamp":
        return isinstance(value, str) and _is_moment(value)
    if wanted == "list":
        return isinstance(value, list)
    return isinstance(value, str)


def _is_moment(text: str) -> bool:
    if not _TIMESTAMP.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def timestamp(day: date) -> str:
    """A day as the message writes it: 2012-01-09T00:00:00.0."""
    return f"{day.isoformat()}T00:00:00.0"


def day_of(value: object) -> date | None:
    """The day of a moment of a message, when it is one."""
    text = str(value or "")
    return date.fromisoformat(text[:10]) if _is_moment(text) else None
