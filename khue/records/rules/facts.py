"""Hồ sơ: the facts of a person as they are typed, and the same facts checked and tidied."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, Generic, TypeVar

from khue.records.rules.names import check_full_name
from khue.records.rules.personal_number import (
    Finding,
    check_personal_number,
    finding_sentence,
    normalise_personal_number,
)
from kit.dates import PartialDate, parse_date, parse_partial_date
from kit.phone import parse_phone
from kit.refusal import Refusal
from kit.vietnamese import search_key, tidy

# Province codes of birth registration: the 63 of before the merger of 2025 (records.md §6.2).
_PROVINCES_OF_2020 = (
    "01 02 04 06 08 10 11 12 14 15 17 19 20 22 24 25 26 27 30 31 33 34 35 36 37 38 40 42 44 45"
    " 46 48 49 51 52 54 56 58 60 62 64 66 67 68 70 72 74 75 77 79 80 82 83 84 86 87 89 91 92 93"
    " 94 95 96"
)
BIRTH_REGISTRATION_PLACES = frozenset(
    f"0{code}" for code in re.findall(r"\d\d", _PROVINCES_OF_2020)
)
FIELD_LABELS = {
    "name": "Họ và tên",
    "sex": "Giới tính",
    "born": "Ngày sinh",
    "birth_place": "Nơi sinh",
    "home_town": "Quê quán",
    "ethnic_group": "Dân tộc",
    "nationality": "Quốc tịch",
    "address": "Chỗ ở hiện nay",
    "commune_code": "Xã, phường",
    "phone": "Điện thoại",
    "email": "Thư điện tử",
    "personal_number": "Số định danh cá nhân",
    "code": "Mã định danh của ngành",
    "qualification": "Trình độ đào tạo",
    "major": "Chuyên ngành",
    "training_standard": "Chuẩn trình độ",
    "rank_code": "Mã hạng chức danh",
    "teaching_subjects": "Môn giảng dạy",
    "recruited_on": "Ngày tuyển dụng",
    "status": "Trạng thái",
}
# What the law calls sensitive; the ledger tells that it changed, never the value.
SENSITIVE_FIELDS = frozenset({"ethnic_group", "personal_number"})
SEXES = {"m": "M", "nam": "M", "f": "F", "nu": "F"}
_LENGTHS = {
    "birth_place": 200,
    "home_town": 200,
    "address": 300,
    "major": 150,
    "email": 120,
    "rank_code": 20,
}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]{2,}")
_SHORT_CODE = re.compile(r"\d{2}")
_SECTOR_CODE = re.compile(r"[0-9A-Za-z.\-]{4,20}")


@dataclass(frozen=True, kw_only=True)
class PersonFile:
    """What is asked of every person; texts as typed, or as `check_…` tidied them."""

    name: str
    sex: str
    born: str = ""
    birth_place: str = ""
    home_town: str = ""
    ethnic_group: str = ""
    nationality: str = "704"
    address: str = ""
    commune_code: str = ""
    phone: str = ""
    email: str = ""
    personal_number: str = ""
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class StudentFacts(PersonFile):
    """Học sinh: the plain part of a student's file."""


@dataclass(frozen=True, kw_only=True)
class StaffFacts(PersonFile):
    """Cán bộ, giáo viên, nhân viên: the plain part of a staff file."""

    qualification: str = ""
    major: str = ""
    training_standard: str = ""
    rank_code: str = ""
    teaching_subjects: tuple[str, ...] = ()
    recruited_on: date | None = None
    status: str = "01"


Facts = TypeVar("Facts", bound=PersonFile)


@dataclass(frozen=True)
class Checked(Generic[Facts]):
    """Facts after checking: tidied, with what must be corrected and what should be looked at."""

    facts: Facts
    refusals: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()


def check_student(facts: StudentFacts, *, today: date | None = None) -> Checked[StudentFacts]:
    return _check(facts, today)


def check_staff(facts: StaffFacts, *, today: date | None = None) -> Checked[StaffFacts]:
    return _check(facts, today)


@lru_cache(maxsize=8192)
def birth_date(born: str) -> PartialDate | None:
    """The kept text of a birth date as a value."""
    parsed = parse_partial_date("/".join(reversed(born.split("-")))) if born else None
    return parsed if isinstance(parsed, PartialDate) else None


def print_born(born: str) -> str:
    known = birth_date(born)
    return known.printed if known else ""


def _check(facts: Facts, today: date | None) -> Checked[Facts]:
    tidied: dict[str, Any] = {}
    refusals: list[tuple[str, str]] = []
    for name in _texts(facts):
        outcome = _checked_field(name, getattr(facts, name), today)
        if isinstance(outcome, Refusal):
            refusals.append((name, outcome.sentence))
        else:
            tidied[name] = outcome
    kept = replace(facts, **tidied)
    findings = () if refusals else _number_findings(kept)
    refusals += [("personal_number", finding_sentence(one)) for one in findings if _rejects(one)]
    warned = tuple(one for one in findings if not _rejects(one) and one is not Finding.OK)
    return Checked(
        kept, tuple(refusals), tuple(finding_sentence(one) for one in warned), _names(warned)
    )


def _texts(facts: PersonFile) -> list[str]:
    return [name for name, value in vars(facts).items() if isinstance(value, str)]


def _names(findings: tuple[Finding, ...]) -> tuple[str, ...]:
    return tuple(finding.value for finding in findings)


def _rejects(finding: Finding) -> bool:
    return finding.name.startswith("REJECT")


def _number_findings(facts: PersonFile) -> tuple[Finding, ...]:
    if not facts.personal_number:
        return ()
    known = birth_date(facts.born)
    return check_personal_number(
        facts.personal_number,
        "M" if facts.sex == "M" else "F",
        known.year if known else None,
        BIRTH_REGISTRATION_PLACES,
    )


def _checked_field(name: str, text: str, today: date | None) -> str | Refusal:
    text = tidy(text)
    if not text and name not in _REQUIRED:
        return ""
    if name == "born":
        return _checked_born(text, today)
    checker = _CHECKS.get(name)
    return checker(text) if checker else _short_enough(name, text)


def _short_enough(name: str, text: str) -> str | Refusal:
    limit = _LENGTHS.get(name, 150)
    if len(text) <= limit:
        return text
    sentence = f"{FIELD_LABELS[name]} dài quá {limit} chữ. Hãy viết ngắn lại."
    return Refusal("TOO_LONG", sentence, {"limit": limit})


def _checked_sex(text: str) -> str | Refusal:
    found = SEXES.get(search_key(text))
    return found or Refusal("SEX", "Giới tính ghi Nam hoặc Nữ.")


def _checked_born(text: str, today: date | None) -> str | Refusal:
    if not text:
        return ""
    iso = "/".join(reversed(text.split("-"))) if re.fullmatch(r"\d{4}(-\d\d){0,2}", text) else text
    parsed = parse_partial_date(iso)
    if isinstance(parsed, Refusal):
        return parsed
    if today and _earliest(parsed) > today:
        return Refusal(
            "BORN_LATER", f"Ngày sinh {parsed.printed} ở sau hôm nay. Hãy xem lại giấy khai sinh."
        )
    return parsed.iso


def _earliest(day: PartialDate) -> date:
    return date(day.year, day.month or 1, day.day or 1)


def _checked_email(text: str) -> str | Refusal:
    if _EMAIL.fullmatch(text):
        return _short_enough("email", text)
    return Refusal("EMAIL", f"“{text}” không phải là địa chỉ thư điện tử, ví dụ lan@example.vn.")


def _checked_two_digits(text: str) -> str | Refusal:
    if _SHORT_CODE.fullmatch(text):
        return text
    return Refusal("CODE", f"“{text}” không có trong danh mục. Hãy chọn trong danh sách.")


def _checked_sector_code(text: str) -> str | Refusal:
    if _SECTOR_CODE.fullmatch(text):
        return text
    return Refusal("SECTOR_CODE", f"“{text}” không phải là mã định danh của ngành (10 chữ số).")


def _checked_number(text: str) -> str | Refusal:
    return normalise_personal_number(text)


_REQUIRED = {"name", "sex"}
_CHECKS: Mapping[str, Callable[[str], str | Refusal]] = {
    "name": check_full_name,
    "sex": _checked_sex,
    "phone": parse_phone,
    "email": _checked_email,
    "ethnic_group": _checked_two_digits,
    "qualification": _checked_two_digits,
    "training_standard": _checked_two_digits,
    "status": _checked_two_digits,
    "personal_number": _checked_number,
    "code": _checked_sector_code,
}


def checked_day(text: str) -> date | Refusal | None:
    """A day typed in a form; nothing when left blank."""
    return parse_date(text) if text.strip() else None
