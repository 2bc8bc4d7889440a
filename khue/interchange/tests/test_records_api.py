"""What programs read: fields by scope, rows by place, pages that stay, changes never lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from khue.interchange.rules.ids import Kind, make_id
from khue.interchange.rules.scopes import (
    ATTENDANCE,
    CONTACT,
    DEMOGRAPHICS,
    ENROLMENTS,
    IDENTITY,
    MARKS,
    SCHOOLS,
    STAFF,
    STUDENTS,
)
from khue.interchange.tests.programs import Program, program, register
from khue.ledger.api import Author, Change, Operation, append_changes
from kit.fences import EVERYTHING, scoped
from tests.cast import TODAY, YEAR, Cast, enrol, make_student, table


def names(items: list[dict[str, Any]]) -> set[str]:
    return {one["name"] for one in items}


def school_id(cast: Cast) -> str:
    return str(make_id(Kind.ORGANISATION, cast.school.pk))


@pytest.fixture
def reader(cast: Cast) -> Program:
    """A program of the department with every scope in the whole province."""
    return program(register(cast))


def test_schools_classes_and_subjects(cast: Cast, reader: Program) -> None:
    schools = reader.items("/api/v1/schools")
    assert names(schools) == {"Trường THCS Sao Khuê", "Trường THCS Đồi Sim"}
    assert schools[0]["id"] == school_id(cast)
    assert len(reader.items(f"/api/v1/classes?school={school_id(cast)}")) == 2
    assert reader.items("/api/v1/classes?year=2020") == []
    books = reader.items(f"/api/v1/class-subjects?year={YEAR}&school={school_id(cast)}")
    assert {one["subject_name"] for one in books} == {"Toán", "Ngữ văn", "Giáo dục thể chất"}
    years = reader.get("/api/v1/school-years").json()
    assert [(one["start_year"], len(one["terms"])) for one in years] == [(YEAR, 2)]
    assert reader.items("/api/v1/sites") == []
    assert "Toán" in names(reader.get("/api/v1/subjects").json())


def test_parts_of_a_pupil_open_with_their_own_scopes(cast: Cast) -> None:
    plain = program(register(cast, scopes=frozenset({STUDENTS}), name="Trơn"))
    (minh,) = [one for one in plain.items("/api/v1/students") if one["code"]]
    assert (minh["name"], minh["born"]) == ("Triệu Quang Minh", "2013-03-09")
    assert {minh[one] for one in ("demographics", "contact", "personal_number", "care")} == {None}
    more = frozenset({STUDENTS, DEMOGRAPHICS, CONTACT, IDENTITY})
    full = program(register(cast, scopes=more, name="Đủ"))
    told = full.get(f"/api/v1/students/{minh['id']}").json()
    assert told["demographics"]["ethnic_group"] == "01"
    assert told["contact"]["phone"] == ""
    assert told["care"] is None


def test_whoever_opens_what_is_sensitive_is_noted(cast: Cast) -> None:
    full = program(register(cast, scopes=frozenset({STUDENTS, DEMOGRAPHICS})))
    with scoped(EVERYTHING):
        before = table("ledger.SensitiveRead").objects.count()
    seen = full.items("/api/v1/students")
    with scoped(EVERYTHING):
        noted = table("ledger.SensitiveRead").objects.order_by("-id")[: len(seen)]
        assert table("ledger.SensitiveRead").objects.count() == before + len(seen)
        assert {one.actor_name for one in noted} == {"Thư viện số"}


def test_a_sensitive_scope_at_one_school_opens_nothing_of_the_next(cast: Cast) -> None:
    made = register(cast, scopes=frozenset({STUDENTS}))
    with scoped(EVERYTHING):
        table("interchange.ClientGrant").objects.create(
            client_id=made.client_id,
            scope=DEMOGRAPHICS,
            place=cast.school.organisation.path,
            place_name="Trường THCS Sao Khuê",
            school_id=cast.school.pk,
        )
    students = program(made).items("/api/v1/students")
    opened = {one["school_id"] for one in students if one["demographics"]}
    assert opened == {school_id(cast)}
    assert len({one["school_id"] for one in students}) == 2


def test_a_program_of_a_school_sees_that_school(cast: Cast) -> None:
    own = program(register(cast, "mai"))
    assert names(own.items("/api/v1/schools")) == {"Trường THCS Sao Khuê"}
    assert "Lục Văn Sơn" not in names(own.items("/api/v1/students"))
    other = make_id(Kind.ORGANISATION, cast.other_school.pk)
    for path in ("schools", "students", "classes", "marks", "absences", "staff", "enrolments"):
        refused = own.get(f"/api/v1/{path}?school={other}")
        assert (refused.status_code, refused.json()["title"]) == (404, "Không tìm thấy"), path
    assert own.get(f"/api/v1/students/{cast.other_student.public_id}").status_code == 404


def test_a_program_may_be_kept_to_one_school_or_commune(cast: Cast) -> None:
    school = program(register(cast, places=[cast.other_school.pk]))
    assert names(school.items("/api/v1/students")) == {"Lục Văn Sơn"}
    commune = program(register(cast, places=[cast.other_commune.pk], name="Xã"))
    assert names(commune.items("/api/v1/students")) == {"Lục Văn Sơn"}
    assert names(commune.items("/api/v1/staff")) == {"Hoàng Văn Nam"}


def test_people_and_where_they_learn_and_teach(cast: Cast, reader: Program) -> None:
    enrolments = reader.items(f"/api/v1/enrolments?year={YEAR}&school={school_id(cast)}")
    assert len(enrolments) == 4
    assert {one["status"] for one in enrolments} == {"studying"}
    assert names(reader.items("/api/v1/guardians")) == {"Đàm Thị Lan"}
    assert "Nông Thị Hoa" in names(reader.items("/api/v1/staff"))
    assert len(reader.items("/api/v1/teaching-assignments")) == 3


def test_a_parent_whom_a_court_keeps_away_is_not_told(cast: Cast, reader: Program) -> None:
    with scoped(EVERYTHING):
        table("records.Guardianship").objects.update(blocked_reason="Quyết định của tòa")
    assert reader.items("/api/v1/guardians") == []


def test_marks_are_exact_and_printed_as_the_book_prints_them(cast: Cast, reader: Program) -> None:
    write_row(cast)
    (line,) = reader.items(f"/api/v1/marks?year={YEAR}")
    assert line["cells"] == [
        {"slot": "tx1", "tenths": 75, "text": "7,5"},
        {"slot": "tx2", "tenths": None, "text": "P"},
    ]
    assert line["student_id"] == str(cast.minh.student.public_id)
    book = make_id(Kind.CLASS_SUBJECT, cast.literature.pk)
    assert reader.items(f"/api/v1/marks?year={YEAR}&class_subject={book}") == []
    assert reader.items(f"/api/v1/results?year={YEAR}") == []


def write_row(cast: Cast) -> None:
    with scoped(EVERYTHING):
        table("gradebook.MarkRow").objects.create(
            year=YEAR,
            class_subject=cast.maths,
            term=1,
            student=cast.minh.student,
            school=cast.school,
            province=cast.department,
            tx1=75,
            tx2=-1,
        )


def test_absences_of_some_days(cast: Cast, reader: Program) -> None:
    with scoped(EVERYTHING):
        table("attendance.Absence").objects.create(
            student=cast.minh.student,
            school_class=cast.school_class,
            school=cast.school,
            province=cast.department,
            year=YEAR,
            day=TODAY,
            session="am",
            kind="p",
            written_by="Nông Thị Hoa",
            written_at=datetime(2026, 11, 20, 1, tzinfo=UTC),
        )
    assert len(reader.items(f"/api/v1/absences?first_day={TODAY}&last_day={TODAY}")) == 1
    assert reader.items("/api/v1/absences?last_day=2026-11-19") == []
    assert reader.items("/api/v1/absences?updated_since=2026-11-21T00:00:00Z") == []


# --- pages -----------------------------------------------------------------------------------


def test_pages_stay_while_rows_are_added(cast: Cast, reader: Program) -> None:
    seen: list[str] = []
    address = "/api/v1/students?limit=2"
    while address:
        answer = reader.get(address)
        seen += [one["name"] for one in answer.json()["items"]]
        link = answer.headers.get("Link", "")
        assert bool(link) == bool(answer.json()["next"])
        address = link.partition("<")[2].partition(">")[0]
        with scoped(EVERYTHING):
            if len(seen) < 6:
                enrol(make_student(cast.school, f"Em Mới {len(seen)}"), cast.school_class)
    assert len(seen) == len(set(seen))
    with scoped(EVERYTHING):
        everyone = set(table("records.Student").objects.values_list("name", flat=True))
    assert set(seen) == everyone


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("after=khong-phai", "Con trỏ trang không đúng"),
        ("limit=0", "Tham số chưa đúng"),
        ("limit=100000", "Tham số chưa đúng"),
        ("school=abc", "Tham số chưa đúng"),
        ("updated_since=hom-qua", "Tham số chưa đúng"),
    ],
)
def test_what_is_asked_wrongly_is_told_in_vietnamese(
    reader: Program, asked: str, title: str
) -> None:
    refused = reader.get(f"/api/v1/students?{asked}")
    assert (refused.status_code, refused.json()["title"]) == (422, title)


def test_an_answer_that_did_not_change_is_not_sent_again(cast: Cast, reader: Program) -> None:
    first = reader.get("/api/v1/classes")
    again = reader.get("/api/v1/classes", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    with scoped(EVERYTHING):
        table("organisations.SchoolClass").objects.filter(pk=cast.school_class.pk).update(
            closed_on=TODAY
        )
    fresh = reader.get("/api/v1/classes", **{"If-None-Match": first.headers["ETag"]})
    assert fresh.status_code == 200


def test_the_api_only_reads_and_says_so(reader: Program) -> None:
    headers = {"Authorization": f"Bearer {reader.token}"}
    answer = reader.browser.post("/api/v1/students", {}, headers=headers, secure=True)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")
    assert reader.get("/api/v1/khong-co").status_code == 404


# --- changes ---------------------------------------------------------------------------------


def tell(cast: Cast, *subjects: str, school: Any = None) -> datetime:
    """Entries of the ledger about some records, as one act."""
    now = timezone.now()
    at = school or cast.school
    changes = [
        Change(one, "change", "Sửa", school_id=at.pk, province_id=cast.department.pk)
        for one in subjects
    ]
    with scoped(EVERYTHING), transaction.atomic():
        append_changes(Operation(Author(None, "Ai đó"), now), changes)
    return now


def test_the_feed_tells_what_changed_after_a_position(cast: Cast, reader: Program) -> None:
    start = reader.get("/api/v1/changes").json()["position"]
    minh = cast.minh.student
    tell(cast, f"student:{minh.pk}", f"mark:{cast.maths.pk}.1.{minh.pk}", "account:7")
    tell(cast, f"class:{cast.school_class.pk}")
    told = reader.get(f"/api/v1/changes?after={start}").json()
    assert [(one["kind"], one["id"]) for one in told["items"]] == [
        ("student", str(minh.public_id)),
        ("mark", str(make_id(Kind.MARKS, cast.maths.pk, minh.pk, 1))),
        ("class", str(make_id(Kind.CLASS, cast.school_class.pk))),
    ]
    assert not told["more"]
    assert reader.get(f"/api/v1/changes?after={told['position']}").json()["items"] == []


def test_the_feed_in_small_steps_loses_nothing(cast: Cast, reader: Program) -> None:
    position = reader.get("/api/v1/changes").json()["position"]
    for _ in range(5):
        tell(cast, f"student:{cast.minh.student.pk}")
    found, more = 0, True
    while more:
        told = reader.get(f"/api/v1/changes?after={position}&limit=2").json()
        position, more = told["position"], told["more"]
        found += len(told["items"])
    assert found == 5


def test_the_feed_tells_only_what_the_scopes_open(cast: Cast) -> None:
    small = program(register(cast, scopes=frozenset({STAFF})))
    start = small.get("/api/v1/changes").json()["position"]
    tell(cast, f"student:{cast.minh.student.pk}", f"staff:{cast.hoa.staff.pk}")
    told = small.get(f"/api/v1/changes?after={start}").json()["items"]
    assert [(one["kind"], one["id"]) for one in told] == [("staff", str(cast.hoa.staff.public_id))]
    own = program(register(cast, "mai"))
    start = own.get("/api/v1/changes").json()["position"]
    tell(cast, f"student:{cast.other_student.pk}", school=cast.other_school)
    assert own.get(f"/api/v1/changes?after={start}").json()["items"] == []


def test_a_list_of_what_changed_since_a_moment(cast: Cast, reader: Program) -> None:
    later = timezone.now() - timedelta(seconds=5)
    tell(cast, f"student:{cast.minh.student.pk}")
    since = later.isoformat().replace("+00:00", "Z")
    changed = reader.items(f"/api/v1/students?updated_since={since}")
    assert names(changed) == {"Triệu Quang Minh"}
    assert len(reader.items(f"/api/v1/enrolments?updated_since={since}")) == 1
    assert reader.items("/api/v1/students?updated_since=2099-01-01T00:00:00Z") == []


SCOPED = {
    "schools": SCHOOLS,
    "sites": SCHOOLS,
    "school-years": SCHOOLS,
    "subjects": SCHOOLS,
    "classes": SCHOOLS,
    "class-subjects": SCHOOLS,
    "students": STUDENTS,
    "staff": STAFF,
    "enrolments": ENROLMENTS,
    "marks": MARKS,
    "results": MARKS,
    "absences": ATTENDANCE,
}


def test_every_list_needs_its_scope(cast: Cast) -> None:
    for scope in set(SCOPED.values()):
        one = program(register(cast, scopes=frozenset({scope}), name=scope))
        opened = {path for path in SCOPED if one.get(f"/api/v1/{path}").status_code == 200}
        assert opened == {path for path, needed in SCOPED.items() if needed == scope}
