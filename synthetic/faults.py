"""Lỗi dữ liệu cố ý: what is wrong in the synthetic province, of which kind and how often.

Every kind is laid once in every so many schools that can have it, so that its number follows
from the outlines of the schools alone, at any size; `counted` finds it again by reading nothing
but the tables, as whoever looks for faults would. Where the number differs, either the province
or the look is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from synthetic import fault_makers as make
from synthetic.fault_makers import Moved, Spot
from synthetic.plan import LAST_YEAR, YEAR, Outline, PlannedSchool, Province
from synthetic.supplements import has_supplement

EVERY = frozenset({"01", "02", "03", "04", "05"})
MARKED = frozenset({"03", "04", "05"})
LOWER_AND_UPPER = frozenset({"03", "04"})
TAUGHT = EVERY - {"01"}


@dataclass(frozen=True)
class FaultKind:
    """One kind: its name, in one of how many schools of which levels, how it is made and found.

    `natural`: how many the plan of a school has besides, where there are any at all.
    `moves`: what it changes in the known totals of the skeleton.
    `count` is a statement with named values `year`, `last`, `schools` (ids) and `day`.
    """

    key: str
    title: str
    levels: frozenset[str]
    every: int
    make: Callable[[Spot], None]
    count: str
    natural: Callable[[PlannedSchool], int] | None = None
    moves: Callable[[Spot], Iterator[Moved]] | None = None

    def is_for(self, school: Outline) -> bool:
        return bool(self.levels & set(school.kind.levels))


PUPILS_NOW = """
from records_student pupil where pupil.home_school_id = any(%(schools)s) and exists (
  select from records_enrolment seat where seat.student_id = pupil.id and seat.year = %(year)s)
"""
AGE = """case seat.grade when '13' then 15 when '14' then 16 when '15' then 17
  when '16' then 2 when '17' then 4 else seat.grade::int + 5 end"""

KINDS: tuple[FaultKind, ...] = (
    FaultKind(
        "no_number", "Học sinh chưa có số định danh cá nhân", EVERY, 2, make.no_number,
        f"select count(*) {PUPILS_NOW} and pupil.personal_number_digest is null",
        natural=lambda school: sum(not one.number and not one.leaver for one in school.pupils),
    ),
    FaultKind(
        "wrong_number", "Số định danh trái với giới tính trong hồ sơ", EVERY, 5, make.wrong_number,
        f"select count(*) {PUPILS_NOW} and pupil.number_findings @> '[\"SEX_MISMATCH\"]'",
    ),
    FaultKind(
        "impossible_birth", "Năm sinh không thể có ở khối lớp đang học", EVERY, 8, make.older,
        f"""select count(distinct pupil.id) from records_student pupil
        join records_enrolment seat on seat.student_id = pupil.id and seat.year = %(year)s
        where seat.school_id = any(%(schools)s)
          and abs(%(year)s - left(pupil.born, 4)::int - {AGE}) > 4""",  # noqa: S608
    ),
    FaultKind(
        "same_child_twice", "Hai hồ sơ nghi của cùng một em", EVERY, 10, make.twice,
        """select count(*) from (
        select 1 from records_student pupil
        join records_guardianship tie on tie.student_id = pupil.id
        join records_guardian adult on adult.id = tie.guardian_id and adult.phone <> ''
        where pupil.home_school_id = any(%(schools)s)
        group by pupil.home_school_id, pupil.name_search, pupil.born, pupil.sex, adult.phone
        having count(distinct pupil.id) > 1) found""",
    ),
    FaultKind(
        "no_phone", "Không có số điện thoại nào của gia đình", EVERY, 3, make.no_phone,
        f"""select count(*) {PUPILS_NOW} and not exists (
        select from records_guardianship tie join records_guardian adult
          on adult.id = tie.guardian_id where tie.student_id = pupil.id and adult.phone <> '')""",  # noqa: S608
    ),
    FaultKind(
        "no_birthday", "Chưa có ngày sinh của mẹ để gửi ngành", EVERY, 3, make.no_birthday,
        f"""select count(*) {PUPILS_NOW} and not exists (select from sector_supplement added
        where added.part = 'student' and added.local_id = pupil.id)""",  # noqa: S608
        natural=lambda school: sum(
            not has_supplement(one) and not one.leaver for one in school.pupils
        ),
    ),
    FaultKind(
        "no_group", "Chưa ghi dân tộc", EVERY, 6, make.no_group,
        f"select count(*) {PUPILS_NOW} and pupil.ethnic_group = ''",
        moves=make.moved_by_no_group,
    ),
    FaultKind(
        "no_class", "Học sinh của trường không ở lớp nào năm nay", EVERY, 7, make.no_class,
        """select count(*) from records_registerentry line
        where line.school_id = any(%(schools)s) and line.left_on is null and not exists (
          select from records_enrolment seat
          where seat.student_id = line.student_id and seat.year = %(year)s)""",
        moves=make.moved_by_no_class,
    ),
    FaultKind(
        "no_contact", "Trường chưa có điện thoại và thư điện tử", EVERY, 6, make.no_contact,
        """select count(*) from organisations_school where organisation_id = any(%(schools)s)
          and phone = '' and email = ''""",
    ),
    FaultKind(
        "no_homeroom", "Lớp chưa có giáo viên chủ nhiệm", EVERY, 9, make.no_homeroom,
        """select count(*) from organisations_schoolclass room
        where room.school_id = any(%(schools)s) and room.year = %(year)s and not exists (
          select from timetable_homeroomassignment led where led.school_class_id = room.id)""",
    ),
    FaultKind(
        "class_too_large", "Nhóm, lớp mầm non đông hơn quy định", frozenset({"01"}), 6,
        make.too_large,
        """select count(*) from (
        select room.id from organisations_schoolclass room
        join records_enrolment seat on seat.school_class_id = room.id and seat.ends_on is null
        where room.school_id = any(%(schools)s) and room.year = %(year)s and room.level = '01'
        group by room.id having count(*) > case room.age_group when '01' then 15
          when '02' then 20 when '03' then 25 when '04' then 25 when '05' then 30
          when '06' then 35 else 35 end) found""",
    ),
    FaultKind(
        "teacher_without_subject", "Giáo viên không được phân công môn nào", LOWER_AND_UPPER, 4,
        make.idle_teacher,
        """select count(*) from records_staff staff
        where staff.home_school_id = any(%(schools)s)
          and exists (select from records_posting post where post.staff_id = staff.id
            and post.kind in ('27', '28') and post.ends_on is null)
          and exists (select from timetable_teachingassignment taught
            where taught.staff_id = staff.id and taught.ends_on is not null)
          and not exists (select from timetable_teachingassignment taught
            where taught.staff_id = staff.id and taught.ends_on is null)""",
    ),
    FaultKind(
        "subject_without_teacher", "Môn học của lớp chưa phân công giáo viên", TAUGHT, 5,
        make.no_teacher,
        """select count(*) from organisations_classsubject book
        join organisations_schoolclass room on room.id = book.school_class_id
        where room.school_id = any(%(schools)s) and room.year = %(year)s and not exists (
          select from timetable_teachingassignment taught
          where taught.class_subject_id = book.id)""",
    ),
    FaultKind(
        "no_marks", "Sổ điểm chưa có điểm nào dù đã qua giữa học kì", MARKED, 3, make.no_marks,
        """select count(*) from gradebook_progress progress
        join organisations_classsubject book on book.id = progress.class_subject_id
        join organisations_schoolclass room on room.id = book.school_class_id
        where progress.school_id = any(%(schools)s) and progress.year = %(year)s
          and progress.term = 1 and progress.due > 0 and progress.entered = 0
          and room.level in ('03', '04', '05')""",
    ),
    FaultKind(
        "not_taken", "Lớp ba ngày học liền chưa điểm danh", EVERY, 4, make.not_taken,
        """select count(*) from organisations_schoolclass room
        where room.school_id = any(%(schools)s) and room.year = %(year)s and not exists (
          select from attendance_taking taking
          where taking.school_class_id = room.id and taking.day >= %(day)s)""",
    ),
    FaultKind(
        "not_approved", "Lớp năm trước chưa được duyệt sổ cuối năm", TAUGHT, 6, make.not_approved,
        """select count(distinct book.school_class_id) from gradebook_bookstate state
        join organisations_classsubject book on book.id = state.class_subject_id
        where state.school_id = any(%(schools)s) and state.year = %(last)s
          and state.state <> 'principal_approved'""",
    ),
    FaultKind(
        "no_conduct", "Năm trước thiếu kết quả rèn luyện học kì II", MARKED, 5, make.no_conduct,
        """select count(*) from gradebook_studentresult kept
        where kept.school_id = any(%(schools)s) and kept.year = %(last)s
          and kept.regime in ('TT22', 'TT43') and kept.conduct2 is null""",
    ),
)  # fmt: skip


def chosen_schools(kind: FaultKind, schools: Sequence[Outline]) -> list[Outline]:
    """The schools that carry this fault, in the order of the province."""
    return [one for one in schools if kind.is_for(one)][:: kind.every]


def laid_faults(province: Province) -> dict[str, int]:
    """How many faults of each kind are laid in this province, from its outlines alone."""
    return {kind.key: len(chosen_schools(kind, province.schools)) for kind in KINDS}


def natural_faults(school: PlannedSchool) -> dict[str, int]:
    """What the plan of a school has of a kind besides: children who have no number yet."""
    return {kind.key: kind.natural(school) for kind in KINDS if kind.natural}


def faults_of(province: Province) -> Mapping[int, list[FaultKind]]:
    """The kinds that each school carries, by the place of the school."""
    found: dict[int, list[FaultKind]] = {}
    for kind in KINDS:
        for school in chosen_schools(kind, province.schools):
            found.setdefault(school.place, []).append(kind)
    return found


def counted_faults(province: Province, since: date) -> dict[str, int]:
    """What the tables show; `since`: the first of the last three days with school."""
    given: dict[str, Any] = {
        "year": YEAR,
        "last": LAST_YEAR,
        "schools": [province.school_id(one) for one in province.schools],
        "day": since,
    }
    return {kind.key: _count(kind.count, given) for kind in KINDS}


def _count(statement: str, given: Mapping[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return int(cursor.fetchone()[0])
