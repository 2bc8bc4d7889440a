"""Bản ghi gửi Trung tâm Dữ liệu quốc gia: the message of a student-year and its rising number.

The column names are those known of the model of the centre; its types are not public. Whatever
turns out otherwise is changed in the tables of this file alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from khue.transcripts.rules.facts import PRIMARY, StrandFacts, SubjectFacts, YearFacts
from khue.transcripts.rules.mapping import LEVELS, SEX
from kit.dates import VIETNAM

PRIMARY_TABLE = "thongtinsohocbasotieuhoc"
SECONDARY_TABLE = "thongtinsohocbasothcsthpt"
LONGEST_ID = 150
GOES_ON = frozenset({"PROMOTED", "COMPLETED"})
FINISHES_PRIMARY = "05"


class Event(StrEnum):
    """Sự kiện."""

    NEW = "NEW"
    UPDATE = "UPDATE"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True)
class Sent:
    """Vỏ bản ghi: which record, what happened to it, the how-manieth message, when."""

    record: str
    event: Event
    number: int
    updated_at: datetime


class NumberRefused(ValueError):
    """A message whose number cannot be: zero or less."""


def record_of(facts: YearFacts) -> str:
    """IdBanGhi: one for a student-year for ever, whatever version; no number of a person."""
    return f"{facts.head.code}-{facts.year}"[:LONGEST_ID]


def next_event(last: Sent | None, *, cancels: bool) -> Event:
    """NEW once, UPDATE for a later version, CANCEL when it is withdrawn."""
    if cancels:
        return Event.CANCEL
    return Event.UPDATE if last else Event.NEW


def next_number(last: Sent | None) -> int:
    """PhienBan: the sender counts up; the receiver ignores what is not above what it holds."""
    return last.number + 1 if last else 1


def is_news(held: int | None, number: int) -> bool:
    """Whether a receiver that holds message `held` takes this one; raises NumberRefused."""
    if number <= 0:
        raise NumberRefused(number)
    return held is None or number > held


def message(sent: Sent, facts: YearFacts) -> dict[str, Any]:
    """The whole message: envelope, columns, children."""
    table = PRIMARY_TABLE if facts.head.level == PRIMARY else SECONDARY_TABLE
    envelope = {
        "IdBanGhi": sent.record,
        "SuKien": sent.event.value,
        "PhienBan": sent.number,
        "ThoiGianCapNhat": f"{sent.updated_at.astimezone(VIETNAM):%Y-%m-%dT%H:%M:%S}",
    }
    columns = {name: read(facts) for name, read in HEADS[table].items()}
    children = {f"{table}{name}": list(rows(facts)) for name, rows in CHILDREN[table].items()}
    return {"bang": table, **envelope, **_given(columns), **children}


def _given(columns: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in columns.items() if value not in {"", None}}


def _goes_on(facts: YearFacts) -> int:
    return int(facts.outcome in GOES_ON)


def _finishes_primary(facts: YearFacts) -> int:
    return int(facts.grade == FINISHES_PRIMARY and bool(_goes_on(facts)))


def _level(value: str) -> str:
    return LEVELS.get(value, "")


Read = Callable[[YearFacts], Any]
_PERSON: dict[str, Read] = {
    "madinhdanhhocba": lambda one: one.head.code,
    "masogd": lambda one: one.head.department_code,
    "matruong": lambda one: one.head.school_code,
    "macaphoc": lambda one: one.head.level,
    "mahocsinh": lambda one: one.pupil.code,
    "hovaten": lambda one: one.pupil.name,
    "gioitinh": lambda one: SEX.get(one.pupil.sex, "0"),
    "dantoc": lambda one: one.pupil.ethnic_code,
    "quoctich": lambda one: one.pupil.nationality_code,
    "makhoi": lambda one: one.grade,
    "hotencha": lambda one: one.pupil.father,
    "hotenme": lambda one: one.pupil.mother,
    "hotennguoigiamho": lambda one: one.pupil.guardian,
    "doituongchinhsach": lambda one: one.pupil.policies,
    "cokhuyettatkhongdanhgia": lambda one: int(one.not_assessed),
    "duoclenlop": _goes_on,
    "chucvugiamhieu": lambda one: one.head.leader_title,
    "diadanhphathanh": lambda one: one.head.place,
}
# hocky1, hocky2, canam: read as the learning result; the model does not say of which result.
_TERMS: dict[str, Read] = {
    "hocky1": lambda one: _level(one.learning.term1),
    "hocky2": lambda one: _level(one.learning.term2),
    "canam": lambda one: _level(one.learning.after or one.learning.year),
}
HEADS: Mapping[str, Mapping[str, Read]] = MappingProxyType(
    {
        PRIMARY_TABLE: _PERSON
        | {"dahthanhctrinhlophoc": _goes_on, "dahthanhctrinhtieuhoc": _finishes_primary},
        SECONDARY_TABLE: _PERSON | _TERMS,
    }
)


def _course(facts: YearFacts) -> Iterable[dict[str, Any]]:
    for one in facts.stays:
        told = {"namhoc": facts.year, "tentruong": one.school, "tenlop": one.class_name}
        days = {"tungay": one.starts_on.isoformat()}
        ends = {"denngay": one.ends_on.isoformat()} if one.ends_on else {}
        yield told | days | ends


def _certificates(facts: YearFacts) -> Iterable[dict[str, Any]]:
    return ({"loaichungchi": one} for one in facts.certificates)


def _point(value: str) -> str:
    return value.replace(",", ".") if value[:1].isdigit() else value


def _secondary_marks(facts: YearFacts) -> Iterable[dict[str, Any]]:
    for one in facts.subjects:
        marks = {
            "diemhocky1": _point(one.term1),
            "diemhocky2": _point(one.term2),
            "diemcanam": _point(one.year),
            "diemdanhgialai": _point(one.after),
        }
        yield _named(one) | _given(marks)


def _primary_marks(facts: YearFacts) -> Iterable[dict[str, Any]]:
    for one in facts.subjects:
        if not one.strands:
            yield _named(one) | _primary_values(one)
        for strand in one.strands:
            yield {**_named(one), "machoc": strand.name} | _primary_values(strand)


def _named(one: SubjectFacts) -> dict[str, Any]:
    return _given({"mamonhoc": one.code, "tenmonhoc": one.name, "nhanxet": one.comment})


def _primary_values(one: SubjectFacts | StrandFacts) -> dict[str, Any]:
    values = {
        "mucdatduoc": one.level_after or one.level,
        "diemkiemtra": one.test_after or one.test,
    }
    return _given(values)


Rows = Callable[[YearFacts], Iterable[dict[str, Any]]]
CHILDREN: Mapping[str, Mapping[str, Rows]] = MappingProxyType(
    {
        PRIMARY_TABLE: {"_quatrinhhoctap": _course, "_dsbangdiem": _primary_marks},
        SECONDARY_TABLE: {
            "_quatrinhhoctap": _course,
            "_chungchi": _certificates,
            "_bangdiem": _secondary_marks,
        },
    }
)
