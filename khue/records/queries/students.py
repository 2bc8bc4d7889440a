"""Danh sách học sinh: what an actor may see, searched, filtered, sorted the Vietnamese way."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from khue.access.api import Actor, Reach, reach
from khue.organisations.api import school_summaries
from khue.records.models import Enrolment, RegisterEntry, Student
from khue.records.queries.rolls import newest_enrolments
from khue.records.rules.enrolment import Status
from khue.records.rules.facts import print_born
from kit.vietnamese import search_key

PAGE = 50
MOST = 20_000
WITHOUT_CLASS = "none"
_CLASS_IN_PATH = re.compile(r"^.*/c(\d+)/")
SORTS = {"name": "name_key", "born": "born", "class": "class_key"}


@dataclass(frozen=True, kw_only=True)
class StudentFilter:
    """What was chosen above the list; blank means everything."""

    text: str = ""
    school_id: int | None = None
    class_id: int | None = None
    year: int | None = None
    grade: str = ""
    status: str = ""
    sex: str = ""
    ethnic_group: str = ""
    sort: str = "name"


@dataclass(frozen=True, slots=True)
class StudentRow:
    """A line of the list of students."""

    id: int
    name: str
    born: str
    sex: str
    code: str
    school_id: int
    school_name: str
    class_id: int | None
    class_name: str
    grade: str
    status: str
    has_account: bool
    has_number: bool
    number_to_check: bool

    @property
    def sex_name(self) -> str:
        return "Nữ" if self.sex == "F" else "Nam"

    @property
    def status_name(self) -> str:
        return Status(self.status).name_vi if self.status else "Chưa xếp lớp"

    @property
    def is_studying(self) -> bool:
        return self.status == Status.STUDYING


@dataclass(frozen=True, slots=True)
class StudentHit:
    """A student found by the search of the whole site."""

    id: int
    name: str
    born: str
    class_name: str
    school_name: str


def within(held: Reach) -> Q:
    """Students whose file lies inside: the school's, the class's, or the child itself."""
    inside = Q(pk__in=held.children)
    for path in held.paths:
        found = _CLASS_IN_PATH.match(path)
        if found:
            inside |= Q(Exists(_open_seats().filter(school_class_id=int(found[1]))))
        else:
            inside |= Q(home_school__organisation__path__startswith=path)
    return inside


def _open_seats() -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(student=OuterRef("pk"), ends_on__isnull=True)


def _gone_from(held: Reach) -> Q:
    """Students who moved on to another school, as the old school remembers them."""
    inside = Q(pk__in=[])
    for path in held.paths:
        if not _CLASS_IN_PATH.match(path):
            left = Enrolment.objects.filter(
                student=OuterRef("pk"),
                status=Status.TRANSFERRED_OUT,
                school__organisation__path__startswith=path,
            )
            inside |= Q(Exists(left))
    return inside


def _newest_seat() -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(student=OuterRef("pk")).order_by("-starts_on", "-id")


def matching(text: str) -> Q:
    """Every word of the text stands in the name, or the text is the sector's code."""
    words = search_key(text).split()
    found = Q(code=text.strip()) if text.strip() else Q()
    named = Q()
    for word in words:
        named &= Q(name_search__contains=word)
    return found | named if words else Q()


def select_students(actor: Actor, wanted: StudentFilter) -> QuerySet[Student]:
    """The rows that the actor may see, filtered and sorted."""
    held = reach(actor, "records.view_students")
    gone = wanted.status == Status.TRANSFERRED_OUT
    inside = _gone_from(held) if gone else within(held)
    rows = Student.objects.filter(inside, matching(wanted.text), merged_into__isnull=True)
    rows = _by_file(rows, wanted, actor, gone=gone)
    return _sorted(_by_seat(rows, wanted, gone=gone), wanted.sort)


def _by_file(
    rows: QuerySet[Student], wanted: StudentFilter, actor: Actor, *, gone: bool
) -> QuerySet[Student]:
    if wanted.school_id and not gone:
        rows = rows.filter(home_school_id=wanted.school_id)
    if wanted.sex:
        rows = rows.filter(sex=wanted.sex)
    if wanted.ethnic_group:
        rows = rows.filter(
            within(reach(actor, "records.view_sensitive")), ethnic_group=wanted.ethnic_group
        )
    return rows


def _by_seat(rows: QuerySet[Student], wanted: StudentFilter, *, gone: bool) -> QuerySet[Student]:
    needed = wanted.status not in {"", WITHOUT_CLASS} and not gone
    if wanted.class_id or wanted.grade or needed:
        seat = _newest_seat()
        rows = rows.annotate(
            seat_class=Subquery(seat.values("school_class_id")[:1]),
            seat_grade=Subquery(seat.values("grade")[:1]),
            seat_status=Subquery(seat.values("status")[:1]),
        )
        rows = rows.filter(**_seat_conditions(wanted, by_status=needed))
    if wanted.status == WITHOUT_CLASS:
        rows = rows.filter(~Exists(_open_seats()))
    return rows


def _seat_conditions(wanted: StudentFilter, *, by_status: bool) -> dict[str, object]:
    conditions: dict[str, object] = {
        "seat_class": wanted.class_id,
        "seat_grade": wanted.grade,
        "seat_status": wanted.status if by_status else "",
    }
    return {name: value for name, value in conditions.items() if value}


def _sorted(rows: QuerySet[Student], sort: str) -> QuerySet[Student]:
    down, key = sort.startswith("-"), SORTS.get(sort.lstrip("-"), "name_key")
    if key == "class_key":
        rows = rows.annotate(
            class_key=Subquery(_newest_seat().values("school_class__name_key")[:1])
        )
    first = F(key).desc(nulls_last=True) if down else F(key).asc(nulls_last=True)
    return rows.order_by(first, "name_key", "born", "id")


def page_of_students(actor: Actor, wanted: StudentFilter, number: int) -> Page[StudentRow]:
    """One page of the list."""
    shown: Page[Any] = Paginator(select_students(actor, wanted), PAGE).get_page(number)
    shown.object_list = rows_of(list(shown.object_list))
    return shown


def all_students(actor: Actor, wanted: StudentFilter) -> list[StudentRow]:
    """The whole list, to be taken along as a file."""
    return rows_of(list(select_students(actor, wanted)[:MOST]))


def rows_of(students: list[Student]) -> list[StudentRow]:
    seats = newest_enrolments([one.pk for one in students])
    names = _school_names({one.home_school_id for one in students})
    return [_row(one, seats.get(one.pk), names) for one in students]


def _school_names(ids: set[int]) -> dict[int, str]:
    return {key: school.name for key, school in school_summaries(list(ids)).items()}


def _row(student: Student, seat: Enrolment | None, names: dict[int, str]) -> StudentRow:
    return StudentRow(
        id=student.pk,
        name=student.name,
        born=print_born(student.born),
        sex=student.sex,
        code=student.code or "",
        school_id=student.home_school_id,
        school_name=names.get(student.home_school_id, ""),
        class_id=seat.school_class_id if seat else None,
        class_name=seat.school_class.name if seat else "",
        grade=seat.grade if seat else "",
        status=seat.status if seat else "",
        has_account=student.account_id is not None,
        has_number=student.personal_number_digest is not None,
        number_to_check=bool(student.number_findings),
    )


def find_students(*, actor: Actor, text: str, limit: int = 8) -> list[StudentHit]:
    """Tìm học sinh by name or code, inside what the actor may see."""
    if not text.strip():
        return []
    rows = select_students(actor, StudentFilter(text=text))[:limit]
    return [
        StudentHit(one.id, one.name, one.born, one.class_name, one.school_name)
        for one in rows_of(list(rows))
    ]


def register_numbers_of(school_id: int, student_ids: list[int]) -> dict[int, int]:
    """The open number of each student in the register of a school."""
    rows = RegisterEntry.objects.filter(
        school_id=school_id, student_id__in=student_ids, left_on__isnull=True
    )
    return dict(rows.values_list("student_id", "number"))
