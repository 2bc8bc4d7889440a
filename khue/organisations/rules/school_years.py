"""Năm học: the label of a school year and the year a day belongs to."""

import re
from datetime import date

from kit.refusal import Refusal
from kit.vietnamese import tidy

_LABEL = re.compile(r"(?:năm học\s*:?\s*)?(\d{4})\s*[-–/]\s*(\d{4})", re.IGNORECASE | re.ASCII)
_FIRST_MONTH = 8  # the year's preparation and enrolment begin in August
_SENTENCE = "“{text}” không phải là năm học. Hãy viết hai năm liền nhau, ví dụ 2026-2027."


def school_year_label(start_year: int) -> str:
    """Tên năm học: "2026-2027"."""
    return f"{start_year}-{start_year + 1}"


def parse_school_year(text: str) -> int | Refusal:
    """The first of the two years in "2026-2027"."""
    found = _LABEL.fullmatch(tidy(text))
    if found and int(found[2]) == int(found[1]) + 1:
        return int(found[1])
    return Refusal("NOT_A_SCHOOL_YEAR", _SENTENCE.format(text=tidy(text)), {"text": text})


def school_year_of(day: date) -> int:
    """The start year of the school year that a day falls in, August to July.

    A re-assessment in August belongs to the old year: its caller names the year itself.
    """
    return day.year if day.month >= _FIRST_MONTH else day.year - 1
