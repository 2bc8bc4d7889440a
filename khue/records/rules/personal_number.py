"""Số định danh cá nhân: twelve digits from birth to death, and what they say of a person.

PPP G YY NNNNNN: place of birth registration, sex and century, year of birth, random digits.
There is no check digit; a finding is a warning with a way to prove the papers right, because
a number is reissued after a correction while old books keep the old one.
"""

import re
from collections.abc import Collection
from enum import StrEnum
from typing import Literal

Sex = Literal["M", "F"]

_LENGTH = 12
_SHORTEST_WITHOUT_ZEROS = 10
_SEPARATORS = re.compile(r"[\s.\-\u00a0]")
_ASCII_DIGITS = re.compile(r"[0-9]+")


class Finding(StrEnum):
    """What the digits say against the papers; REJECT_* is no personal number at all."""

    OK = "OK"
    CENTURY_MISMATCH = "CENTURY_MISMATCH"
    SEX_MISMATCH = "SEX_MISMATCH"
    YEAR_MISMATCH = "YEAR_MISMATCH"
    UNKNOWN_PLACE = "UNKNOWN_PLACE"
    REJECT_LENGTH = "REJECT_LENGTH"
    REJECT_CHARACTERS = "REJECT_CHARACTERS"

    @property
    def is_rejection(self) -> bool:
        """Whether the number cannot be kept."""
        return self.value.startswith("REJECT")

    @property
    def sentence(self) -> str:
        """What happened and what to do, for the person who typed it."""
        return _SENTENCES[self]


_CHECK_PAPERS = "Hãy đối chiếu giấy khai sinh; nếu giấy tờ đúng thì vẫn lưu được."
_SENTENCES = {
    Finding.OK: "Số định danh khớp với hồ sơ.",
    Finding.CENTURY_MISMATCH: f"Số định danh ghi thế kỷ sinh khác với hồ sơ. {_CHECK_PAPERS}",
    Finding.SEX_MISMATCH: f"Số định danh ghi giới tính khác với hồ sơ. {_CHECK_PAPERS}",
    Finding.YEAR_MISMATCH: f"Số định danh ghi năm sinh khác với hồ sơ. {_CHECK_PAPERS}",
    Finding.UNKNOWN_PLACE: (
        f"Ba chữ số đầu của số định danh không phải mã tỉnh đã biết. {_CHECK_PAPERS}"
    ),
    Finding.REJECT_LENGTH: (
        "Số định danh cá nhân phải có đúng 12 chữ số. "
        "Hãy kiểm tra lại, nhất là các số 0 ở đầu bị Excel bỏ mất."
    ),
    Finding.REJECT_CHARACTERS: (
        "Số định danh cá nhân chỉ gồm các chữ số 0 đến 9. Hãy xóa các ký tự khác."
    ),
}


def normalise_personal_number(value: str | float | None) -> str:
    """The digits as text; a spreadsheet number gets its leading zeros back."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        digits = f"{value:.0f}"
        lost_zeros = _SHORTEST_WITHOUT_ZEROS <= len(digits) < _LENGTH
        return digits.zfill(_LENGTH) if lost_zeros else digits
    return _SEPARATORS.sub("", value)


def _rejection(number: str) -> Finding | None:
    if not _ASCII_DIGITS.fullmatch(number):
        return Finding.REJECT_CHARACTERS
    return Finding.REJECT_LENGTH if len(number) != _LENGTH else None


def _mismatches(
    number: str, sex: Sex | None, birth_year: int | None, places: Collection[str] | None
) -> dict[Finding, bool]:
    century, parity = divmod(int(number[3]), 2)
    year = number[4:6]
    return {
        Finding.CENTURY_MISMATCH: birth_year is not None and century != birth_year // 100 - 19,
        Finding.SEX_MISMATCH: sex is not None and parity != (0 if sex == "M" else 1),
        Finding.YEAR_MISMATCH: birth_year is not None and int(year) != birth_year % 100,
        Finding.UNKNOWN_PLACE: places is not None and number[:3] not in places,
    }


def check_personal_number(
    number: str,
    sex: Sex | None,
    birth_year: int | None,
    known_places: Collection[str] | None = None,
) -> tuple[Finding, ...]:
    """Kiểm tra cấu trúc số định danh cá nhân: against sex and year of birth.

    What is not known (None) is not checked. `known_places` are three-digit codes.
    Law: NĐ 137/2015/NĐ-CP; TT 59/2021/TT-BCA
    """
    digits = normalise_personal_number(number)
    rejection = _rejection(digits)
    if rejection is not None:
        return (rejection,)
    mismatches = _mismatches(digits, sex, birth_year, known_places)
    found = tuple(finding for finding, is_wrong in mismatches.items() if is_wrong)
    return found or (Finding.OK,)


def finding_sentence(finding: Finding) -> str:
    """What a finding says to the person who typed the number."""
    return finding.sentence


def mask_personal_number(number: str) -> str:
    """Số định danh che bớt: only the last three digits, for lists and logs."""
    return "•" * (len(number) - 3) + number[-3:] if number else ""
