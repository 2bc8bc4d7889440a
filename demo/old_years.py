"""A pupil of grade 12 whose earlier years were kept on paper, in the words of their regulation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from demo.acting import roll_of
from demo.blueprint import YEAR
from demo.cast import class_of, rename
from khue.access.api import Actor
from khue.gradebook.rules.marks import PASSED
from khue.gradebook.rules.past_years import PastFacts, PastSubject
from khue.gradebook.rules.tt22 import year_average
from khue.gradebook.rules.tt58 import KEY_SUBJECTS_TT26, OldResults, old_level
from khue.gradebook.services.past_years import PastPayload, write_past_years

PUPIL = "Hoàng Thị Ngọc Mai"
SCHOOL, CLASS = "Trường THCS Bản Lếch (đã sáp nhập)", "12A1"
KEYS = {"Toán": "Toan", "Ngữ văn": "NguVan", "Ngoại ngữ": "NgoaiNgu"}
SCORED = ["Toán", "Vật lí", "Sinh học", "Tin học", "Ngữ văn", "Lịch sử", "Địa lí", "Ngoại ngữ",
          "GDCD", "Công nghệ"]  # fmt: skip
COMMENTED = ["Thể dục", "Âm nhạc", "Mĩ thuật"]
# Grade -> averages of both terms, subject by subject, in tenths.
TERMS = {
    6: [(78, 81), (75, 80), (80, 84), (85, 83), (72, 76), (79, 81), (77, 80), (64, 69), (88, 90),
        (82, 85)],
    7: [(80, 83), (79, 82), (83, 86), (86, 88), (80, 84), (82, 85), (81, 83), (71, 75), (90, 91),
        (85, 87)],
    8: [(83, 86), (81, 84), (85, 88), (88, 90), (82, 83), (84, 87), (83, 86), (76, 80), (91, 93),
        (87, 88)],
    9: [(80, 79), (78, 81), (82, 84), (87, 89), (79, 80), (80, 83), (82, 84), (73, 77), (90, 92),
        (86, 88)],
}  # fmt: skip


def tell_old_years(actor: Actor, school: Any, now: datetime) -> None:
    """Grades 6 to 9 from the paper book; learning and title as that regulation makes them."""
    pupil = roll_of(class_of(school, CLASS))[4]
    rename(pupil, PUPIL)
    rows = [
        PastPayload(pupil.pk, PUPIL, _facts(grade, YEAR - 12 + grade)) for grade in sorted(TERMS)
    ]
    write_past_years(actor=actor, now=now, school_id=school.pk, rows=rows)


def _facts(grade: int, year: int) -> PastFacts:
    scored = [
        PastSubject(name, first, second, year_average(first, second))
        for name, (first, second) in zip(SCORED, TERMS[grade], strict=True)
    ]
    scores = {KEYS.get(one.name, one.name): one.year or 0 for one in scored}
    made = old_level(OldResults(scores), keys=KEY_SUBJECTS_TT26)
    assert made is not None
    return PastFacts(
        year=year,
        grade=grade,
        school_name=SCHOOL,
        class_name=f"{grade}B",
        conduct="Tốt",
        learning=made.final.name_vi,
        mean=made.mean,
        title="Học sinh giỏi" if made.final == 0 else "Học sinh tiên tiến",
        outcome="Hoàn thành chương trình THCS" if grade == 9 else "Được lên lớp",
        absent=grade % 4,
        subjects=[*scored, *(PastSubject(one, PASSED, PASSED, PASSED) for one in COMMENTED)],
    )
