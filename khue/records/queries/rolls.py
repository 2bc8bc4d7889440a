"""Danh sách lớp: who sits in a class, who a student is, and whose child. Not gated; fenced."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from khue.access.api import child_place, class_place
from khue.records.models import Enrolment, Guardianship, Student
from khue.records.rules.enrolment import Status
from kit.statements import kept_rows, keys_array

PERSON = ("id", "name", "name_key", "born", "sex", "code")
# Behind every page of a class; the plans are kept. In the order of StudentLine.
SEATED = """records_enrolment stay
join records_student pupil on pupil.id = stay.student_id and pupil.merged_into_id is null
where stay.starts_on <= %(on)s and (stay.ends_on is null or stay.ends_on >= %(on)s)"""
OF_CLASS = f"""
select pupil.id, pupil.name, pupil.name_key, pupil.born, pupil.sex, coalesce(pupil.code, '')
from {SEATED} and stay.school_class_id = %(class)s
order by pupil.name_key, pupil.born, pupil.id
"""  # noqa: S608  (our own conditions)
SIZES = f"""
select stay.school_class_id, count(*) from {SEATED}
  and stay.school_class_id = any(%(classes)s::bigint[]) group by stay.school_class_id
"""  # noqa: S608  (our own conditions)


@dataclass(frozen=True, slots=True)
class StudentLine:
    """A student as a line of a list."""

    id: int
    name: str
    name_key: str
    born: str
    sex: str
    code: str


@dataclass(frozen=True, slots=True)
class RollLine:
    """A stretch of days of a student in a class."""

    student_id: int
    name: str
    name_key: str
    born: str
    sex: str
    code: str
    enrolment_id: int
    starts_on: date
    ends_on: date | None
    status: str
    grade: str


@dataclass(frozen=True, slots=True)
class StudentSummary:
    """A student with the class of the newest enrolment."""

    id: int
    name: str
    name_key: str
    born: str
    sex: str
    code: str
    home_school_id: int
    province_id: int
    account_id: int | None
    class_id: int | None = None
    class_name: str = ""
    grade: str = ""
    year: int | None = None
    status: str = ""


@dataclass(frozen=True, slots=True)
class ChildLine:
    """A child as its family sees it."""

    id: int
    name: str
    name_key: str
    born: str
    sex: str
    school_id: int
    school_name: str
    class_id: int | None
    class_name: str
    grade: str
    year: int | None
    relation: str


@dataclass(frozen=True, slots=True)
class GuardianLine:
    """An adult of a student's family."""

    id: int
    name: str
    relation: str
    phone: str
    account_id: int | None
    is_contact: bool


def holding_on(day: date) -> Q:
    """Rows whose days hold on a day."""
    return Q(starts_on__lte=day) & (Q(ends_on__isnull=True) | Q(ends_on__gte=day))


def _seats() -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(student__merged_into__isnull=True)


def students_of_class(class_id: int, on: date) -> list[StudentLine]:
    """Danh sách lớp on a day, in the order of the class book."""
    return [StudentLine(*row) for row in kept_rows(OF_CLASS, {"class": class_id, "on": on})]


def roll_of_class(class_id: int, first: date, last: date) -> list[RollLine]:
    """Everyone who sat in a class on some day between, also those who left."""
    return rolls_of_classes([class_id], first, last).get(class_id, [])


def rolls_of_classes(
    class_ids: Iterable[int], first: date, last: date
) -> dict[int, list[RollLine]]:
    """Everyone who sat in some classes on some day between, by class."""
    rows = (
        _seats()
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=first))
        .filter(school_class_id__in=list(class_ids), starts_on__lte=last)
        .order_by("student__name_key", "student__born", "student_id", "starts_on")
        .values_list(
            "school_class_id",
            *(f"student__{name}" for name in PERSON),
            "id",
            "starts_on",
            "ends_on",
            "status",
            "grade",
        )
    )
    found: dict[int, list[RollLine]] = {}
    for class_id, *row in rows:
        found.setdefault(class_id, []).append(RollLine(*_with_code(row)))
    return found


def _with_code(row: Iterable[Any]) -> list[Any]:
    """A row of values in which no code is an empty text."""
    values = list(row)
    values[5] = values[5] or ""
    return values


def class_sizes(class_ids: Sequence[int], on: date) -> dict[int, int]:
    """Sĩ số: how many sit in each class on a day."""
    return dict(kept_rows(SIZES, {"classes": keys_array(class_ids), "on": on}))


def newest_enrolments(student_ids: Iterable[int]) -> dict[int, Enrolment]:
    """The newest enrolment of each student, with the class."""
    rows = (
        Enrolment.objects.filter(student_id__in=list(student_ids))
        .select_related("school_class")
        .order_by("student_id", "-starts_on", "-id")
        .distinct("student_id")
    )
    return {row.student_id: row for row in rows}


def student_summaries(ids: Iterable[int]) -> dict[int, StudentSummary]:
    """Students by id, each with the class of the newest enrolment."""
    wanted = list(ids)
    seats = newest_enrolments(wanted)
    students = Student.objects.filter(id__in=wanted)
    return {one.pk: _summary(one, seats.get(one.pk)) for one in students}


def student_summary(student_id: int) -> StudentSummary | None:
    return student_summaries([student_id]).get(student_id)


def _summary(student: Student, seat: Enrolment | None) -> StudentSummary:
    return StudentSummary(
        id=student.pk,
        name=student.name,
        name_key=student.name_key,
        born=student.born,
        sex=student.sex,
        code=student.code or "",
        home_school_id=student.home_school_id,
        province_id=student.province_id,
        account_id=student.account_id,
        class_id=seat.school_class_id if seat else None,
        class_name=seat.school_class.name if seat else "",
        grade=seat.grade if seat else "",
        year=seat.year if seat else None,
        status=seat.status if seat else "",
    )


def student_places(student_id: int) -> tuple[str, ...]:
    """Where the gate finds a student: as a child, at the school, in the present class."""
    student = (
        Student.objects.filter(id=student_id)
        .annotate(path=F("home_school__organisation__path"))
        .first()
    )
    return places_of(student) if student else ()


def places_of(student: Student) -> tuple[str, ...]:
    """The places of a loaded student; `path` is annotated or fetched."""
    path = getattr(student, "path", "") or student.home_school.organisation.path
    seats = Enrolment.objects.filter(
        student_id=student.pk, school_id=student.home_school_id, ends_on__isnull=True
    ).values_list("school_class_id", flat=True)
    return (child_place(student.pk), path, *(class_place(path, one) for one in seats))


# Every page of a family asks for this, so its plan is kept. Who is parent and pupil at once (a
# grown pupil of a continuing school) sees the own record as the own.
CHILDREN = """
select student.id, student.name, student.name_key, student.born, student.sex,
  student.home_school_id, home.name, seat.school_class_id, coalesce(seat.name, ''),
  coalesce(seat.grade, ''), seat.year, mine.relation
from (
  select distinct on (kin.id) kin.id, kin.relation from (
    select link.student_id as id, link.relation, 1 as turn
    from records_guardianship link
    join records_guardian guardian on guardian.id = link.guardian_id
    where guardian.account_id = %(account)s and link.blocked_reason = ''
      and link.starts_on <= %(on)s and (link.ends_on is null or link.ends_on >= %(on)s)
    union all
    select own.id, 'self', 0 from records_student own where own.account_id = %(account)s
  ) kin order by kin.id, kin.turn
) mine
join records_student student on student.id = mine.id and student.merged_into_id is null
left join organisations_organisation home on home.id = student.home_school_id
left join lateral (
  select stay.school_class_id, class.name, stay.grade, stay.year
  from records_enrolment stay
  join organisations_schoolclass class on class.id = stay.school_class_id
  where stay.student_id = student.id order by stay.starts_on desc, stay.id desc limit 1
) seat on true
order by student.name_key, student.id
"""


def children_of_account(account_id: int, on: date) -> list[ChildLine]:
    """Con của tài khoản: nobody whom a court keeps away sees the child."""
    return [ChildLine(*row) for row in kept_rows(CHILDREN, {"account": account_id, "on": on})]


def guardians_of_student(student_id: int, on: date) -> list[GuardianLine]:
    """Gia đình of a student on a day, without those kept away."""
    rows = Guardianship.objects.filter(holding_on(on), student_id=student_id, blocked_reason="")
    values = rows.order_by("relation", "id").values_list(
        "guardian_id",
        "guardian__name",
        "relation",
        "guardian__phone",
        "guardian__account_id",
        "is_contact",
    )
    return [GuardianLine(*row) for row in values]


def is_studying(status: str) -> bool:
    return status == Status.STUDYING
